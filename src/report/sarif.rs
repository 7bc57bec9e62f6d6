//! `--format sarif`: SARIF 2.1.0 (OASIS, with errata 01), for code scanning.

mod flow;
mod location;
mod wire;

use super::{RenderOptions, json, phrases::Phrases};
use crate::{
    findings::{
        fingerprint,
        report::{Report, Suppression, TargetReport},
    },
    model::target::Target,
    rules::{RULES, Rule},
    text::source::Sources,
    vocabulary::finding::{Confidence, Finding, Fix, Impact, Refusal, Severity},
};
use location::Locations;
use std::{
    collections::BTreeSet,
    io::{self, Write},
};
use wire::{
    ArtifactLocation, BaseIds, Descriptor, Driver, Help, Invocation, Message, Notification,
    PartialFingerprints, ResultProperties, RuleProperties, SarifConfiguration, SarifLevel, SarifLocation,
    SarifLog, SarifResult, SarifRun, Tool,
};

/// Writes a log with one run.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let say = Phrases::new(report.guard(options.reveal), sources, options);
    let locations = Locations { say: &say };
    let mut results = Vec::new();
    for (entry, (reported, kept)) in report.targets.iter().zip(fingerprint::of_all(report, sources)) {
        for (finding, print) in entry.findings.iter().zip(reported) {
            results.push(result(&locations, entry, finding, print));
        }
        for (suppressed, print) in entry.suppressed.iter().zip(kept) {
            let Some(suppression) = suppression(&locations, &suppressed.by) else { continue };
            let result = result(&locations, entry, &suppressed.finding, print);
            results.push(SarifResult { suppressions: vec![suppression], ..result });
        }
    }
    let fired: BTreeSet<&str> = results.iter().map(|result: &SarifResult| result.rule_id).collect();
    let root = locations.root();
    let run = SarifRun {
        tool: Tool { driver: driver(&fired) },
        invocations: [Invocation {
            // Something could be analysed, whatever Docker Compose refuses.
            execution_successful: !(report.refusals.iter().any(|r| r.fatal) && report.targets.is_empty()),
            tool_execution_notifications: report
                .refusals
                .iter()
                .map(|r| notification(&locations, r))
                .collect(),
        }],
        original_uri_base_ids: BaseIds { srcroot: ArtifactLocation { uri: root, uri_base_id: None } },
        column_kind: "unicodeCodePoints",
        results,
    };
    json::write(&SarifLog::new(run), out)
}

fn driver(fired: &BTreeSet<&str>) -> Driver {
    Driver {
        name: "clawdock",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_HOMEPAGE"),
        rules: RULES.iter().map(|rule| descriptor(rule, fired.contains(rule.id))).collect(),
        notifications: [Descriptor {
            id: REFUSAL,
            name: None,
            short_description: Message::of("Docker Compose refuses the project"),
            full_description: Message::of(REFUSED),
            help: Help { text: REFUSED, markdown: REFUSED },
            default_configuration: SarifConfiguration { level: SarifLevel::Error },
            properties: None,
        }],
    }
}

/// What the notifications are of.
const REFUSAL: &str = "compose-refusal";

/// What they mean.
const REFUSED: &str = "Docker Compose itself would refuse this project: `docker compose up` starts nothing. \
                       What could be resolved all the same was judged.";

/// The page of a rule is long: it is given where the rule has a result.
fn descriptor(rule: &Rule, has_fired: bool) -> Descriptor {
    let help = if has_fired { rule.page } else { rule.summary };
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    };
    Descriptor {
        id: rule.id,
        name: Some(rule.name),
        short_description: Message::of(rule.summary),
        full_description: Message::of(rule.summary),
        help: Help { text: help, markdown: help },
        default_configuration: SarifConfiguration { level: level(rule.severity) },
        properties: Some(RuleProperties {
            tags: tags(rule),
            precision: precision(rule.confidence),
            problem_severity: severity,
            security_severity: security_severity(rule),
            since: rule.since,
        }),
    }
}

fn tags(rule: &Rule) -> Vec<&'static str> {
    let of_security = security_severity(rule).map(|_| "security");
    ["openclaw", "docker"].into_iter().chain(of_security).collect()
}

