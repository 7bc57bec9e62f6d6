//! The only modules that touch the outside: files, the host's environment, the Docker engine.

pub mod container_fs;
pub mod files;
pub mod host;
#[cfg(test)]
pub(crate) mod memory_fs;
