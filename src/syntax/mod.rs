//! Text to trees. Knows nothing of Docker, Compose or OpenClaw, and reads no file.

pub mod dotenv;
pub mod json5;
pub mod node;
