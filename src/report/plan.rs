//! A [`Plan`] for people, and as JSON.

use super::{
    Format, RenderOptions, diff,
    human::Page,
    json::{self, ProgramField, Wire},
    markdown,
    words::counted,
    yaml,
};
use crate::{
    plan::{self, Action, Live, Plan, PlanStep, Planned},
    redact::Guard,
    text::source::Sources,
};
use owo_colors::Style;
use serde::Serialize;
use std::io::{self, Write};

/// The JSON Schema of a plan.
pub const SCHEMA: &str = include_str!("../../docs/plan.schema.json");

/// What `schema` says.
const ID: &str = "clawdock.plan/1";

/// Writes a plan.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    format: Format,
    plan: &Plan,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let guard = guard(plan, options.reveal);
    match format {
        Format::Human => human(plan, &mut Page::new(guard, sources, options, out)),
        Format::Json => json::write(&document(plan, &Wire { guard, sources, options }), out),
        Format::Yaml => yaml::write(&document(plan, &Wire { guard, sources, options }), out),
        Format::Markdown => {
            let mut text = Vec::new();
            let options = RenderOptions { color: false, ..options.clone() };
            human(plan, &mut Page::new(guard, sources, &options, &mut text))?;
            out.write_all(markdown::fenced("diff", &String::from_utf8_lossy(&text)).as_bytes())
        }
        _ => Err(super::unsupported(format, "a plan")),
    }
}

fn guard(plan: &Plan, reveal: bool) -> Guard {
    let wanted = plan.services.iter().map(|p| &p.wanted.shape);
    let live = plan.services.iter().flat_map(|p| &p.containers).filter_map(|s| s.live.as_ref());
    let live = live.chain(&plan.orphans).map(|l| &l.shape);
    let shapes = wanted.chain(live);
    Guard::of_environments(shapes.map(|s| (s.environment.as_slice(), &s.deployment)), reveal)
}

/// What is done, in a sentence.
fn phrase(action: Action) -> &'static str {
    match action {
        Action::Fail => "makes `up` fail",
        Action::Create => "would be created",
        Action::Recreate => "would be recreated",
        Action::Remove => "would be removed",
        Action::Start => "would be started",
        Action::Restart => "would be restarted",
        Action::Unknown => "may be recreated",
        Action::Keep => "stays as it is",
    }
}

