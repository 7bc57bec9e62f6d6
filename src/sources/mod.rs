//! The only modules that touch the outside: files, the host's environment, the Docker engine.

mod archive;
pub mod container;
pub mod container_fs;
mod container_names;
pub mod docker_host;
pub mod engine;
pub mod engine_error;
pub mod files;
pub mod git;
pub mod host;
pub mod http;
mod log_frames;
pub mod logs;
#[cfg(test)]
pub(crate) mod memory_fs;
mod mounts;
pub mod replace;
pub mod view;
