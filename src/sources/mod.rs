//! The only modules that touch the outside: files, the host's environment, the Docker engine.

pub mod files;
pub mod host;
