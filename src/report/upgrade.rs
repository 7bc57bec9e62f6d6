//! An [`Upgrade`] for people, and as JSON.

use super::{
    Format, RenderOptions,
    human::Page,
    json::{self, ProgramField, Wire, WireCandidate, WirePlace},
    markdown, yaml,
};
use crate::{
    plan::upgrade::{
        ChangedSetting, Direction, GatewayUpgrade, Upgrade, UpgradeOutcome, UpgradeReason, UpgradeStep,
    },
    redact::Guard,
    text::source::Sources,
    vocabulary::{
        prediction::StateChange,
        setting::{Resolution, State},
    },
};
use owo_colors::Style;
use serde::Serialize;
use std::io::{self, Write};

/// The JSON Schema of an upgrade.
pub const SCHEMA: &str = include_str!("../../docs/upgrade.schema.json");

/// What `schema` says.
const ID: &str = "clawdock.upgrade/1";

/// Writes what an upgrade comes to.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    format: Format,
    upgrade: &Upgrade<'_>,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let targets = upgrade.gateways.iter().flat_map(|gateway| [gateway.before, gateway.after]);
    let guard = Guard::of(targets, &[], options.reveal);
    match format {
        Format::Human => human(upgrade, &mut Page::new(guard, sources, options, out)),
        Format::Json => json::write(&document(upgrade, &Wire { guard, sources, options }), out),
        Format::Yaml => yaml::write(&document(upgrade, &Wire { guard, sources, options }), out),
        Format::Markdown => {
            let mut text = Vec::new();
            let options = RenderOptions { color: false, ..options.clone() };
            human(upgrade, &mut Page::new(guard, sources, &options, &mut text))?;
            out.write_all(markdown::fenced("text", &String::from_utf8_lossy(&text)).as_bytes())
        }
        _ => Err(super::unsupported(format, "an upgrade")),
    }
}

fn human(upgrade: &Upgrade<'_>, page: &mut Page<'_>) -> io::Result<()> {
    for gateway in &upgrade.gateways {
        page.gap()?;
        one(page, upgrade, gateway)?;
    }
    Ok(())
}

/// What becomes of it, in a clause.
fn outcome(gateway: &GatewayUpgrade<'_>) -> String {
    match (gateway.outcome, gateway.exit_code) {
        (UpgradeOutcome::Starts, _) => "would start".to_owned(),
        (UpgradeOutcome::Migrates, _) => "would start, and migrate the state: one way".to_owned(),
        (UpgradeOutcome::Unknown, _) => "whether it would start is not known from here".to_owned(),
        (UpgradeOutcome::Silent, _) => "would run and not answer".to_owned(),
        (UpgradeOutcome::Refuses, Some(code)) => format!("would not start (exit {code})"),
        (UpgradeOutcome::Refuses, None) => "would not start".to_owned(),
    }
}

fn one(page: &mut Page<'_>, upgrade: &Upgrade<'_>, gateway: &GatewayUpgrade<'_>) -> io::Result<()> {
    let name = page.name(&gateway.before.name);
    let from = page.release(gateway.before).unwrap_or_else(|| "an unknown release".to_owned());
    let to = page.name(&upgrade.to.version);
    let way = match gateway.direction {
        Direction::Up | Direction::Unknown => format!("{from} to {to}"),
        Direction::Down => format!("{from} back to {to}"),
        Direction::Same => format!("{from}, which it runs already"),
    };
    page.title(&name, &format!("{way}: {}", outcome(gateway)))?;
    for reason in &gateway.reasons {
        let at = reason.place.map(|place| format!(" ({})", page.line_of(place))).unwrap_or_default();
        let already = if reason.already { "; so it is today" } else { "" };
        let message = with_path(page, &reason.message, reason.file.as_deref());
        let text = format!("{message}{at}{already}");
        page.indented(2, &text, Style::new())?;
    }
    if let Some(wrote) = &gateway.wrote {
        let text = format!("OpenClaw {} wrote the config last", page.name(wrote));
        page.indented(2, &text, Style::new().dimmed())?;
    }
    if !gateway.changes.is_empty() {
        section(page, "What the start changes in the state:")?;
        for change in &gateway.changes {
            let one_way = if change.one_way { "" } else { "; this can be taken back" };
            let at = change.place.map(|place| format!(" ({})", page.line_of(place))).unwrap_or_default();
            let message = with_path(page, &change.message, Some(&change.subject));
            let text = format!("{message}{at}{one_way}");
            page.indented(4, &text, Style::new())?;
        }
    }
    if !gateway.unread.is_empty() {
        section(page, "What is not read any more, with the sessions and logins in it:")?;
        for path in &gateway.unread {
            let path = page.path(path);
            page.indented(4, &path, Style::new())?;
        }
    }
    if !gateway.settings.is_empty() {
        section(page, "Settings that come from another place:")?;
        for changed in &gateway.settings {
            setting(page, changed)?;
        }
    }
    steps(page, "Do this, in order:", &gateway.steps)?;
    steps(page, "The way back:", &gateway.back)
}

/// A clause with the path in it as the reader would type it.
fn with_path(page: &Page<'_>, message: &str, path: Option<&str>) -> String {
    let message = page.sentence(message);
    match path.filter(|path| path.starts_with('/')) {
        Some(path) => message.replace(path, &page.path(path)),
        None => message,
    }
}

fn section(page: &mut Page<'_>, heading: &str) -> io::Result<()> {
    page.indented(2, heading, Style::new().bold())
}

