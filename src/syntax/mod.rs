//! Text to trees. Knows nothing of Docker, Compose or OpenClaw, and reads no file.

pub mod node;
