//! The `clawdock` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    clawdock::cli::main()
}
