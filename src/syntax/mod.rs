//! Text to trees. Knows nothing of Docker, Compose or OpenClaw, and reads no file.

pub mod base64;
pub(crate) mod compose_fields;
pub mod dockerfile;
pub mod dotenv;
pub mod interpolate;
pub mod json5;
pub mod jwt;
pub mod keys;
pub mod markdown;
pub mod node;
pub mod shell;
pub mod sqlite;
pub mod toml;
pub mod unit;
pub mod yaml;
pub mod yaml_scalar;
