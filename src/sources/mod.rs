//! The only modules that touch the outside: files, the host's environment, the Docker engine.

pub mod container;
pub mod docker_host;
pub mod files;
pub mod host;
