//! `clawdock explain`: one setting, or a rule; `clawdock env`: an environment.

use super::{
    Exit, Failure, World, catalogue,
    inspect::{self, Selection},
    lint::{self, Projects},
    output,
};
use crate::{
    cli::{Env, Explain},
    finding::Finding,
    openclaw::{catalog::Catalog, view::decide},
    report::{self, Format, RenderOptions, Report},
    rules,
    source::Sources,
    target::{Category, Consumer, Role, Setting},
};

pub(super) fn run(args: &Explain, world: &World<'_>) -> Result<Exit, Failure> {
    if let Some(rule) = rules::find(&args.key) {
        return catalogue::page(rule, world);
    }
    let key = args.key.as_str();
    if key.strip_prefix("CD").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Failure::Usage(super::unknown_rule(key)));
    }
    let (mut report, sources) = look_at(args.target.as_deref(), world)?;
    for entry in &mut report.targets {
        let target = &mut entry.target;
        if target.role != Role::Other && !target.settings.iter().any(|s| s.is_about(key)) {
            target.settings.extend(unset(key));
        }
        target.settings.retain(|s| s.is_about(key));
        let names: Vec<String> = target.settings.iter().flat_map(|s| s.variables.clone()).collect();
        let keep = |name: &str| name == key || names.iter().any(|n| n == name);
        target.environment.retain(|v| keep(&v.name));
        target.process_environment.iter_mut().for_each(|e| e.retain(|v| keep(&v.name)));
        let is_asked = |f: &Finding| f.key.as_deref().is_some_and(|k| k == key || keep(k));
        entry.findings.retain(is_asked);
        entry.suppressed.retain(|s| is_asked(&s.finding));
    }
    report.targets.retain(|t| !t.target.settings.is_empty() || !t.target.environment.is_empty());
    if report.targets.is_empty() && report.refusals.is_empty() {
        // A line pasted out of a .env is not repeated.
        let key = crate::redact::name(key.split('=').next().unwrap_or_default(), false);
        return Err(Failure::Usage(format!(
            "nothing here is called {key}: no setting, variable, provider or rule; `-v` of inspect and lint lists everything"
        )));
    }
    output::each(world, |format, options, out| {
        let options = RenderOptions { verbose: true, quiet: false, ..options.clone() };
        report::render(format, &report, &sources, &options, out)
    })?;
    Ok(Exit::Ok)
}

pub(super) fn env(args: &Env, world: &World<'_>) -> Result<Exit, Failure> {
    let (mut report, sources) = look_at(args.target.as_deref(), world)?;
    if args.process {
        report.targets.retain(|t| t.target.process_environment.is_some());
        for entry in &mut report.targets {
            entry.target.environment = entry.target.process_environment.clone().unwrap_or_default();
        }
    }
    if world.global.only_changed {
        crate::control::changed::keep(&mut report);
    }
    output::each(world, |format, options, out| match format {
        Format::Human => report::environment::render(&report, &sources, options, out),
        _ => report::render(format, &report, &sources, options, out),
    })?;
    let nothing = report.targets.is_empty() && !report.refusals.is_empty();
    Ok(if nothing { Exit::Input } else { Exit::Ok })
}

/// A path is a project on disk; anything else is a container.
fn look_at(target: Option<&str>, world: &World<'_>) -> Result<(Report, Sources), Failure> {
    let is_path = |t: &str| t == "-" || t.contains('/') || world.host.files.exists(&world.host.cwd.join(t));
    match target {
        Some(name) if !is_path(name) => inspect::report(&Selection::of(name), None, world),
        path => {
            let paths = path.map(Into::into).into_iter().collect();
            lint::report(&Projects { paths, ..Projects::default() }, world)
        }
    }
}

/// What OpenClaw knows and nothing here sets: the places that were looked at are the answer.
fn unset(key: &str) -> Option<Setting> {
    let catalog = Catalog::newest();
    let provider = catalog.providers.iter().find(|(id, p)| **id == key || p.variables.contains(&key));
    let of_path =
        ["gateway.", "models.", "env.", "agents.", "auth.", "proxy."].iter().any(|p| key.starts_with(p));
    let known = of_path
        || catalog.read.contains(&key)
        || ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "OPENAI_BASE_URL", "TZ", "HOME"]
            .contains(&key);
    let (name, variables) = match provider {
        Some((id, provider)) => (
            format!("models.providers.{id}.apiKey"),
            provider.variables.iter().map(|v| (*v).to_owned()).collect(),
        ),
        None if known => (key.to_owned(), Vec::new()),
        None => return None,
    };
    let view = |consumer| decide(consumer, Vec::new(), Vec::new());
    Some(Setting {
        name,
        variables,
        category: Category::Other,
        secret: true,
        views: vec![view(Consumer::Gateway), view(Consumer::Cli)],
    })
}
