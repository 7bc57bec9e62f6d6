//! `clawdock plan`: what `docker compose up -d` would change.

use crate::cli::{
    output, project,
    run::{CommandContext, CommandFailure, Exit},
};
use crate::vocabulary::finding::SaidBy;
use crate::{
    cli::args::PlanArgs,
    compose::{self, LoadOptions},
    model::container_env,
    plan::{self, Live, PlannedImage, WantedService, shape::ServiceShape},
    report,
    text::source::Sources,
    world::engine::{
        Engine, Inspected, ListFilter,
        container::{self, ContainerSummary},
    },
};
use std::collections::{BTreeSet, HashMap};

/// What Compose writes into the labels of a container (docker compose v5.5, `pkg/api/labels.go`).
const PROJECT: &str = "com.docker.compose.project";
const IMAGE: &str = "com.docker.compose.image";
const NUMBER: &str = "com.docker.compose.container-number";

pub(crate) fn run(args: &PlanArgs, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let mut sources = Sources::default();
    let options = LoadOptions { services: args.services.clone(), ..project::options(&args.project) };
    if options.files.iter().any(|f| f == "-") {
        return Err(CommandFailure::Usage("plan reads files; name the compose file with -f FILE".into()));
    }
    let mut loaded = compose::load(&options, world.host, &mut sources);
    compose::client_proxies::add(&mut loaded.services, world.host, &mut sources);
    if let Some(refusal) = loaded.refusals.first() {
        let at = refusal.place.map(|p| format!(":{}", sources.line_col(p).line)).unwrap_or_default();
        return Err(CommandFailure::Usage(format!(
            "{} the project: {}{at}: {}; `clawdock lint` shows all of it",
            match refusal.by {
                SaidBy::Compose => "Docker Compose refuses",
                SaidBy::Clawdock => "clawdock does not read",
            },
            refusal.path,
            refusal.message
        )));
    }
    let engine = world.engine()?;
    let name = loaded.name.clone().unwrap_or_default();
    let filter = ListFilter { all: true, labels: vec![format!("{PROJECT}={name}")] };
    let listed = engine.list(&filter)?;
    let ids: Vec<&str> = listed.iter().map(|s| s.id.as_str()).collect();
    let inspected = engine.inspect_all(&ids).into_iter().collect::<Result<Vec<Inspected>, _>>()?;
    let mut images = LocalImages { engine: &engine, known: HashMap::new() };
    let mut wanted = Vec::new();
    for service in loaded.services.iter().filter(|s| s.enabled) {
        let image = images.of(&image_name(&name, service))?;
        wanted.push(WantedService {
            service: service.name.clone(),
            shape: ServiceShape::of_service(&loaded, service, image.as_ref()),
            image: image.map_or(PlannedImage::Absent, |image| PlannedImage::Id(image.id)),
            facts: plan::facts(service),
        });
    }
    let containers = inspected.iter().map(|i| container(i, &wanted, &loaded, &listed)).collect();
    let all: BTreeSet<String> = loaded.services.iter().map(|s| s.name.clone()).collect();
    let plan = plan::plan(name, wanted, containers, &all);
    output::each(world, |format, options, out| report::plan::render(format, &plan, &sources, options, out))?;
    Ok(if plan.has_changes() { Exit::Differences } else { Exit::Ok })
}

fn image_name(project: &str, service: &compose::Service) -> String {
    let written = service.deployment().image.map(|i| i.value);
    written.unwrap_or_else(|| format!("{project}-{}", service.name))
}

fn container(
    inspected: &Inspected,
    wanted: &[WantedService],
    project: &compose::ComposeProject,
    all: &[ContainerSummary],
) -> Live {
    let container = &inspected.container;
    let service = container.labels.service().unwrap_or_default().to_owned();
    let wanted = wanted.iter().find(|w| w.service == service);
    let environment = wanted.map(|w| w.shape.environment.as_slice());
    let service_of = |id: &str| {
        let found = all.iter().find(|s| s.id == id)?;
        found.labels.service().map(str::to_owned)
    };
    let environment = container_env::environment(container, inspected.image.as_ref(), environment);
    let mut shape = ServiceShape::of_container(container, environment, service_of);
    let of_files = project.services.iter().find(|s| s.name == service);
    if let (Some(wanted), Some(service)) = (wanted, of_files) {
        shape.leave_out_what_comes_along(&wanted.shape, service);
    }
    Live {
        name: container.name.clone(),
        number: container.labels.get(NUMBER).and_then(|n| n.parse().ok()).unwrap_or_default(),
        state: container.state.status.clone(),
        image: container.labels.get(IMAGE).map(str::to_owned),
        one_off: container.labels.is_oneoff(),
        service,
        shape,
    }
}

/// The images that were asked for, each once.
struct LocalImages<'a> {
    engine: &'a Engine,
    known: HashMap<String, Option<container::EngineImage>>,
}

impl LocalImages<'_> {
    fn of(&mut self, name: &str) -> Result<Option<container::EngineImage>, CommandFailure> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let image = self.engine.image(name)?;
        self.known.insert(name.to_owned(), image.clone());
        Ok(image)
    }
}
