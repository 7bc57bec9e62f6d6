//! Reading what OpenClaw reads: config, dotenv files, command line, state directory, image, stored credentials.

pub mod auth_profiles;
pub mod command;
pub mod config;
pub(crate) mod config_path;
pub mod dotenv_file;
pub mod environment;
pub mod home;
pub mod images;
pub mod installed;
pub mod launch;
pub mod paths;
pub mod profile;
pub mod setup_script;
pub mod state_files;
pub mod user;
