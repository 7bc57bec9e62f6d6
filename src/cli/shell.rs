//! `clawdock completions` and `clawdock man`: what shells and `man` want to know.

use crate::cli::args::Cli;
use crate::cli::{
    output,
    run::{CommandFailure, Exit},
};
use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use roff::{Roff, bold, roman};
use std::io;

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
            let known: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
            CommandFailure::Usage(format!(
                "there is no command of that name; there are: {}",
                known.join(", ")
            ))
        })?,
    };
    let page = page(chosen).map_err(|e| CommandFailure::Write("the man page".to_owned(), e.kind()))?;
    output::print(&String::from_utf8_lossy(&page))
}

/// A page in the order that man-pages(7) states.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let sections = help_sections(&help);
    let text_of =
        |heads: &[&str]| sections.iter().find(|(head, _)| heads.contains(head)).map(|(_, text)| text);
    let mut roff = Roff::new();
    if let Some(codes) = text_of(&["Exit codes:"]) {
        verbatim(&mut roff, "EXIT STATUS", codes);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for argument in command.get_arguments() {
        let Some(variable) = argument.get_env().and_then(|name| name.to_str()) else { continue };
        let option = argument.get_long().unwrap_or_default();
        definition(&mut roff, variable, &format!("The same as --{option}."));
    }
    for (variable, meaning) in VARIABLES {
        definition(&mut roff, variable, meaning);
    }
    roff.control("SH", ["FILES"]);
    for (file, meaning) in FILES {
        definition(&mut roff, file, meaning);
    }
    if let Some(examples) = text_of(&["Example:", "Examples:"]) {
        verbatim(&mut roff, "EXAMPLES", examples);
    }
    roff.to_writer(&mut page)?;
    if command.get_version().is_some() {
        man.render_version_section(&mut page)?;
    }
    Ok(page)
}

/// Variables that are asked for besides those of options.
const VARIABLES: [(&str, &str); 4] = [
    ("DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG", "Which engine is asked, as for docker(1)."),
    (
        "COMPOSE_FILE, COMPOSE_PROJECT_NAME, COMPOSE_PROFILES, COMPOSE_ENV_FILES",
        "Which project is read, as for docker-compose(1).",
    ),
    ("NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR", "When colours are written; see --color."),
    ("COLUMNS", "The width of the terminal, where it is not the one that the terminal has."),
];

/// Files that are read.
const FILES: [(&str, &str); 3] = [
    ("clawdock.toml", "Rules that are selected and ignored, severities, images: here or in a folder above."),
    ("compose.yaml, compose.yml, docker-compose.yml, .env", "The project, as docker-compose(1) finds it."),
    ("openclaw.json, .env", "The state of the gateway, on this host or in its container."),
];

/// The parts of a text below `--help`: a line without indentation that ends in a colon, and what follows.
fn help_sections(help: &str) -> Vec<(&str, String)> {
    let mut sections: Vec<(&str, String)> = Vec::new();
    for line in help.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            sections.push((line, String::new()));
        } else if let Some((_, text)) = sections.last_mut().filter(|_| line.starts_with(' ')) {
            text.push_str(line.strip_prefix("  ").unwrap_or(line));
            text.push('\n');
        }
    }
    sections
}

/// Lines as they are.
fn verbatim(roff: &mut Roff, head: &str, text: &str) {
    roff.control("SH", [head]).control("nf", []);
    for line in text.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn definition(roff: &mut Roff, name: &str, meaning: &str) {
    roff.control("TP", []).text([bold(name)]).text([roman(meaning)]);
}
