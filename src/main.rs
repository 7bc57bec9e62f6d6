//! The `clawdock` command.

fn main() {}
