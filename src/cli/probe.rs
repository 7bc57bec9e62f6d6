//! `clawdock probe`: proof from inside running containers.

use crate::cli::{
    inspect, output,
    run::{CommandContext, CommandFailure, Exit, exit_of},
};
use crate::{
    cli::args::Probe,
    findings::report::Report,
    model::target::Outcome,
    report::{self, Format},
};

pub(crate) fn run(args: &Probe, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let selection = inspect::InspectedContainers { targets: args.targets.clone(), all: false };
    let extra = inspect::extra(&args.with);
    if args.dry_run {
        return inspect::dry_run(&selection, extra, world);
    }
    let (report, sources) = inspect::report(&selection, Some(extra), world)?;
    let check = args.check;
    output::each(world, |format, options, out| match format {
        Format::Human => report::proof::render(&report, &sources, options, check, out),
        other => report::render(other, &report, &sources, options, out),
    })?;
    Ok(if check { worst(&report) } else { exit(&report, world) })
}

/// Something that contradicts is an error, as a finding is.
fn exit(report: &Report, world: &CommandContext<'_>) -> Exit {
    let contradicted = outcomes(report).any(|o| o == Outcome::Contradicts);
    if contradicted && world.global.fail_on.least().is_some() {
        return Exit::Findings;
    }
    exit_of(report, world.global)
}

/// For monitoring, findings do not count: what is seen does.
fn worst(report: &Report) -> Exit {
    if outcomes(report).any(|o| o == Outcome::Contradicts) {
        Exit::Findings
    } else if outcomes(report).any(|o| o == Outcome::Unknown) {
        Exit::Unreachable
    } else {
        Exit::Ok
    }
}

fn outcomes(report: &Report) -> impl Iterator<Item = Outcome> {
    report.targets.iter().flat_map(|t| &t.target.observations).map(|o| o.outcome)
}
