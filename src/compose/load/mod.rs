//! From files to one merged document: discovery, include, extends, merge, environment files.

pub(crate) mod budget;
pub(crate) mod discovery;
pub(crate) mod env_files;
pub(crate) mod environment;
pub(crate) mod extends;
pub(crate) mod include;
pub(crate) mod loader;
pub(crate) mod merge;
pub(crate) mod name;
pub(crate) mod profiles;
pub(crate) mod relative;
pub(crate) mod reset;
pub(crate) mod session;
pub(crate) mod substitution;
