//! `clawdock completions` and `clawdock man`: what shells and `man` want to know.

use crate::cli::args::Cli;
use crate::cli::{
    output,
    run::{CommandFailure, Exit},
};
use clap::CommandFactory as _;
use clap_complete::Shell;

/// Prints the completions for a shell.
pub(crate) fn completions(shell: Shell) -> Result<Exit, CommandFailure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "clawdock", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

/// Prints the man page of the program, or of one of its commands.
pub(crate) fn man(command: Option<&str>) -> Result<Exit, CommandFailure> {
    // Gives the commands their full names and the global options.
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let chosen = match command {
        None => &program,
        Some(name) => program.find_subcommand(name).ok_or_else(|| {
            let known: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
            CommandFailure::Usage(format!(
                "there is no command of that name; there are: {}",
                known.join(", ")
            ))
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(chosen.clone())
        .render(&mut page)
        .map_err(|e| CommandFailure::Write("the man page".to_owned(), e.kind()))?;
    output::print(&String::from_utf8_lossy(&page))
}
