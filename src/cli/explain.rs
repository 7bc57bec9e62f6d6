//! `clawdock explain`: one setting, or a rule; `clawdock env`: an environment.

use crate::cli::{
    inspect::{self, InspectedContainers},
    lint::{self, Projects},
    output, rule_catalogue,
    run::{CommandContext, CommandFailure, Exit},
};
use crate::{
    cli::args::{Env, Explain},
    findings::{
        asked::{self, Nothing},
        report::Report,
    },
    redact,
    report::{self, Format, RenderOptions},
    rules,
    text::source::Sources,
};

pub(crate) fn run(args: &Explain, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let key = args.key.trim();
    if key.is_empty() {
        return Err(CommandFailure::Usage(
            "which key? For example `clawdock explain gateway.auth.token`, or CD101 for a rule".to_owned(),
        ));
    }
    if let Some(rule) = rules::find(key) {
        return rule_catalogue::page(rule, world);
    }
    if key.strip_prefix("CD").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        return Err(CommandFailure::Usage(crate::cli::run::unknown_rule(key)));
    }
    let (mut report, sources) = look_at(args.target.as_deref(), world)?;
    asked::keep(&mut report, key, &sources).map_err(|nothing| nothing_to_say(key, nothing))?;
    output::each(world, |format, options, out| {
        // Only a person is told less than everything.
        let verbose = options.verbose || format != Format::Human;
        let options = RenderOptions { verbose, of_key: true, quiet: false, ..options.clone() };
        report::render(format, &report, &sources, &options, out)
    })?;
    Ok(exit(&report))
}

/// Where there is nothing but what Compose refuses, nothing was explained.
fn exit(report: &Report) -> Exit {
    if report.targets.is_empty() && !report.refusals.is_empty() { Exit::Input } else { Exit::Ok }
}

fn nothing_to_say(key: &str, nothing: Nothing) -> CommandFailure {
    // A line pasted out of a .env is not repeated.
    let typed = key.split('=').next().unwrap_or_default();
    let shown = redact::name(typed, false);
    CommandFailure::Usage(match nothing {
        Nothing::Unknown(why) => {
            let message = if shown == key { why.message } else { why.message.replace(key, &shown) };
            match why.near {
                Some(near) => format!("{message}; did you mean `{near}`?"),
                None => format!(
                    "{message}; `clawdock env` lists all variables, `-v` of lint and inspect all settings"
                ),
            }
        }
        Nothing::NoOpenClaw => format!("nothing here runs OpenClaw, and no environment has {shown}"),
    })
}

pub(crate) fn env(args: &Env, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let (mut report, sources) = look_at(args.target.as_deref(), world)?;
    if args.process {
        report.targets.retain(|t| t.target.process_environment.is_some());
        for entry in &mut report.targets {
            entry.target.environment = entry.target.process_environment.clone().unwrap_or_default();
        }
    }
    if world.global.only_changed {
        crate::findings::changed::keep(&mut report);
    }
    output::each(world, |format, options, out| match format {
        Format::Human => report::environment::render(&report, &sources, options, out),
        _ => report::render(format, &report, &sources, options, out),
    })?;
    Ok(exit(&report))
}

/// A path is a project on disk; anything else is a container.
fn look_at(target: Option<&str>, world: &CommandContext<'_>) -> Result<(Report, Sources), CommandFailure> {
    let is_path = |t: &str| t == "-" || t.contains('/') || world.host.files.exists(&world.host.cwd.join(t));
    match target {
        Some(name) if !is_path(name) => inspect::report(&InspectedContainers::of(name), None, world),
        path => {
            let paths = path.map(Into::into).into_iter().collect();
            lint::report(&Projects { paths, ..Projects::default() }, world)
        }
    }
}
