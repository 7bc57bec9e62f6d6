//! The command line: what can be typed, what each command asks for, and how a run ends.

#[cfg(not(feature = "library"))]
mod args;
#[cfg(feature = "library")]
pub mod args;
mod diagnose;
mod diff;
mod explain;
mod fix;
mod foreign;
mod formats;
mod inspect;
mod lint;
mod output;
mod overview;
mod plan;
mod plugin;
mod probe;
mod project;
mod rule_catalogue;
#[cfg(not(feature = "library"))]
mod run;
#[cfg(feature = "library")]
pub mod run;
mod several;
mod shell;
mod snapshot;
mod upgrade;
mod watch;

use crate::world::host::World;
use args::Cli;
use plugin::Call;
use std::{
    io::{self, Write as _},
    process::ExitCode,
};

/// Runs the command that this process was started with.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the arguments of this process")]
pub fn main() -> ExitCode {
    let mut host = World::of_process();
    let cli = match plugin::call(std::env::args_os().collect(), &mut host) {
        Call::Plain(args) => Cli::parse_of_process(args),
        Call::Plugin(args) => Cli::parse_of_plugin(args),
        Call::Answer(text) => {
            let _ = io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
    };
    ExitCode::from(run::run(&cli, &host).code())
}
