//! The outside: files, the host's environment, the clock, the Docker engine. [`host::Host`] carries it.

mod archive;
pub mod clock;
pub mod container;
pub mod container_fs;
mod container_names;
mod disk;
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
pub mod overlay;
pub mod recorded;
pub mod replace;
pub mod stdin;

/// For tests; the program gets at it through [`host::Host`] alone.
#[cfg(test)]
pub(crate) use disk::Disk;
