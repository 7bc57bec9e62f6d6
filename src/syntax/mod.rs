//! Text to trees. Knows nothing of Docker, Compose or OpenClaw, and reads no file.

pub(crate) mod compose_fields;
pub mod dockerfile;
pub mod dotenv;
pub mod interpolate;
pub mod json5;
pub mod jwt;
pub mod keys;
pub mod node;
pub mod shell;
pub mod sqlite;
pub mod toml;
pub mod yaml;
pub mod yaml_scalar;