/// What GitHub sorts security alerts by, as CVSS counts: of rules about who gets in, or reads a secret.
fn security_severity(rule: &Rule) -> Option<&'static str> {
    (rule.impact == Impact::Stranger).then_some(match rule.severity {
        Severity::Error => "8.0",
        Severity::Warning => "6.0",
        Severity::Info => "3.0",
    })
}

fn level(severity: Severity) -> SarifLevel {
    match severity {
        Severity::Error => SarifLevel::Error,
        Severity::Warning => SarifLevel::Warning,
        Severity::Info => SarifLevel::Note,
    }
}

/// GitHub's words for how sure a rule is.
fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

fn result(
    locations: &Locations<'_, '_>,
    entry: &TargetReport,
    finding: &Finding,
    print: String,
) -> SarifResult {
    let say = locations.say;
    let mut message = say.sentence(&finding.message);
    if let Some(help) = &finding.help {
        message.push_str(&format!("\n\nHelp: {}", say.sentence_lines(help)));
    }
    let related = finding.related.iter().zip(1..);
    SarifResult {
        rule_id: finding.rule,
        rule_index: RULES.iter().position(|r| r.id == finding.rule),
        level: level(finding.severity),
        message: Message::of(message),
        locations: [primary(locations, &entry.target, finding)],
        related_locations: related
            .map(|(related, id)| SarifLocation {
                id: Some(id),
                message: Some(Message::of(say.sentence(&related.message))),
                ..locations.at(related.place)
            })
            .collect(),
        code_flows: flow::of_finding(locations, &entry.target, finding),
        partial_fingerprints: PartialFingerprints { finding: print },
        fixes: finding.fix.iter().filter_map(|f| fix(locations, f)).collect(),
        suppressions: Vec::new(),
        properties: ResultProperties {
            target: say.name(&entry.target.name),
            service: entry.target.service.as_deref().map(|s| say.name(s)),
            key: finding.key.as_deref().map(|k| say.name(k)),
            confidence: finding.confidence,
        },
    }
}

/// A fix whose edits show nothing of a value.
fn fix(locations: &Locations<'_, '_>, fix: &Fix) -> Option<wire::SarifFix> {
    let changes: Option<Vec<_>> = fix.edits.iter().map(|edit| locations.change(edit)).collect();
    let description = format!("{} ({})", locations.say.sentence(&fix.title), fix.kind.id());
    let artifact_changes = changes.filter(|c| !c.is_empty())?;
    Some(wire::SarifFix { description: Message::of(description), artifact_changes })
}

/// What keeps a result back, which a log tells and does not hide; nothing where nobody decided it,
/// and another result says the same.
fn suppression(locations: &Locations<'_, '_>, by: &Suppression) -> Option<wire::SarifSuppression> {
    let (kind, justification, location) = match by {
        Suppression::Comment { place, reason } => {
            let reason = reason.as_deref().map(|r| locations.say.sentence(r));
            ("inSource", reason, Some(locations.at(*place)))
        }
        Suppression::Path { pattern } => {
            let pattern = locations.say.path(pattern);
            ("external", Some(format!("clawdock.toml ignores it in {pattern}")), None)
        }
        Suppression::Baseline => ("external", Some("it is in the baseline".to_owned()), None),
        Suppression::Yielded { .. } | Suppression::Merged { .. } => return None,
    };
    Some(wire::SarifSuppression { kind, justification, location })
}

/// Where it is written, and which service or container it is about.
fn primary(locations: &Locations<'_, '_>, target: &Target, finding: &Finding) -> SarifLocation {
    let label = finding.label.as_deref().map(|l| Message::of(locations.say.sentence(l)));
    let place = finding.place.map(|p| locations.at(p)).unwrap_or_default();
    SarifLocation { message: label, logical_locations: vec![locations.target(target)], ..place }
}

fn notification(locations: &Locations<'_, '_>, refusal: &Refusal) -> Notification {
    let location = match refusal.place {
        Some(place) => locations.at(place),
        None => locations.file(&refusal.path),
    };
    Notification {
        descriptor: wire::RuleReference { id: REFUSAL, index: 0 },
        level: SarifLevel::Error,
        message: Message::of(locations.say.refused(refusal)),
        locations: [location],
    }
}

#[cfg(test)]
mod tests;
