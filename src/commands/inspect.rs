//! `clawdock inspect`: live containers.

use super::{
    Exit, Failure, World, conclude, host_cli,
    live::{self, Desired, Ground},
    output,
    project::Recorded,
    proof, snapshot, target,
};
use crate::{
    advice::Advice,
    cli::{Inspect, ProbeStep},
    control::{self, configuration::Configuration},
    fix::layout::Layouts,
    identify::{self, VersionHints},
    report::Report,
    rules::Case,
    source::Sources,
    sources::{
        container::Summary,
        engine::{Engine, Inspected, ListFilter},
    },
    target::{Role, Target},
};
use std::{collections::BTreeSet, rc::Rc};

pub(super) fn run(args: &Inspect, world: &World<'_>) -> Result<Exit, Failure> {
    let extra = args.probe.as_deref();
    if args.dry_run {
        return dry_run(args, extra.unwrap_or_default(), world);
    }
    let (report, sources) = match &args.snapshot {
        Some(file) => snapshot::report(file, args, world)?,
        None => report(args, world)?,
    };
    conclude(report, &sources, world)
}

/// The report of all containers that are named, or found.
pub(super) fn report(args: &Inspect, world: &World<'_>) -> Result<(Report, Sources), Failure> {
    let engine = live::connect(world)?;
    let found = find(&engine, args)?;
    let configurations = configurations(&found, world)?;
    let (mut report, sources) = judged(&found, &configurations, &engine, world);
    control::settle(&mut report, &configurations, &world.wanted(false), &sources);
    if let Some(extra) = &args.probe {
        for (entry, inspected) in report.targets.iter_mut().zip(&found) {
            let rules = entry.findings.iter().map(|f| f.rule).collect();
            proof::observe(&mut entry.target, &inspected.container, &engine, extra, rules);
        }
    }
    Ok((report, sources))
}

/// What every rule says of containers; what is reported of it is decided after.
pub(super) fn judged(
    found: &[Inspected],
    configurations: &[Rc<Configuration>],
    ground: &dyn Ground,
    world: &World<'_>,
) -> (Report, Sources) {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let (targets, desired) = explain_all(found, configurations, ground, world, &mut sources, &mut report);
    let layouts = Layouts::default();
    for (judged, desired) in targets.iter().zip(&desired) {
        let siblings: Vec<Target> = targets.iter().filter(|t| t.project == judged.project).cloned().collect();
        let case = Case {
            layouts: &layouts,
            target: judged,
            project: &siblings,
            desired: desired.as_ref().map(|(service, _)| service),
            whole: desired.as_ref().map(|(_, whole)| whole),
            sources: &sources,
        };
        report.targets.push(target::judge(judged, &case));
    }
    (report, sources)
}

pub(super) fn find(engine: &Engine, args: &Inspect) -> Result<Vec<Inspected>, Failure> {
    if args.targets.is_empty() {
        return discover(engine, args.all);
    }
    Ok(args.targets.iter().map(|t| engine.inspect_with_image(t)).collect::<Result<_, _>>()?)
}

/// What holds for each container: the file of the project it was created from, where that is on
/// this host, else the one that holds here.
pub(super) fn configurations(
    found: &[Inspected],
    world: &World<'_>,
) -> Result<Vec<Rc<Configuration>>, Failure> {
    let of = |inspected: &Inspected| {
        let recorded = Recorded::of(&inspected.container.labels);
        let folder = recorded.as_ref().map(Recorded::directory).filter(|dir| dir.is_dir());
        Ok(world.configurations.of(folder.unwrap_or(&world.host.cwd))?)
    };
    found.iter().map(of).collect()
}

/// Every container with the service that it was made from, as its files are now.
fn explain_all(
    found: &[Inspected],
    configurations: &[Rc<Configuration>],
    ground: &dyn Ground,
    world: &World<'_>,
    sources: &mut Sources,
    report: &mut Report,
) -> (Vec<Target>, Vec<Option<Desired>>) {
    let each = found.iter().zip(configurations);
    let each = each
        .map(|(inspected, configuration)| explain(inspected, configuration, ground, world, sources, report));
    let (mut targets, origins): (Vec<Target>, Vec<live::Origin>) = each.unzip();
    let mut beside: Vec<Target> = Vec::new();
    let mut desired = Vec::new();
    for origin in origins {
        desired.push(origin.service.zip(origin.whole));
        // A container that is looked at itself says more than the files that it was made from.
        let is_known = |t: &Target| {
            targets.iter().chain(&beside).any(|k| k.project == t.project && k.service == t.service)
        };
        let new: Vec<Target> = origin.beside.into_iter().filter(|t| !is_known(t)).collect();
        beside.extend(new);
    }
    target::share_views(&mut targets, &beside);
    host_cli::share(&mut targets, ground.shares_files(), world.host, sources);
    // What is said of the whole project is said once.
    let mut told = BTreeSet::new();
    for target in &mut targets {
        if !told.insert(target.project.clone()) {
            target.warnings.retain(|warning| warning.place.is_some());
        }
    }
    (targets, desired)
}

