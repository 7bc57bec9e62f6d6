//! `clawdock inspect`: live containers.

use super::{
    Exit, Failure, World, exit_of, output,
    project::Recorded,
    proof,
    target::{self, Bare},
};
use crate::{
    advice::Advice,
    cli::Inspect,
    compose, container_layer,
    identify::{self, VersionHints},
    limits,
    report::Report,
    rules::Case,
    source::Sources,
    sources::{
        container::{Container, Image, Summary},
        container_fs::LiveFs,
        engine::{Engine, EngineOptions, FileRead, Inspected, ListFilter},
    },
    target::{LookedAt, Role, Target, TargetKind},
};

pub(super) fn run(args: &Inspect, world: &World<'_>) -> Result<Exit, Failure> {
    let engine = connect(world)?;
    let found = if args.targets.is_empty() {
        discover(&engine, args.all)?
    } else {
        args.targets.iter().map(|t| engine.inspect_with_image(t)).collect::<Result<_, _>>()?
    };
    let mut sources = Sources::default();
    let mut report = Report::default();
    let mut explained: Vec<(Target, Option<Target>)> = Vec::new();
    for inspected in &found {
        explained.push(explain(inspected, &engine, world, &mut sources, &mut report));
    }
    let (mut targets, desired): (Vec<Target>, Vec<Option<Target>>) = explained.into_iter().unzip();
    target::share_views(&mut targets);
    if args.dry_run {
        return dry_run(&targets, &found);
    }
    if args.probe {
        for (target, inspected) in targets.iter_mut().zip(&found) {
            proof::observe(target, &inspected.container, &engine);
        }
    }
    for (judged, desired) in targets.iter().zip(&desired) {
        let siblings: Vec<Target> = targets.iter().filter(|t| t.project == judged.project).cloned().collect();
        let case = Case { target: judged, project: &siblings, desired: desired.as_ref(), sources: &sources };
        report.targets.push(target::judge(judged, &case, world));
    }
    report.drop_repeated();
    output::write(&report, &sources, world)?;
    Ok(exit_of(&report, world.global))
}

/// What `--probe` would run, and nothing else.
fn dry_run(targets: &[Target], found: &[Inspected]) -> Result<Exit, Failure> {
    let mut text = String::new();
    for (target, inspected) in targets.iter().zip(found) {
        let steps = proof::steps(target, &inspected.container);
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

/// The engine that `--host`, `--context` and the environment choose.
pub(super) fn connect(world: &World<'_>) -> Result<Engine, Failure> {
    let options = EngineOptions {
        host: world.global.host.clone(),
        context: world.global.context.clone(),
        timeout: world.global.timeout,
    };
    Ok(Engine::connect(&options, world.host)?)
}

/// Every container that runs OpenClaw: by its image's name, its command line, its image's label,
/// or the `package.json` of the program.
fn discover(engine: &Engine, all: bool) -> Result<Vec<Inspected>, Failure> {
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

fn role(inspected: &Inspected, engine: &Engine) -> Role {
    let bare = bare(inspected, None, Advice::default());
    let title = image_title(inspected.image.as_ref());
    match identify::role(&bare.subject(title)) {
        Role::Other => {
            let package = package(engine, &inspected.container);
            identify::role(&bare.subject(package.as_ref().map(|p| p.name.as_str())))
        }
        role => role,
    }
}

fn image_title(image: Option<&Image>) -> Option<&str> {
    image?.labels.get("org.opencontainers.image.title")
}

fn explain(
    inspected: &Inspected,
    engine: &Engine,
    world: &World<'_>,
    sources: &mut Sources,
    report: &mut Report,
) -> (Target, Option<Target>) {
    let Inspected { container, image } = inspected;
    let recorded = Recorded::of(&container.labels);
    let advice = match &recorded {
        Some(recorded) => recorded.advice(world, &container.name),
        None => Advice { container: Some(container.name.clone()), ..Advice::default() },
    };
    let mut looked_at = Vec::new();
    let desired = recorded.as_ref().and_then(|r| desired(r, engine, world, sources, report, &mut looked_at));
    let mut bare = bare(inspected, desired.as_ref(), advice);
    bare.sources.append(&mut looked_at);
    let label = image.as_ref().and_then(|i| i.labels.get("org.opencontainers.image.version"));
    let title = image_title(image.as_ref());
    let mut role = identify::role(&bare.subject(title));
    let known = world.global.openclaw_version.is_some() || label.is_some();
    let package = (role == Role::Other || !known).then(|| package(engine, container)).flatten();
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
        });
        bare.explain(role, version, &mut LiveFs::new(engine, container), sources)
    };
    target.container_id = Some(container.id.clone());
    target.state = Some(container.state.status.clone());
    (target, desired)
}

fn bare(inspected: &Inspected, desired: Option<&Target>, advice: Advice) -> Bare {
    let container = &inspected.container;
    let wanted = desired.map(|d| d.environment.as_slice());
    Bare {
        kind: TargetKind::Container,
        name: container.name.clone(),
        service: container.labels.service().map(str::to_owned),
        project: container.labels.project().map(str::to_owned),
        deployment: container.deployment(),
        environment: container_layer::environment(container, inspected.image.as_ref(), wanted),
        sources: Vec::new(),
        advice,
    }
}

/// The service that the container was created from, as its files are now.
fn desired(
    recorded: &Recorded,
    engine: &Engine,
    world: &World<'_>,
    sources: &mut Sources,
    report: &mut Report,
    looked_at: &mut Vec<LookedAt>,
) -> Option<Target> {
    if recorded.files.is_empty() {
        return None;
    }
    let missing =
        if engine.shares_files() { recorded.missing() } else { recorded.files.first().map(AsRef::as_ref) };
    if let Some(path) = missing {
        looked_at.push(LookedAt {
            layer: "compose-file",
            path: path.display().to_string(),
            present: false,
            note: Some("the container's labels name it, and it is not on this host".to_owned()),
        });
        return None;
    }
    let loaded = compose::load(&recorded.options(), world.host, sources);
    looked_at.extend(loaded.looked_at.iter().cloned());
    let service = loaded.services.iter().find(|s| s.name == recorded.service);
    let target = service.map(|service| {
        let mut bare = Bare::of_service(&loaded, service, Advice::default());
        bare.sources = Vec::new();
        bare.other()
    });
    report.refusals.extend(loaded.refusals);
    target
}

/// `name` and `version` of `/app/package.json`.
struct Package {
    name: String,
    version: Option<String>,
}

fn package(engine: &Engine, container: &Container) -> Option<Package> {
    let read = engine.read_file(&container.id, "/app/package.json", limits::OPENCLAW_CONFIG).ok()?;
    let FileRead::File { bytes, .. } = read else { return None };
    let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let text = |key: &str| json.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    Some(Package { name: text("name")?, version: text("version") })
}
