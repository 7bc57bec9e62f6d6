//! Which command speaks which formats.

use super::Failure;
use crate::{
    cli::{Command, Global},
    report::Format,
};

/// The formats that have a meaning for what a command says; the first is the default.
fn of(command: &Command) -> &'static [Format] {
    use Format::{Html, Human, Json, Markdown, Yaml};
    match command {
        Command::Inspect(args) if args.dry_run => &[Human],
        Command::Probe(args) if args.dry_run => &[Human],
        Command::Inspect(_) | Command::Lint(_) | Command::Probe(_) => Format::ALL,
        // What one setting is needs no list of findings.
        Command::Explain(args) if crate::rules::find(&args.key).is_some() => &[Human, Json, Yaml, Markdown],
        Command::Explain(_) => &[Human, Json, Yaml, Markdown, Html],
        Command::Diff(_) | Command::Plan(_) | Command::Rules => &[Human, Json, Yaml, Markdown],
        Command::Env(_) | Command::Diagnose(_) => &[Human, Json, Yaml],
        Command::Schema { .. } | Command::Snapshot(_) => &[Human, Json],
        Command::Fix(_) | Command::Completions { .. } | Command::Man { .. } => &[Human],
    }
}

/// Refuses a format that has no meaning here, before anything is done.
pub(super) fn check(command: &Command, global: &Global) -> Result<(), Failure> {
    let known = of(command);
    let Some(wrong) = global.formats.iter().find(|spec| !known.contains(&spec.format)) else {
        return Ok(());
    };
    Err(Failure::Usage(format!(
        "`{}` has no {} output; it has: {}",
        name(command),
        wrong.format.id(),
        Format::listed(known)
    )))
}

fn name(command: &Command) -> &'static str {
    match command {
        Command::Inspect(args) if args.dry_run => "inspect --dry-run",
        Command::Inspect(_) => "inspect",
        Command::Probe(args) if args.dry_run => "probe --dry-run",
        Command::Probe(_) => "probe",
        Command::Diagnose(_) => "diagnose",
        Command::Lint(_) => "lint",
        Command::Diff(_) => "diff",
        Command::Snapshot(_) => "snapshot",
        Command::Plan(_) => "plan",
        Command::Fix(_) => "fix",
        Command::Rules => "rules",
        Command::Explain(_) => "explain",
        Command::Env(_) => "env",
        Command::Schema { .. } => "schema",
        Command::Completions { .. } => "completions",
        Command::Man { .. } => "man",
    }
}