fn human(plan: &Plan, page: &mut Page<'_>) -> io::Result<()> {
    for planned in &plan.services {
        let kept = planned.action() == Action::Keep;
        if kept && page.options.quiet {
            continue;
        }
        service(page, planned)?;
    }
    for orphan in &plan.orphans {
        page.gap()?;
        let name = page.name(&orphan.name);
        page.title(&name, &orphaned(orphan))?;
    }
    if page.options.quiet {
        return Ok(());
    }
    let counts = PlanCounts::of(plan);
    let parts = [
        (counts.fail, "that `up` fails on"),
        (counts.create, "to create"),
        (counts.recreate, "to recreate"),
        (counts.remove, "to remove"),
        (counts.start, "to start"),
        (counts.restart, "to restart"),
        (counts.unknown, "that may be recreated"),
        (counts.keep, "that stay as they are"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    page.gap()?;
    let project = page.name(&plan.project);
    let orphans = match plan.orphans.len() {
        0 => String::new(),
        n => format!("; {} left over", counted(n, "container", "containers")),
    };
    page.paragraph(&match parts.is_empty() {
        true => format!("Nothing to do in {project}{orphans}."),
        false => format!("Containers of {project}: {}{orphans}.", parts.join(", ")),
    })
}

fn orphaned(orphan: &Live) -> String {
    if orphan.one_off {
        "is left over from `docker compose run`; `--remove-orphans` removes it".to_owned()
    } else {
        "is of a service that the files do not have; it stays, and `--remove-orphans` removes it".to_owned()
    }
}

fn service(page: &mut Page<'_>, planned: &Planned) -> io::Result<()> {
    for step in &planned.containers {
        page.gap()?;
        let name = match &step.live {
            Some(live) => page.name(&live.name),
            None => page.name(&planned.wanted.service),
        };
        let why = step.why.iter().map(|why| page.sentence(why)).collect::<Vec<_>>().join("; ");
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        page.title(&name, &format!("{}{why}", phrase(step.action)))?;
        if let Some(live) = &step.live {
            for entry in &planned.differences(live).entries {
                // What is the same, or cannot be told, is no reason.
                if plan::differs(entry) {
                    diff::human_entry(page, entry)?;
                }
            }
        }
        let unseen: Vec<String> = planned.unseen(step).iter().map(|f| page.name(f)).collect();
        if !unseen.is_empty() {
            let text = format!("cannot be seen in the container: {}", unseen.join(", "));
            page.indented(2, &text, Style::new().dimmed())?;
        }
    }
    Ok(())
}

#[derive(Serialize, Default)]
struct PlanCounts {
    fail: usize,
    create: usize,
    recreate: usize,
    remove: usize,
    start: usize,
    restart: usize,
    unknown: usize,
    keep: usize,
}

impl PlanCounts {
    fn of(plan: &Plan) -> Self {
        let mut counts = Self::default();
        for step in plan.services.iter().flat_map(|p| &p.containers) {
            *match step.action {
                Action::Fail => &mut counts.fail,
                Action::Create => &mut counts.create,
                Action::Recreate => &mut counts.recreate,
                Action::Remove => &mut counts.remove,
                Action::Start => &mut counts.start,
                Action::Restart => &mut counts.restart,
                Action::Unknown => &mut counts.unknown,
                Action::Keep => &mut counts.keep,
            } += 1;
        }
        counts
    }
}

#[derive(Serialize)]
struct PlanDocument {
    schema: &'static str,
    clawdock: ProgramField,
    project: String,
    services: Vec<WireService>,
    orphans: Vec<WireOrphan>,
    summary: PlanCounts,
}

#[derive(Serialize)]
struct WireService {
    service: String,
    action: &'static str,
    containers: Vec<WireStep>,
    not_compared: Vec<String>,
}

#[derive(Serialize)]
struct WireStep {
    container: Option<String>,
    state: Option<String>,
    action: &'static str,
    why: Vec<String>,
    entries: Vec<diff::WireEntry>,
}

#[derive(Serialize)]
struct WireOrphan {
    container: String,
    service: String,
    state: String,
}

fn document(plan: &Plan, wire: &Wire<'_>) -> impl Serialize + use<> {
    PlanDocument {
        schema: ID,
        clawdock: ProgramField { version: env!("CARGO_PKG_VERSION") },
        project: wire.name(&plan.project),
        services: plan.services.iter().map(|p| wire_service(p, wire)).collect(),
        orphans: plan
            .orphans
            .iter()
            .map(|live| WireOrphan {
                container: wire.name(&live.name),
                service: wire.name(&live.service),
                state: wire.message(&live.state),
            })
            .collect(),
        summary: PlanCounts::of(plan),
    }
}

fn wire_service(planned: &Planned, wire: &Wire<'_>) -> WireService {
    let step = |step: &PlanStep| WireStep {
        container: step.live.as_ref().map(|l| wire.name(&l.name)),
        state: step.live.as_ref().map(|l| wire.message(&l.state)),
        action: step.action.id(),
        why: step.why.iter().map(|w| wire.message(w)).collect(),
        entries: step.live.as_ref().map_or_else(Vec::new, |live| {
            planned.differences(live).entries.iter().map(|e| diff::wire_entry(wire, e)).collect()
        }),
    };
    WireService {
        service: wire.name(&planned.wanted.service),
        action: planned.action().id(),
        containers: planned.containers.iter().map(step).collect(),
        not_compared: planned.wanted.facts.not_compared.iter().map(|f| wire.name(f)).collect(),
    }
}
