//! The `clawdock` command.

use clap::Parser as _;
use clawdock::{cli::Cli, commands, sources::host::Host};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    ExitCode::from(commands::run(&cli, &Host::of_process()).code())
}
