//! CD410

use crate::rules::{Rule, RuleContext, Sink, support::common::last_step};
use crate::{
    openclaw::facts::OpenClawModel,
    text::source::Place,
    vocabulary::finding::{Confidence, Finding, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD410",
    name: "config-never-read",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "a file lies where the config is, under a name that OpenClaw never reads",
    impact: Impact::Ignored,
    effect: "OpenClaw never reads a config of this name",
    page: include_str!("../../../docs/rules/CD410.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// What other programs choose a config by.
const ENVIRONMENTS: [&str; 10] =
    ["production", "prod", "development", "dev", "staging", "stage", "test", "local", "docker", "override"];
const SYNTAXES: [&str; 6] = ["json", "json5", "jsonc", "yml", "yaml", "toml"];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    let own = last_step(&facts.config_path);
    let folder = facts.config_path.strip_suffix(own).unwrap_or_default().trim_end_matches('/');
    let mounts = case.target.deployment.mounts.iter();
    let mounted = mounts.filter_map(|m| {
        let (dir, name) = m.target.rsplit_once('/')?;
        (dir == folder).then_some((name, m.place))
    });
    let seen = facts.beside_config.iter().map(|name| (name.as_str(), None));
    let mut told: Vec<&str> = Vec::new();
    for (name, place) in mounted.chain(seen) {
        if name == own || told.contains(&name) || is_included(case, name) {
            continue;
        }
        let Some(kind) = kind(name) else { continue };
        told.push(name);
        findings.push(found(case, facts, folder, name, place, kind));
    }
}

/// What a name is meant to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum UnreadKind {
    /// `openclaw.production.json`, `openclaw.yml`.
    Config,
    /// `config.json`, which may belong to something else.
    PerhapsConfig,
    /// `.env.production`.
    Dotenv,
}

fn kind(name: &str) -> Option<UnreadKind> {
    let lower = name.to_ascii_lowercase();
    let is_environment = |word: &str| ENVIRONMENTS.contains(&word);
    if let Some(rest) = lower.strip_prefix(".env.") {
        return is_environment(rest).then_some(UnreadKind::Dotenv);
    }
    let parts: Vec<&str> = lower.split(['.', '-']).collect();
    match parts.as_slice() {
        ["openclaw", environment, syntax] if is_environment(environment) && SYNTAXES.contains(syntax) => {
            Some(UnreadKind::Config)
        }
        ["openclaw", syntax] if SYNTAXES.contains(syntax) && *syntax != "json" => Some(UnreadKind::Config),
        ["config", syntax] if SYNTAXES.contains(syntax) => Some(UnreadKind::PerhapsConfig),
        _ => None,
    }
}

/// The config names it in an `$include`, or a variable leads to it.
fn is_included(case: &RuleContext<'_>, name: &str) -> bool {
    let ending = format!("/{name}");
    case.target.sources.iter().any(|s| s.state.is_there() && s.path.ends_with(&ending))
}

fn found(
    case: &RuleContext<'_>,
    facts: &OpenClawModel,
    folder: &str,
    name: &str,
    place: Option<Place>,
    kind: UnreadKind,
) -> Finding {
    let own = last_step(&facts.config_path);
    let has_own = facts.beside_config.iter().any(|n| n == own);
    let reads = match kind {
        UnreadKind::Dotenv => ".env",
        _ => own,
    };
    let chosen = chosen_by(case).filter(|_| kind != UnreadKind::PerhapsConfig);
    let not_chosen = chosen.map(|v| format!(", and {v} chooses no file")).unwrap_or_default();
    let help = if kind == UnreadKind::Dotenv {
        format!("move its lines to {folder}/.env, and {}", case.target.advice.restart())
    } else if has_own {
        format!(
            "move what is needed to {folder}/{own} (or name the file there in an `$include`), and delete it"
        )
    } else {
        format!("call it {own}, or set OPENCLAW_CONFIG_PATH to it, and {}", case.target.advice.recreate())
    };
    let finding = RULE
        .finding(format!("{} reads {reads} in {folder}, and never {name}{not_chosen}", facts.release_name))
        .at(place.or(case.target.deployment.place), "its file is not read")
        .help(help)
        .key(format!("{folder}/{name}"));
    // A plugin may have a config.json of its own.
    if kind == UnreadKind::PerhapsConfig && has_own {
        finding.severity(Severity::Info).confidence(Confidence::Low)
    } else {
        finding
    }
}

/// A variable that other programs choose their config by.
fn chosen_by(case: &RuleContext<'_>) -> Option<&'static str> {
    let names = ["OPENCLAW_ENV", "NODE_ENV", "APP_ENV"];
    names
        .into_iter()
        .find(|name| case.target.variable(name).and_then(|v| v.value()).is_some_and(|v| !v.is_blank()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_never_read() {
        for name in ["openclaw.production.json", "openclaw.yml", "openclaw-prod.yaml", "openclaw.json5"] {
            assert_eq!(kind(name), Some(UnreadKind::Config), "{name}");
        }
        assert_eq!(kind("config.json"), Some(UnreadKind::PerhapsConfig));
        assert_eq!(kind(".env.production"), Some(UnreadKind::Dotenv));
        for name in
            ["openclaw.json", "openclaw.json.bak", "openclaw.example.json", ".env", ".env.example", "x.yml"]
        {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
