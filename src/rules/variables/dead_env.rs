//! CD204

use crate::rules::{
    Rule, RuleContext, Sink,
    exposure::token_in_logs::PRINTERS,
    support::{common::variables_in, fixes},
};
use crate::{
    openclaw::{facts::OpenClawModel, release::catalog::Catalog},
    provenance::{Candidate, Layer, StepKind},
    text::nearest,
    vocabulary::finding::{Confidence, Fix, FixKind, Impact, Severity},
    vocabulary::setting_key::SettingKey,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD204",
    name: "dead-env",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "an OPENCLAW_* variable is set that the program does not read",
    impact: Impact::Ignored,
    effect: "OpenClaw ignores a variable that is set",
    page: include_str!("../../../docs/rules/CD204.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Where a setting goes that people try to set by a variable.
const PLACES: [(&str, &str); 22] = [
    ("OPENCLAW_GATEWAY_BIND", "`--bind` in `command:`, or gateway.bind in openclaw.json"),
    ("OPENCLAW_BIND", "`--bind` in `command:`, or gateway.bind in openclaw.json"),
    ("OPENCLAW_GATEWAY_HOST", "`--bind` in `command:`, or gateway.bind in openclaw.json"),
    ("OPENCLAW_HOST", "`--bind` in `command:`, or gateway.bind in openclaw.json"),
    ("OPENCLAW_PORT", "OPENCLAW_GATEWAY_PORT, or gateway.port in openclaw.json"),
    ("OPENCLAW_GATEWAY_MODE", "gateway.mode in openclaw.json"),
    ("OPENCLAW_ALLOWED_ORIGINS", "gateway.controlUi.allowedOrigins in openclaw.json"),
    ("OPENCLAW_GATEWAY_ALLOWED_ORIGINS", "gateway.controlUi.allowedOrigins in openclaw.json"),
    ("OPENCLAW_GATEWAY_TRUSTED_PROXIES", "gateway.trustedProxies in openclaw.json"),
    ("OPENCLAW_MODEL", "agents.defaults.model.primary in openclaw.json"),
    ("OPENCLAW_DEFAULT_MODEL", "agents.defaults.model.primary in openclaw.json"),
    ("OPENCLAW_PRIMARY_MODEL", "agents.defaults.model.primary in openclaw.json"),
    ("OPENCLAW_AUTH_TOKEN", "OPENCLAW_GATEWAY_TOKEN"),
    ("OPENCLAW_TOKEN", "OPENCLAW_GATEWAY_TOKEN"),
    ("OPENCLAW_GATEWAY_SECRET", "OPENCLAW_GATEWAY_TOKEN"),
    ("OPENCLAW_CONFIG_DIR", "OPENCLAW_STATE_DIR or OPENCLAW_CONFIG_PATH"),
    ("OPENCLAW_TZ", "TZ"),
    ("OPENCLAW_API_KEY", "the provider's own variable, such as ANTHROPIC_API_KEY"),
    ("OPENCLAW_WORKSPACE", "OPENCLAW_WORKSPACE_DIR, or agents.defaults.workspace in openclaw.json"),
    ("GATEWAY_TOKEN", "OPENCLAW_GATEWAY_TOKEN"),
    ("GATEWAY_AUTH_TOKEN", "OPENCLAW_GATEWAY_TOKEN"),
    ("GATEWAY_PASSWORD", "OPENCLAW_GATEWAY_PASSWORD"),
];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = case.target.facts.as_ref().filter(|f| f.prefix == "OPENCLAW_") else { return };
    let of_catalog = case.target.openclaw.as_ref().is_some_and(|v| v.version == Catalog::newest().openclaw);
    for variable in &case.target.environment {
        let name = variable.name.as_str();
        let Some(winner) = variable.winner.as_ref().filter(|w| !w.is_blank()) else {
            continue;
        };
        let read = facts.references.contains(name) || facts.image.reads(name);
        if !is_dead(name) || read || is_only_for_compose(case, name, winner) || is_named_right(case, name) {
            continue;
        }
        // A start script may read it.
        if !facts.image.runs_as_known() && PRINTERS.iter().any(|(printer, _)| *printer == name) {
            continue;
        }
        let place = PLACES.iter().find(|(n, _)| *n == name).map(|(_, place)| *place);
        let file = of_file(name);
        let meant = meant(name, place);
        // Compose itself uses it.
        let is_used = case.index.is_interpolated(name);
        let set_already = meant.filter(|meant| is_set(case, meant)).map(str::to_owned);
        let set_already = set_already.or_else(|| given(case, place?));
        let help = match (file, set_already) {
            (Some(variable), _) => {
                let path = winner.value.as_ref().map(|v| v.expose().trim()).unwrap_or_default();
                let path = if path.starts_with('/') { path } else { "/run/secrets/NAME" };
                format!(
                    "have the start command export it: `export {variable}=\"$(cat {path})\"`, or refer to the file in openclaw.json by a secret reference with `source: \"file\"`"
                )
            }
            (None, Some(given)) if is_used => {
                format!("leave {name} out of the container: {given} is set already")
            }
            (None, Some(given)) => format!("remove {name}: {given} is set already"),
            (None, None) => match (place, meant) {
                (Some(place), _) => format!("use {place}"),
                (None, Some(near)) => format!("use {near}, if that is what you mean"),
                (None, None) if is_used => {
                    format!("keep {name} where the compose files use it; the container has no use for it")
                }
                (None, None) => format!("remove {name}"),
            },
        };
        let decides_bind =
            matches!(name, "OPENCLAW_GATEWAY_BIND" | "OPENCLAW_BIND") && !binds_so(case, winner);
        let finding = RULE
            .finding(format!(
                "{} {} {name}: it has no effect in {}",
                facts.release_name,
                not_read(facts),
                case.subject()
            ))
            .severity(if decides_bind {
                Severity::Error
            } else if is_passed_on(case, winner) {
                Severity::Info
            } else {
                Severity::Warning
            })
            .at(winner.written(), "not read")
            .and(winner.root(), "its value is written here")
            .help(help)
            .key(name);
        let mended = if file.is_some() {
            None
        } else {
            mend(case, winner, place, decides_bind, facts.image.runs_as_known())
        };
        let finding = finding.fix(mended);
        // A line for Compose does no harm in the container.
        let finding = if is_used { finding.severity(Severity::Info) } else { finding };
        // The start script of an unknown image may turn it into config.
        findings.push(if facts.image.runs_as_known() {
            // Another release may read what the one of the catalogue does not.
            if of_catalog { finding } else { finding.confidence(Confidence::Medium) }
        } else {
            finding.severity(Severity::Info).confidence(Confidence::Low)
        });
    }
}

/// The flag of the command or the key of the config that is meant, where it has a value.
fn given(case: &RuleContext<'_>, meant: &str) -> Option<String> {
    let facts = case.target.facts.as_ref()?;
    let mut words = meant.split([' ', ',']).map(|word| word.trim_matches('`'));
    words.find_map(|word| {
        if word.starts_with("--") {
            return facts.command.has(word).then(|| format!("`{word}` in {}", case.target.advice.command()));
        }
        let key: Vec<&str> = word.split('.').collect();
        let is_key = key.len() > 1 && word != "openclaw.json";
        (is_key && facts.config.node(&key).is_some()).then(|| format!("{word} in openclaw.json"))
    })
}

/// The variable that somebody means who sets a dead one: that of its place, else one that is called almost
/// the same.
fn meant(name: &str, place: Option<&'static str>) -> Option<&'static str> {
    let is_variable = |name: &&str| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    match place {
        Some(place) => place.split(',').next().filter(is_variable),
        None => nearest(name),
    }
}

/// The variable that is meant has a value.
fn is_set(case: &RuleContext<'_>, meant: &str) -> bool {
    let variable = case.target.variable(meant);
    variable.and_then(|v| v.winner.as_ref()).is_some_and(|winner| !winner.is_blank())
}

/// The variable that a file's path is given for: `X` of `X_FILE`, a convention of Docker's own images.
fn of_file(name: &str) -> Option<&str> {
    name.strip_suffix("_FILE").filter(|variable| Catalog::newest().read.contains(variable))
}

/// The name that is read, or the variable goes; a setting that has a place of its own is not dropped
/// without a look.
fn mend(
    case: &RuleContext<'_>,
    dead: &Candidate,
    place: Option<&'static str>,
    decides_bind: bool,
    known: bool,
) -> Option<Fix> {
    let word = dead.value.as_ref().map(|v| v.expose().trim());
    if decides_bind {
        return fixes::bind(case, word.and_then(bind_mode)?, FixKind::Unsafe);
    }
    let to = meant(&dead.name, place);
    let renamed = to.and_then(|to| fixes::rename(case, dead, to));
    renamed.or_else(|| fixes::dead(case, dead, known && place.is_none() && to.is_none()))
}

/// The bind mode that somebody means by a word.
fn bind_mode(word: &str) -> Option<&'static str> {
    Some(match word {
        "lan" | "0.0.0.0" | "all" | "::" => "lan",
        "loopback" | "localhost" | "127.0.0.1" => "loopback",
        "auto" => "auto",
        "tailnet" => "tailnet",
        _ => return None,
    })
}

/// `does not read`, or with the start script of a known image `and … do not read`.
fn not_read(facts: &OpenClawModel) -> String {
    let reader = facts.image.reader();
    if reader.is_empty() {
        "does not read".to_owned()
    } else {
        format!("{} do not read", reader.trim_start())
    }
}

fn is_dead(name: &str) -> bool {
    let catalog = Catalog::newest();
    let is_bare = || PLACES.iter().any(|(known, _)| *known == name);
    !catalog.read.contains(&name) && (name.starts_with("OPENCLAW_") || is_bare())
}

/// A name without `OPENCLAW_` is somebody else's where the one that is meant is set as well, or
/// something beside OpenClaw gets it too.
fn is_named_right(case: &RuleContext<'_>, name: &str) -> bool {
    let is_set = |name: &str| {
        let winner = case.target.variable(name).and_then(|v| v.winner.as_ref());
        winner.is_some_and(|w| !w.is_blank())
    };
    !name.starts_with("OPENCLAW_")
        && (is_set("OPENCLAW_GATEWAY_TOKEN")
            || is_set("OPENCLAW_GATEWAY_PASSWORD")
            || case.index.is_set_beside(name))
}

/// `env_file: .env` carries the variables of the compose file itself into the container, where they
/// do no harm; OpenClaw's own compose file also pins its directories by name.
fn is_only_for_compose(case: &RuleContext<'_>, name: &str, winner: &Candidate) -> bool {
    let pinned_by_the_official_file = name == "OPENCLAW_CONFIG_DIR"
        && winner
            .value
            .as_ref()
            .is_some_and(|v| case.target.facts.as_ref().is_some_and(|f| f.state_dir == v.expose()));
    let from_env_file = winner.layer == Layer::ComposeEnvFile
        || winner.via.iter().any(|v| v.step == StepKind::Field(Layer::ComposeEnvFile));
    pinned_by_the_official_file || (from_env_file && Catalog::newest().compose_only.contains(&name))
}

/// `--bind` is made of the same variable, so the one in `environment:` does no harm.
fn is_passed_on(case: &RuleContext<'_>, wanted: &Candidate) -> bool {
    let bind = case.target.own_view(&SettingKey::GatewayBind).and_then(|v| v.winner.as_ref());
    let variables = |c: &Candidate| -> Vec<String> {
        let names = c.via.iter().filter_map(|via| match &via.step {
            StepKind::Variable { name, .. } => Some(name.clone()),
            StepKind::Interpolation { shown } => variables_in(shown).first().map(|name| (*name).to_owned()),
            _ => None,
        });
        names.collect()
    };
    let Some(bind) =
        bind.filter(|_| matches!(wanted.name.as_str(), "OPENCLAW_GATEWAY_BIND" | "OPENCLAW_BIND"))
    else {
        return false;
    };
    // A value that is not known has no steps back; what is written names the variable.
    let written = bind.place.map(|place| variables_in(case.written(place))).unwrap_or_default();
    let of_wanted = variables(wanted);
    variables(bind).iter().any(|name| of_wanted.contains(name)) || written.contains(&wanted.name.as_str())
}

/// The gateway listens all the same where the variable says it should.
fn binds_so(case: &RuleContext<'_>, wanted: &Candidate) -> bool {
    if is_passed_on(case, wanted) {
        return true;
    }
    let reach = |value: &str| {
        match value {
            "lan" | "auto" | "0.0.0.0" | "all" => "all",
            "localhost" | "127.0.0.1" => "loopback",
            other => other,
        }
        .to_owned()
    };
    let bind = case.target.own_view(&SettingKey::GatewayBind).and_then(|v| v.winner.as_ref());
    let value = |c: &Candidate| c.value.as_ref().map(|v| reach(v.expose().trim()));
    bind.and_then(value) == value(wanted)
}

/// The variable that differs in a few letters.
fn nearest(name: &str) -> Option<&'static str> {
    let near = nearest::nearest(name, Catalog::newest().read.iter().copied())?;
    // Two letters of a short word make another word: OPENCLAW_MODE is not meant to be OPENCLAW_HOME.
    let word = name.split_once('_').map_or(name, |(_, word)| word);
    let most = if word.len() < 8 { 1 } else { 2 };
    (nearest::distance(near, name) <= most).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        assert_eq!(nearest("OPENCLAW_GATEWAY_TOKN"), Some("OPENCLAW_GATEWAY_TOKEN"));
        assert_eq!(nearest("OPENCLAW_SOMETHING_ELSE"), None);
        assert_eq!(nearest("OPENCLAW_MODE"), None);
        assert_eq!(nearest("OPENCLAW_HOEM"), Some("OPENCLAW_HOME"));
        assert_eq!(nearest("OPENCLAW_HOMES"), Some("OPENCLAW_HOME"));
        assert_eq!(nearest("OPENCLAW_HMOE"), Some("OPENCLAW_HOME"));
        assert_eq!(
            meant("OPENCLAW_PORT", Some("OPENCLAW_GATEWAY_PORT, or x")),
            Some("OPENCLAW_GATEWAY_PORT")
        );
        assert_eq!(meant("OPENCLAW_HOMES", Some("gateway.mode in openclaw.json")), None);
        assert!(is_dead("OPENCLAW_GATEWAY_BIND"));
        assert!(!is_dead("OPENCLAW_GATEWAY_TOKEN"));
        assert!(is_dead("GATEWAY_TOKEN") && !is_dead("GATEWAY_URL"));
        assert!(!is_dead("TZ"));
    }
}
