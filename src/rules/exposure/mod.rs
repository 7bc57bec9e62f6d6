//! CD6xx: what a stranger could get.

pub(crate) mod config_open_to_all;
pub(crate) mod device_auth_off;
pub(crate) mod dood_path_parity;
pub(crate) mod env_file_tracked_or_readable;
pub(crate) mod host_access;
pub(crate) mod image_unpinned;
pub(crate) mod literal_secret_in_compose;
pub(crate) mod secret_in_argv;
pub(crate) mod secret_in_image;
pub(crate) mod token_in_logs;
