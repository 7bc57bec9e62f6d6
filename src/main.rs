//! The `clawdock` command.

use clawdock::{
    cli::Cli,
    commands,
    plugin::{self, Call},
    sources::host::Host,
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};

#[expect(clippy::disallowed_methods, reason = "the arguments of this process")]
fn main() -> ExitCode {
    let mut host = Host::of_process();
    let cli = match plugin::call(std::env::args_os().collect(), &mut host) {
        Call::Plain(args) => Cli::parse_of_process(args),
        Call::Plugin(args) => Cli::parse_of_plugin(args),
        Call::Answer(text) => {
            let _ = io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
    };
    ExitCode::from(commands::run(&cli, &host).code())
}
