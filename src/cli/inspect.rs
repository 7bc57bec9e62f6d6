//! `clawdock inspect`: live containers.

use crate::cli::{
    output,
    run::{CommandContext, CommandFailure, Exit, conclude},
    several, snapshot,
};
use crate::{
    cli::args::{Inspect, ProbeStep},
    findings::report::Report,
    findings::{self, configuration::Configuration, judge},
    model::assemble::{
        AssembleOptions,
        container::{self, Ground},
        labels::RecordedProject,
    },
    probe::{self, Extra},
    text::source::Sources,
    world::engine::{Inspected, docker_host},
};
use std::rc::Rc;

/// Which containers are meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct InspectedContainers {
    /// Their names; every one that runs OpenClaw when there is none.
    pub(crate) targets: Vec<String>,
    /// Those that are stopped as well.
    pub(crate) all: bool,
}

impl InspectedContainers {
    pub(crate) fn of(target: &str) -> Self {
        Self { targets: vec![target.to_owned()], all: false }
    }
}

pub(crate) fn run(args: &Inspect, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let probe = args.probe.as_deref().map(extra);
    let selection = InspectedContainers { targets: args.targets.clone(), all: args.all };
    if args.dry_run {
        return dry_run(&selection, probe.unwrap_or_default(), world);
    }
    let contexts = match args.all_contexts {
        true => docker_host::context_names(world.host),
        false => world.global.context.clone(),
    };
    let (report, sources) = match &args.snapshot {
        Some(file) => snapshot::report(file, &args.targets, world)?,
        None if args.all_contexts || contexts.len() > 1 => {
            several::report(&contexts, &selection, probe, world)?
        }
        None => report(&selection, probe, world)?,
    };
    conclude(report, &sources, world)
}

/// What is asked for besides the plain probe.
pub(crate) fn extra(steps: &[ProbeStep]) -> Extra {
    Extra { openclaw: steps.contains(&ProbeStep::Openclaw), providers: steps.contains(&ProbeStep::Providers) }
}

/// The report of the containers that are meant; `probe` proves it inside of them.
pub(crate) fn report(
    selection: &InspectedContainers,
    probe: Option<Extra>,
    world: &CommandContext<'_>,
) -> Result<(Report, Sources), CommandFailure> {
    let engine = world.engine()?;
    let found = container::find(&engine, &selection.targets, selection.all)?;
    let configurations = configurations(&found, world)?;
    let (mut report, sources) = judged(&found, &configurations, &engine, world);
    findings::settle(&mut report, &configurations, &world.wanted(false), &sources);
    if let Some(extra) = probe {
        for (entry, inspected) in report.targets.iter_mut().zip(&found) {
            let rules = entry.findings.iter().map(|f| f.rule).collect();
            probe::observe(&mut entry.target, &inspected.container, &engine, extra, rules);
        }
    }
    Ok((report, sources))
}

/// What the rules say of containers.
pub(crate) fn judged(
    found: &[Inspected],
    configurations: &[Rc<Configuration>],
    ground: &dyn Ground,
    world: &CommandContext<'_>,
) -> (Report, Sources) {
    let mut sources = Sources::default();
    let options = options(configurations, world);
    let containers = container::containers(found, &options, ground, &mut sources);
    let rules = findings::rules_to_run(configurations.iter().map(|c| &**c), &world.wanted(false));
    (judge::containers(containers, &rules, &sources), sources)
}

fn options(configurations: &[Rc<Configuration>], world: &CommandContext<'_>) -> Vec<AssembleOptions> {
    configurations.iter().map(|configuration| world.assemble_options(configuration)).collect()
}

/// What holds for each container: the file of the project it was created from, where that is on
/// this host, else the one that holds here.
pub(crate) fn configurations(
    found: &[Inspected],
    world: &CommandContext<'_>,
) -> Result<Vec<Rc<Configuration>>, CommandFailure> {
    let of = |inspected: &Inspected| {
        let recorded = RecordedProject::of(&inspected.container.labels);
        let is_here = |dir: &&std::path::Path| world.host.files.is_directory(dir);
        let folder = recorded.as_ref().map(RecordedProject::directory).filter(is_here);
        Ok(world.configurations.of(folder.unwrap_or(&world.host.cwd))?)
    };
    found.iter().map(of).collect()
}

/// What a probe would run, and nothing else.
pub(crate) fn dry_run(
    selection: &InspectedContainers,
    extra: Extra,
    world: &CommandContext<'_>,
) -> Result<Exit, CommandFailure> {
    let engine = world.engine()?;
    let found = container::find(&engine, &selection.targets, selection.all)?;
    let mut sources = Sources::default();
    let options = options(&configurations(&found, world)?, world);
    let containers = container::containers(&found, &options, &engine, &mut sources);
    let mut text = String::new();
    for (target, inspected) in containers.targets().zip(&found) {
        let steps = probe::steps_of(target, &inspected.container, extra);
        text.push_str(&format!("{}: {} steps\n", target.name, steps.len()));
        for step in steps {
            let program = step.argv.first().map(String::as_str).unwrap_or_default();
            let stdin = step.stdin.map(|s| format!("; standard input: {s}")).unwrap_or_default();
            text.push_str(&format!(
                "  {}: {} (runs `{program}`, at most {} s{stdin})\n",
                step.probe,
                step.does,
                step.limit.as_secs()
            ));
        }
    }
    output::print(&text)
}
