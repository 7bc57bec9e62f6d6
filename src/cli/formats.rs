//! Which command speaks which formats.

use crate::cli::run::CommandFailure;
use crate::{
    cli::args::{ClawdockCommand, FormatSpec, Global},
    report::Format,
};
use std::borrow::Cow;

/// The formats that have a meaning for what a command says; the first is the default.
fn of(command: &ClawdockCommand) -> &'static [Format] {
    use Format::{Html, Human, Json, Markdown, Yaml};
    match command {
        ClawdockCommand::Inspect(args) if args.dry_run => &[Human],
        ClawdockCommand::Probe(args) if args.dry_run => &[Human],
        ClawdockCommand::Inspect(_) | ClawdockCommand::Lint(_) | ClawdockCommand::Probe(_) => Format::ALL,
        // What one setting is needs no list of findings.
        ClawdockCommand::Explain(args) if crate::rules::find(&args.key).is_some() => {
            &[Human, Json, Yaml, Markdown]
        }
        ClawdockCommand::Explain(_) => &[Human, Json, Yaml, Markdown, Html],
        ClawdockCommand::Diff(_) | ClawdockCommand::Plan(_) | ClawdockCommand::Rules => {
            &[Human, Json, Yaml, Markdown]
        }
        ClawdockCommand::Env(_) | ClawdockCommand::Diagnose(_) => &[Human, Json, Yaml],
        ClawdockCommand::Schema { .. } | ClawdockCommand::Snapshot(_) => &[Human, Json],
        ClawdockCommand::Watch(_)
        | ClawdockCommand::Fix(_)
        | ClawdockCommand::Completions { .. }
        | ClawdockCommand::Man { .. } => &[Human],
    }
}

/// The formats to write. One that has no meaning here is refused before anything is done, but where it comes
/// from the environment: that is for every command that has it.
///
/// # Errors
/// When the command line asks for a format that the command has not.
pub(crate) fn chosen<'a>(
    command: Option<&ClawdockCommand>,
    global: &'a Global,
) -> Result<Cow<'a, [FormatSpec]>, CommandFailure> {
    let known = command.map_or(&[Format::Human][..], of);
    let Some(wrong) = global.formats.iter().find(|spec| !known.contains(&spec.format)) else {
        return Ok(Cow::Borrowed(&global.formats));
    };
    if global.formats_from_env {
        let usable = global.formats.iter().filter(|spec| known.contains(&spec.format));
        return Ok(usable.cloned().collect());
    }
    Err(CommandFailure::Usage(format!(
        "`{}` has no {} output; it has: {}{}",
        command.map_or("clawdock", name),
        wrong.format.id(),
        Format::listed(known),
        if command.is_none() { "; `clawdock inspect` and `clawdock lint` have others" } else { "" }
    )))
}

fn name(command: &ClawdockCommand) -> &'static str {
    match command {
        ClawdockCommand::Inspect(args) if args.dry_run => "inspect --dry-run",
        ClawdockCommand::Inspect(_) => "inspect",
        ClawdockCommand::Probe(args) if args.dry_run => "probe --dry-run",
        ClawdockCommand::Probe(_) => "probe",
        ClawdockCommand::Watch(_) => "watch",
        ClawdockCommand::Diagnose(_) => "diagnose",
        ClawdockCommand::Lint(_) => "lint",
        ClawdockCommand::Diff(_) => "diff",
        ClawdockCommand::Snapshot(_) => "snapshot",
        ClawdockCommand::Plan(_) => "plan",
        ClawdockCommand::Fix(_) => "fix",
        ClawdockCommand::Rules => "rules",
        ClawdockCommand::Explain(_) => "explain",
        ClawdockCommand::Env(_) => "env",
        ClawdockCommand::Schema { .. } => "schema",
        ClawdockCommand::Completions { .. } => "completions",
        ClawdockCommand::Man { .. } => "man",
    }
}
