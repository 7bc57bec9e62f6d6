//! CD605

use crate::rules::{Rule, RuleContext, Sink, support::common::variables_in};
use crate::{
    openclaw::read::command::OpenClawCommand,
    provenance::{Candidate, StepKind},
    secrets,
    text::{
        secret::Text,
        source::{Place, SourceId, Span},
    },
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD605",
    name: "token-in-logs",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "the gateway's token is printed into the log, or part of an address",
    impact: Impact::Stranger,
    effect: "the token is printed where others can read it",
    page: include_str!("../../../docs/rules/CD605.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Variables that make the start script of an image print the token, and what it does then.
/// `OPENCLAW_PRINT_ACCESS`: `scripts/bootstrap.sh` of essamamdani/openclaw-coolify and its forks.
pub(crate) const PRINTERS: [(&str, &str); 1] = [(
    "OPENCLAW_PRINT_ACCESS",
    "has the start script print the address of the dashboard with the token in it",
)];

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role != Role::Other {
        findings.extend(printers(case));
        findings.extend(command(case));
    }
    for source in case.whole_once().iter().flat_map(|whole| &whole.texts) {
        findings.extend(addresses(case, *source));
    }
}

fn printers(case: &RuleContext<'_>) -> Vec<Finding> {
    let set = PRINTERS.iter().filter_map(|(name, what)| {
        let winner = case.target.variable(name)?.winner.as_ref()?;
        let readers = case.target.facts.as_ref().map(|facts| &facts.image.readers);
        if readers.is_some_and(|readers| readers.has_scripts() && readers.sees_all() && !readers.reads(name))
        {
            return None;
        }
        let value = winner.value.as_ref().map_or("", Text::expose).trim();
        let is_on = matches!(value.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on");
        is_on.then(|| {
            RULE.finding(format!(
                "{name} of {} {what}: whoever reads the log can use the gateway",
                case.subject()
            ))
            .at(winner.written(), "prints the token")
            .propose_fix(
                case.set_variable(format!("set {name} to \"0\""), name, "0"),
                &format!(", and {}", case.target.advice.recreate()),
                format!("set {name} to 0"),
            )
            .key(*name)
        })
    });
    set.collect()
}

/// A shell script of the compose file that prints the variable, or asks for the dashboard's address.
fn command(case: &RuleContext<'_>) -> Option<Finding> {
    let deployment = &case.target.deployment;
    let words = deployment.entrypoint.iter().chain(&deployment.command).flatten();
    let is_script = OpenClawCommand::words_of(deployment).is_script();
    let script = words.filter(|_| is_script).max_by_key(|w| w.value.len())?;
    let printed = script.value.expose().lines().any(prints_token);
    printed.then(|| {
        RULE.finding(format!(
            "the command of {} prints the gateway's token: whoever reads the log can use the gateway",
            case.subject()
        ))
        .at(script.place, "prints the token")
        .help(format!(
            "take the line out; {} shows where the token is without showing it. Then {}",
            case.target.advice.target().map_or_else(
                || "`clawdock explain gateway.auth.token`".to_owned(),
                |target| format!("`clawdock explain gateway.auth.token {target}`")
            ),
            case.target.advice.recreate()
        ))
        .key("command")
    })
}

/// `echo "… $OPENCLAW_GATEWAY_TOKEN"` to standard output; `openclaw dashboard`, which prints the
/// address with the token (openclaw 2026.9.6).
fn prints_token(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with('#') {
        return false;
    }
    let statement = |text: &str| {
        let text = text.trim();
        let echoes = text.starts_with("echo ") || text.starts_with("printf ");
        let to_file = text.contains('>') && !text.contains(">&2") && !text.contains("> /dev/std");
        let names_token = [
            "$OPENCLAW_GATEWAY_TOKEN",
            "${OPENCLAW_GATEWAY_TOKEN",
            "$CLAWDBOT_GATEWAY_TOKEN",
            "${CLAWDBOT_GATEWAY_TOKEN",
        ]
        .iter()
        .any(|name| text.match_indices(name).any(|(at, name)| is_whole(&text[at + name.len()..])));
        let dashboard = text.contains("openclaw dashboard") || text.contains("index.js dashboard");
        (echoes && names_token && !to_file && !text.contains('|')) || (dashboard && !to_file)
    };
    line.split("&&").flat_map(|part| part.split(';')).any(statement)
}

/// The value itself, and not whether there is one: `${NAME:+set}`, `${#NAME}`.
fn is_whole(rest: &str) -> bool {
    !rest.starts_with(":+")
        && !rest.starts_with('+')
        && !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// `…?token=VALUE` in a label, a bookmark or a health check: one finding for a file.
fn addresses(case: &RuleContext<'_>, source: SourceId) -> Option<Finding> {
    let text = case.sources.get(source).text();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if line.trim_start().starts_with('#') {
            continue;
        }
        let Some((offset, value)) = token_of_address(line) else { continue };
        if !is_of_a_page(&line[..offset]) || is_of_another(case, value) {
            continue;
        }
        let literal = !value.starts_with('$');
        let place = Place { source, span: Span::new(at + offset, at + offset + value.len()) };
        let finding = RULE
            .finding("an address in the compose file has a token in it: browsers keep it in their history, and servers in their logs")
            .at(Some(place), "part of an address")
            .help("open the address without the token, and give the token to the page that asks for it")
            .key("token");
        return Some(if literal { finding } else { finding.severity(Severity::Info) });
    }
    None
}

/// What stands before the token is an address that somebody opens: no `ws:`, and no host that only the
/// containers of a network know.
fn is_of_a_page(before: &str) -> bool {
    let Some(at) = before.rfind("://") else { return true };
    let scheme = before[..at].rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let host = before[at + 3..].split(['/', ':', '?', '#']).next().unwrap_or_default();
    let is_known_inside = !host.contains(['.', '$', '{', '[']) && host != "localhost" && !host.is_empty();
    !matches!(scheme, "ws" | "wss") && !is_known_inside
}

/// It is made of a variable that no gateway takes its credential from.
fn is_of_another(case: &RuleContext<'_>, value: &str) -> bool {
    let Some(name) = variables_in(value).first().copied().filter(|_| value.starts_with('$')) else {
        return false;
    };
    let is_from = |candidate: &Candidate| {
        candidate.name == name
            || candidate
                .via
                .iter()
                .any(|via| matches!(&via.step, StepKind::Variable { name: from, .. } if from == name))
    };
    let credentials = [SettingKey::GatewayToken, SettingKey::GatewayPassword];
    let mut views =
        credentials.iter().filter_map(|key| case.target.setting(key)).flat_map(|setting| &setting.views);
    !secrets::is_gateway_credential(name) && !views.any(|view| view.offered().any(is_from))
}

fn token_of_address(line: &str) -> Option<(usize, &str)> {
    const KEYS: [&str; 3] = ["?token=", "&token=", "#token="];
    let (at, key) = KEYS.iter().find_map(|key| line.find(key).map(|at| (at, key)))?;
    let start = at + key.len();
    let value = line[start..].split(['"', '\'', ' ', '\n', '\r', '&', '`', '<']).next()?;
    // A script that puts it together has nothing here.
    (!value.is_empty()).then_some((start, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_the_token() {
        for line in [
            "echo \"token: $OPENCLAW_GATEWAY_TOKEN\"",
            "x=1; printf '%s' \"${OPENCLAW_GATEWAY_TOKEN}\"",
            "openclaw dashboard --no-open",
        ] {
            assert!(prints_token(line), "{line}");
        }
        for line in [
            "# echo $OPENCLAW_GATEWAY_TOKEN",
            "echo \"$OPENCLAW_GATEWAY_TOKEN\" > /run/token",
            "echo ${OPENCLAW_GATEWAY_TOKEN:+set}",
            "echo $OPENCLAW_GATEWAY_TOKEN_FILE",
            "echo \"$OPENCLAW_GATEWAY_TOKEN\" | sha256sum",
            "node dist/index.js gateway",
        ] {
            assert!(!prints_token(line), "{line}");
        }
    }

    #[test]
    fn addresses_that_somebody_opens() {
        for before in [
            "index: ?token=",
            "url: http://192.168.1.4:18789/?token=",
            "url: \"https://claw.example.org/#token=",
            "a: http://localhost:18789/?token=",
            "a: http://${HOST}:18789/?token=",
        ] {
            assert!(is_of_a_page(before), "{before}");
        }
        for before in
            ["A: ws://browser:3000?token=", "A=wss://a.example.org/?token=", "A: http://browser:3000/?token="]
        {
            assert!(!is_of_a_page(before), "{before}");
        }
    }

    #[test]
    fn tokens_of_addresses() {
        assert_eq!(token_of_address("  index: ?token=casaos\n"), Some((16, "casaos")));
        assert_eq!(token_of_address("a: 'ws://b:3000?token=' + env.T"), None);
        assert_eq!(token_of_address("a: http://b:3000/?token=${T}\n").map(|(_, v)| v), Some("${T}"));
    }
}