/// What a probe would run, and nothing else.
pub(super) fn dry_run(args: &Inspect, extra: &[ProbeStep], world: &World<'_>) -> Result<Exit, Failure> {
    let engine = live::connect(world)?;
    let found = find(&engine, args)?;
    let mut sources = Sources::default();
    let configurations = configurations(&found, world)?;
    let (targets, _) =
        explain_all(&found, &configurations, &engine, world, &mut sources, &mut Report::default());
    let mut text = String::new();
    for (target, inspected) in targets.iter().zip(&found) {
        let steps = proof::steps(target, &inspected.container, extra);
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

/// Every container that runs OpenClaw: by its image's name, its command line, its image's label,
/// or the `package.json` of the program.
pub(super) fn discover(engine: &Engine, all: bool) -> Result<Vec<Inspected>, Failure> {
    let listed = engine.list(&ListFilter { all, ..ListFilter::default() })?;
    let ids: Vec<&str> = listed.iter().map(|s: &Summary| s.id.as_str()).collect();
    let inspected = engine.inspect_all(&ids).into_iter().filter_map(Result::ok);
    let found: Vec<Inspected> = inspected.filter(|i| role(i, engine) != Role::Other).collect();
    if found.is_empty() {
        let state = if all { "" } else { "running " };
        let hint = if all { "" } else { "; --all looks at stopped ones too" };
        return Err(Failure::NoTarget(format!(
            "no {state}container runs OpenClaw (looked at {} for an image, a command line, an image label or an /app/package.json of openclaw, clawdbot or moltbot){hint}. Name a container to inspect it all the same",
            counted(listed.len())
        )));
    }
    Ok(found)
}

fn counted(containers: usize) -> String {
    if containers == 1 { "1 container".to_owned() } else { format!("{containers} containers") }
}

pub(super) fn role(inspected: &Inspected, engine: &Engine) -> Role {
    let bare = live::bare(inspected, None, engine, Advice::default());
    let title = live::image_title(inspected.image.as_ref());
    match identify::role(&bare.subject(title)) {
        Role::Other => {
            let package = engine.package(&inspected.container);
            identify::role(&bare.subject(package.as_ref().map(|p| p.name.as_str())))
        }
        role => role,
    }
}

fn explain(
    inspected: &Inspected,
    configuration: &Configuration,
    ground: &dyn Ground,
    world: &World<'_>,
    sources: &mut Sources,
    report: &mut Report,
) -> (Target, live::Origin) {
    let Inspected { container, image } = inspected;
    let recorded = Recorded::of(&container.labels);
    let advice = match &recorded {
        Some(recorded) => recorded.advice(world, &container.name),
        None => Advice { container: Some(container.name.clone()), ..Advice::default() },
    };
    let mut looked_at = Vec::new();
    let origin = recorded.as_ref().map(|r| {
        live::desired(r, ground, world, configuration, sources, &mut report.refusals, &mut looked_at)
    });
    let origin = origin.unwrap_or_default();
    let mut bare = live::bare(inspected, origin.service.as_ref(), ground, advice);
    bare.sources.append(&mut looked_at);
    let label = image.as_ref().and_then(|i| i.labels.get("org.opencontainers.image.version"));
    let title = live::image_title(image.as_ref());
    let mut role = identify::role(&bare.subject(title));
    let known = world.global.openclaw_version.is_some() || label.is_some();
    let package = (role == Role::Other || !known).then(|| ground.package(container)).flatten();
    if role == Role::Other {
        role = identify::role(&bare.subject(package.as_ref().map(|p| p.name.as_str())));
    }
    let mut target = if role == Role::Other {
        bare.other()
    } else {
        let version = identify::version(&VersionHints {
            flag: world.global.openclaw_version.as_deref(),
            label,
            package_json: package.as_ref().and_then(|p| p.version.as_deref()),
            image: Some(&container.image),
            default: configuration.openclaw_version.as_deref(),
        });
        bare.explain(role, version, &configuration.images, &mut *ground.files(container), sources)
    };
    target.warnings = origin.service.as_ref().map(|d| live::warnings(d, &target)).unwrap_or_default();
    target.container_id = Some(container.id.clone());
    target.state = Some(container.state.status.clone());
    (target, origin)
}