fn setting(page: &mut Page<'_>, changed: &ChangedSetting<'_>) -> io::Result<()> {
    let of = changed.setting;
    let side = |view: Option<&Resolution>| {
        let Some((view, winner)) = view.and_then(|view| Some((view, view.winner.as_ref()?))) else {
            let is_unknown = view.is_some_and(|view| view.state == State::Unknown);
            return if is_unknown { "unknown from here" } else { "not set" }.to_owned();
        };
        let origin = page.origin(winner);
        match (view.state, winner.place) {
            (State::Unresolved, _) => format!("none, and no other is tried: {origin}"),
            (_, None) => format!("{} ({origin})", page.held(of, view, winner)),
            // The name of a profile or variable says more than its place.
            _ if winner.name != of.name() => format!("{}, {origin}", page.name(&winner.name)),
            _ => origin,
        }
    };
    let (before, after) = (side(changed.before), side(changed.after));
    let name = page.name(&changed.setting.name());
    page.indented(4, &format!("{name}: {after}; now {before}"), Style::new())
}

fn steps(page: &mut Page<'_>, heading: &str, steps: &[UpgradeStep]) -> io::Result<()> {
    if steps.is_empty() || page.options.quiet {
        return Ok(());
    }
    section(page, heading)?;
    for (number, step) in steps.iter().enumerate() {
        let does = page.sentence(&step.does);
        page.indented(4, &format!("{}. {does}", number + 1), Style::new())?;
        if let Some(command) = &step.command {
            // A command is copied whole, whatever its length.
            let command = page.sentence(command);
            page.line(&format!("       {command}"))?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct UpgradeDocument {
    schema: &'static str,
    clawdock: ProgramField,
    to: WireUpgradeTo,
    outcome: &'static str,
    gateways: Vec<WireGatewayUpgrade>,
}

#[derive(Serialize)]
struct WireUpgradeTo {
    version: String,
    image: Option<String>,
}

#[derive(Serialize)]
struct WireGatewayUpgrade {
    target: String,
    from: Option<String>,
    config_written_by: Option<String>,
    direction: &'static str,
    outcome: &'static str,
    exit_code: Option<i32>,
    reasons: Vec<WireUpgradeReason>,
    changes: Vec<WireStateChange>,
    not_read: Vec<String>,
    settings: Vec<WireChangedSetting>,
    steps: Vec<WireUpgradeStep>,
    back: Vec<WireUpgradeStep>,
}

#[derive(Serialize)]
struct WireUpgradeReason {
    message: String,
    location: Option<WirePlace>,
    already: bool,
}

#[derive(Serialize)]
struct WireStateChange {
    id: &'static str,
    subject: String,
    message: String,
    one_way: bool,
    location: Option<WirePlace>,
}

#[derive(Serialize)]
struct WireChangedSetting {
    setting: String,
    before: Option<WireChangedSide>,
    after: Option<WireChangedSide>,
}

#[derive(Serialize)]
struct WireChangedSide {
    state: State,
    winner: Option<WireCandidate>,
}

#[derive(Serialize)]
struct WireUpgradeStep {
    does: String,
    command: Option<String>,
}

fn document(upgrade: &Upgrade<'_>, wire: &Wire<'_>) -> impl Serialize + use<> {
    UpgradeDocument {
        schema: ID,
        clawdock: ProgramField { version: env!("CARGO_PKG_VERSION") },
        to: WireUpgradeTo {
            version: wire.name(&upgrade.to.version),
            image: upgrade.to.image.as_deref().map(|image| wire.message(image)),
        },
        outcome: upgrade.outcome().id(),
        gateways: upgrade.gateways.iter().map(|gateway| wire_gateway(gateway, wire)).collect(),
    }
}

fn wire_gateway(gateway: &GatewayUpgrade<'_>, wire: &Wire<'_>) -> WireGatewayUpgrade {
    let reason = |reason: &UpgradeReason| WireUpgradeReason {
        message: wire.message(&reason.message),
        location: wire.origin(reason.place),
        already: reason.already,
    };
    let change = |change: &StateChange| WireStateChange {
        id: change.id.id(),
        subject: wire.message(&change.subject),
        message: wire.message(&change.message),
        one_way: change.one_way,
        location: wire.origin(change.place),
    };
    let side = |view: Option<&Resolution>| {
        view.map(|view| WireChangedSide {
            state: view.state,
            winner: view.winner.as_ref().map(|winner| wire.candidate(winner)),
        })
    };
    let step = |step: &UpgradeStep| WireUpgradeStep {
        does: wire.message(&step.does),
        command: step.command.as_deref().map(|command| wire.message(command)),
    };
    WireGatewayUpgrade {
        target: wire.name(&gateway.before.name),
        from: gateway.before.openclaw.as_ref().map(|fact| wire.name(&fact.version)),
        config_written_by: gateway.wrote.as_deref().map(|wrote| wire.name(wrote)),
        direction: match gateway.direction {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Same => "same",
            Direction::Unknown => "unknown",
        },
        outcome: gateway.outcome.id(),
        exit_code: gateway.exit_code,
        reasons: gateway.reasons.iter().map(reason).collect(),
        changes: gateway.changes.iter().map(change).collect(),
        not_read: gateway.unread.iter().map(|path| wire.message(path)).collect(),
        settings: gateway
            .settings
            .iter()
            .map(|changed| WireChangedSetting {
                setting: wire.name(&changed.setting.name()),
                before: side(changed.before),
                after: side(changed.after),
            })
            .collect(),
        steps: gateway.steps.iter().map(step).collect(),
        back: gateway.back.iter().map(step).collect(),
    }
}
