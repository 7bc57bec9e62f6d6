//! `clawdock plan --to`: what a start with another release makes of the state, before it is tried.

use crate::cli::{
    output, project,
    run::{CommandContext, CommandFailure, Exit},
    snapshot,
};
use crate::{
    cli::args::PlanArgs,
    findings::configuration::Configuration,
    model::{
        assemble::{
            AssembleOptions, LoadedProject, ProjectRequest,
            container::{self, Ground},
        },
        detect,
        target::{Target, VersionSource},
    },
    openclaw::release::{catalog::Catalog, number::Release},
    plan::upgrade::{self, UpgradeOutcome, UpgradeTo},
    report,
    snapshot::Replay,
    text::source::Sources,
    vocabulary::deployment::Role,
    world::engine::Inspected,
};
use std::rc::Rc;

pub(crate) fn run(to: &str, args: &PlanArgs, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let to = named(to, world)?;
    let mut sources = Sources::default();
    let subject = Subject::of(args, world)?;
    let of = |version: Option<&str>, sources: &mut Sources| subject.targets(version, world, sources);
    let mut before = of(None, &mut sources)?;
    let gateways = |targets: &[Target]| targets.iter().filter(|t| t.role == Role::Gateway).count();
    if gateways(&before) == 0 {
        return Err(CommandFailure::NoTarget("nothing here runs an OpenClaw gateway".to_owned()));
    }
    // An image that does not say its release has most likely the one that wrote the state.
    if let Some(wrote) = unnamed(&before).and_then(upgrade::wrote) {
        before = of(Some(&wrote.to_string()), &mut sources)?;
    }
    let after = of(Some(&to.version), &mut sources)?;
    let newest = Release::parse(Catalog::newest().openclaw).unwrap_or(Release::new(0, 0, 0));
    let upgrade = upgrade::ask(&to, before.iter().zip(&after), newest, &sources);
    output::each(world, |format, options, out| {
        report::upgrade::render(format, &upgrade, &sources, options, out)
    })?;
    let moves = upgrade.gateways.iter().any(|gateway| !gateway.settings.is_empty());
    Ok(match upgrade.outcome() {
        UpgradeOutcome::Starts if moves => Exit::Differences,
        UpgradeOutcome::Starts => Exit::Ok,
        UpgradeOutcome::Migrates => Exit::Differences,
        UpgradeOutcome::Unknown => Exit::Unreachable,
        UpgradeOutcome::Silent | UpgradeOutcome::Refuses => Exit::Findings,
    })
}

/// A gateway whose image does not say its release.
fn unnamed(targets: &[Target]) -> Option<&Target> {
    let is_assumed = |target: &&Target| {
        let fact = target.openclaw.as_ref();
        target.role == Role::Gateway && fact.is_some_and(|fact| fact.source == VersionSource::Assumed)
    };
    targets.iter().find(is_assumed)
}

/// A release, or an image whose tag or label says its release.
fn named(to: &str, world: &CommandContext<'_>) -> Result<UpgradeTo, CommandFailure> {
    let version = |text: &str| Release::parse(text).map(|_| text.trim().trim_start_matches('v').to_owned());
    if let Some(version) = version(to) {
        return Ok(UpgradeTo { version, image: None });
    }
    let image = Some(to.to_owned());
    if let Some(version) = detect::tag(to).and_then(version) {
        return Ok(UpgradeTo { version, image });
    }
    let unsaid = |why: &str| {
        CommandFailure::Usage(format!(
            "{to} {why}, so its release is not known; name the release: `--to {}`",
            Catalog::newest().openclaw
        ))
    };
    let found = world.engine().and_then(|engine| Ok(engine.image(to)?));
    let found = found.map_err(|_| unsaid("has no release in its tag, and no engine answers"))?;
    let found = found.ok_or_else(|| unsaid("is not on this engine"))?;
    let label = found.labels.get("org.opencontainers.image.version");
    let version = label.and_then(version).ok_or_else(|| unsaid("has no label of a release"))?;
    Ok(UpgradeTo { version, image })
}

/// What is asked about.
enum Subject {
    /// The services of compose files.
    Files(Box<ProjectRequest>),
    /// Containers of the engine, by name.
    Containers(Vec<Inspected>),
    /// Containers of a file of `clawdock snapshot`.
    Recorded(Box<snapshot::RecordedContainers>),
}

impl Subject {
    fn of(args: &PlanArgs, world: &CommandContext<'_>) -> Result<Self, CommandFailure> {
        if let Some(file) = &args.snapshot {
            return Ok(Self::Recorded(Box::new(snapshot::recorded(file, &args.services, world)?)));
        }
        let load = project::options(&args.project);
        let request = ProjectRequest { load, folder: None };
        let mut sources = Sources::default();
        let found = LoadedProject::new(&request, world.host, &mut sources);
        let has_services = |names: &[String]| names.iter().all(|name| found.has_service(name));
        if found.is_found() && has_services(&args.services) {
            let load = crate::compose::LoadOptions { services: args.services.clone(), ..request.load };
            return Ok(Self::Files(Box::new(ProjectRequest { load, folder: None })));
        }
        if args.services.is_empty() && found.is_found() {
            return Ok(Self::Files(Box::new(request)));
        }
        let engine = world.engine()?;
        Ok(Self::Containers(container::find(&engine, &args.services, true)?))
    }

    /// Everything that is asked about, as a release takes it.
    fn targets(
        &self,
        version: Option<&str>,
        world: &CommandContext<'_>,
        sources: &mut Sources,
    ) -> Result<Vec<Target>, CommandFailure> {
        let configured = |configuration: &Configuration| {
            let options = world.assemble_options(configuration);
            let openclaw_version = version.map(str::to_owned).or(options.openclaw_version.clone());
            AssembleOptions { openclaw_version, ..options }
        };
        let of_ground = |found: &[Inspected], ground: &dyn Ground, sources: &mut Sources| {
            let here = world.configurations.of(&world.host.cwd)?;
            let options: Vec<AssembleOptions> = found.iter().map(|_| configured(&here)).collect();
            let containers = container::containers(found, &options, ground, sources);
            Ok(containers.targets().cloned().collect())
        };
        match self {
            Self::Files(request) => {
                let loaded = LoadedProject::new(request, world.host, sources);
                let configuration: Rc<Configuration> = world.configurations.of(&loaded.folder())?;
                let project = loaded.assemble(&configured(&configuration), world.host, sources);
                if let Some(refusal) = project.refusals().next() {
                    return Err(CommandFailure::Usage(format!(
                        "{}: {}; `clawdock lint` shows all of it",
                        refusal.path, refusal.message
                    )));
                }
                Ok(project.targets().to_vec())
            }
            Self::Containers(found) => of_ground(found, &world.engine()?, sources),
            Self::Recorded(recorded) => {
                let ground = Replay::new(&recorded.snapshot, world.host.clock);
                of_ground(&recorded.found, &ground, sources)
            }
        }
    }
}
