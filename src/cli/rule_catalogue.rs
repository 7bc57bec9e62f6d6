//! `clawdock rules`, and `clawdock explain CD101`: what the rules say of themselves.

use crate::cli::{
    output,
    run::{CommandContext, CommandFailure, Exit},
};
use crate::{
    report::{Format, json, markdown, yaml},
    rules::{RULES, Rule},
    vocabulary::finding::{Confidence, Severity},
};
use serde::Serialize;

/// Lists the rules.
pub(crate) fn list(world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    output::each(world, |format, _, out| match format {
        Format::Json => json::write(&List::new(), out),
        Format::Yaml => yaml::write(&List::new(), out),
        Format::Markdown => {
            let rows = RULES.iter().map(|r| [r.id, r.name, r.severity.id(), r.summary].map(markdown::prose));
            let head = ["rule", "name", "severity", "says that"].map(str::to_owned);
            out.write_all(markdown::table(head, rows).as_bytes())
        }
        _ => RULES.iter().try_for_each(|r| {
            writeln!(out, "{}  {:<8} {}\n{:>15}{}", r.id, r.severity.id(), r.name, "", r.summary)
        }),
    })?;
    Ok(Exit::Ok)
}

/// Prints the page of a rule, which is Markdown that people read as it is.
pub(crate) fn page(rule: &Rule, world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    output::each(world, |format, _, out| match format {
        Format::Json => json::write(&CataloguePage { rule: CatalogueEntry::of(rule), page: rule.page }, out),
        Format::Yaml => yaml::write(&CataloguePage { rule: CatalogueEntry::of(rule), page: rule.page }, out),
        _ => out.write_all(rule.page.as_bytes()),
    })?;
    Ok(Exit::Ok)
}

#[derive(Serialize)]
struct List {
    schema: &'static str,
    rules: Vec<CatalogueEntry>,
}

impl List {
    fn new() -> Self {
        Self { schema: "clawdock.rules/1", rules: RULES.iter().map(|r| CatalogueEntry::of(r)).collect() }
    }
}

#[derive(Serialize)]
struct CatalogueEntry {
    id: &'static str,
    name: &'static str,
    severity: Severity,
    confidence: Confidence,
    summary: &'static str,
    since: &'static str,
}

impl CatalogueEntry {
    fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id,
            name: rule.name,
            severity: rule.severity,
            confidence: rule.confidence,
            summary: rule.summary,
            since: rule.since,
        }
    }
}

#[derive(Serialize)]
struct CataloguePage {
    #[serde(flatten)]
    rule: CatalogueEntry,
    page: &'static str,
}
