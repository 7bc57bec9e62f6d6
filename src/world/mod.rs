//! The outside: files, the host's environment, the clock, the Docker engine. [`host::Host`] carries it.

pub mod clock;
pub mod container_fs;
mod disk;
pub mod engine;
pub mod entropy;
pub mod files;
pub mod git;
pub mod gitignore;
pub mod host;
pub mod logs;
#[cfg(test)]
pub(crate) mod memory_fs;
mod mounts;
pub mod overlay;
pub mod recorded;
pub mod replace;
pub mod stdin;
pub mod watch;

/// For tests; the program gets at it through [`host::Host`] alone.
#[cfg(test)]
pub(crate) use disk::Disk;
