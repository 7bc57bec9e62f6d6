//! CD106

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{Rule, RuleContext, Sink, support::common::variables_in};
use crate::{
    openclaw::read::config::{Config, is_retired_reference},
    provenance::StepKind,
    secrets,
    syntax::dotenv::node,
    text::secret::js_trim,
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Finding, Impact, Severity},
        prediction::StartReasonId,
        setting::{Consumer, State},
        setting_key::SettingKey,
    },
};
use crate::{
    provenance::{Candidate, Layer},
    text::source::Language,
};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "CD106",
    name: "token-placeholder-or-weak",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the gateway's token or password is an example, a redaction placeholder, or easy to guess",
    impact: Impact::Stranger,
    effect: "the gateway's credential is easy to guess",
    page: include_str!("../../../docs/rules/CD106.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Shorter than this is easy to guess over the network; OpenClaw's own audit asks for 24.
const SHORTEST: usize = 24;
/// Fewer different characters than this is a pattern and no random text.
const FEWEST_DIFFERENT: usize = 8;

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    findings.extend(samples(case));
    findings.extend(configs(case));
    if case.target.role != Role::Gateway {
        return;
    }
    findings.extend(by_another_name(case));
    for (setting, what) in [(SettingKey::GatewayToken, "token"), (SettingKey::GatewayPassword, "password")] {
        let Some(view) = case.target.view(&setting, &Consumer::Gateway) else { continue };
        let Some(winner) = view.winner.as_ref().filter(|_| view.state == State::Set) else { continue };
        let value = winner.value.as_ref().map(|v| js_trim(v.expose())).unwrap_or_default();
        if winner.layer == Layer::Config && is_reference_as_text(value) {
            findings.push(
                RULE.finding(format!(
                    "{} is a reference in a retired form, which {} takes as the {what} itself: anybody can guess it",
                    winner.name,
                    case.target.facts.as_ref().map_or("OpenClaw", |f| f.release_name.as_str())
                ))
                .at(winner.written(), "taken as it is")
                .help(format!(
                    "write `${{NAME}}` with the name of the variable there, and {}",
                    case.target.advice.recreate()
                ))
                .key(setting),
            );
            continue;
        }
        let Some(fault) = fault(value) else { continue };
        let refused = case.target.start.as_ref().and_then(|s| s.exit_code) == Some(1);
        let effect = if refused { ": the gateway will refuse to start (exit 1)" } else { "" };
        findings.push(
            RULE.finding(format!("the gateway's {what} {fault}{effect}"))
                .at(winner.written(), format!("this {what}"))
                .and(winner.root(), "written here")
                .propose_fix(
                    new_secret(case, winner),
                    &format!(", and {}", case.target.advice.recreate()),
                    format!("write a new {what}, which is not shown"),
                )
                .key(setting)
                .all_about(case.stops(&[StartReasonId::CredentialRefused])),
        );
    }
}

/// Another credential in the place of one; not in a compose file, which is no place for it.
fn new_secret(case: &RuleContext<'_>, winner: &Candidate) -> Proposal {
    if winner.layer == Layer::ComposeEnvironment && winner.via.is_empty() && case.literal_at(winner).is_some()
    {
        return case.move_out("put the output of `openssl rand -hex 32`", winner, NewValue::Random);
    }
    let says = format!("replace it by the output of `openssl rand -hex 32` {}", case.edited(winner));
    match winner.root().filter(|root| case.sources.get(root.source).language != Language::Yaml) {
        Some(root) => case.replace(says, root, &winner.name, NewValue::Random),
        None => Proposal::words(says),
    }
}

/// Examples of env files, which are copied and not always edited. One finding for each file.
fn samples(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once() else { return Vec::new() };
    let views = case
        .project
        .iter()
        .flat_map(|t| &t.settings)
        .filter(|s| matches!(s.key, SettingKey::GatewayToken | SettingKey::GatewayPassword));
    let candidates = views.flat_map(|s| &s.views).flat_map(|v| &v.winner);
    let shown = candidates.flat_map(|c| c.via.iter()).filter_map(|v| match &v.step {
        StepKind::Interpolation { shown } => Some(variables_in(shown)),
        _ => None,
    });
    let used: BTreeSet<&str> = shown.flatten().collect();
    let is_credential = |name: &str| secrets::is_gateway_credential(name) || used.contains(name);
    let mut findings: Vec<Finding> = Vec::new();
    for source in &whole.samples {
        let mut of_file: Option<Finding> = None;
        for line in node::parse(*source, case.sources.get(*source).text()) {
            let is_set = !case.index.lines_of(&line.name).is_empty();
            let value = js_trim(line.value.expose());
            if is_set || value.is_empty() || !is_credential(&line.name) {
                continue;
            }
            let Some(fault) = fault(value) else { continue };
            of_file = Some(match of_file {
                Some(finding) => finding.and(Some(line.value_place), "and this"),
                None => RULE
                    .finding(format!(
                        "{} of the example {} {fault}: a copy that is not edited lets everybody in, or keeps the gateway from starting",
                        line.name,
                        case.sources.brief(line.value_place)
                    ))
                    .severity(Severity::Info)
                    .at(Some(line.value_place), "only an example")
                    .propose(
                        case.replace(
                            "leave the value empty in the example".to_owned(),
                            line.value_place,
                            &line.name,
                            NewValue::This(""),
                        ),
                        ", and say how to make one: `openssl rand -hex 32`",
                    )
                    .key(line.name.clone()),
            });
        }
        findings.extend(of_file);
    }
    findings
}

/// A fixed value under a name that OpenClaw does not read: the start script of an image may make the
/// gateway's token of it.
fn by_another_name(case: &RuleContext<'_>) -> Option<Finding> {
    let facts = case.target.facts.as_ref().filter(|f| !f.image.is_known())?;
    let own = |name: &str| {
        name.strip_prefix(facts.prefix).is_some_and(|n| matches!(n, "GATEWAY_TOKEN" | "GATEWAY_PASSWORD"))
    };
    let candidates =
        case.target.environment.iter().filter(|v| secrets::is_gateway_credential(&v.name) && !own(&v.name));
    candidates.filter_map(|v| v.winner.as_ref()).find_map(|winner| {
        let place = case.literal_at(winner)?;
        let value = js_trim(winner.value.as_ref()?.expose());
        let fault = fault(value).filter(|_| !value.is_empty())?;
        Some(
            RULE.finding(format!(
                "{} of {} {fault}, if the start script of the image turns it into the gateway's token",
                winner.name,
                case.subject()
            ))
            .severity(Severity::Info)
            .confidence(Confidence::Medium)
            .at(Some(place), "written here")
            .help(format!(
                "write ${{{name}:?}} and set {name} in {} to the output of `openssl rand -hex 32`; then {}",
                case.target.advice.values(),
                case.target.advice.recreate(),
                name = winner.name
            ))
            .key(winner.name.clone()),
        )
    })
}

/// Configs that lie in the project and are seen by no target. One finding for each file.
fn configs(case: &RuleContext<'_>) -> Vec<Finding> {
    let Some(whole) = case.whole_once() else { return Vec::new() };
    let unread = whole.configs.iter().filter(|id| !case.reads(**id));
    let mut findings = Vec::new();
    for id in unread {
        let config = Config::parse(*id, case.sources);
        for (path, key) in
            [(&["gateway", "auth", "token"][..], "token"), (&["gateway", "auth", "password"], "password")]
        {
            let Some(node) = config.node(path) else { continue };
            let value = node.text().map(|t| js_trim(t.expose())).unwrap_or_default();
            // What is filled in before the file is used is no value yet.
            if value.is_empty() || secrets::is_template(value) {
                continue;
            }
            let Some(fault) = fault(value) else { continue };
            findings.push(
                RULE.finding(format!(
                    "gateway.auth.{key} of {} {fault}: as the config of a gateway it lets everybody in, or keeps it from starting",
                    case.sources.brief(node.place)
                ))
                .severity(Severity::Info)
                .at(Some(node.place), "only an example")
                .help(format!("write `\"{key}\": \"${{OPENCLAW_GATEWAY_{}}}\"`, or leave it out, and set the variable", key.to_ascii_uppercase()))
                .key(format!("gateway.auth.{key}")),
            );
        }
    }
    findings
}

/// `secretref-env:NAME`, `__env__:NAME`, `SecretRef:env:default:NAME`.
fn is_reference_as_text(value: &str) -> bool {
    is_retired_reference(value) || value.starts_with("SecretRef:")
}

/// What is wrong with a credential, without any of its characters.
pub(crate) fn fault(value: &str) -> Option<String> {
    let different = value.chars().collect::<BTreeSet<_>>().len();
    let length = value.chars().count();
    if secrets::PUBLISHED_EXAMPLES.contains(&value) || value.starts_with("${") || value.starts_with("{{") {
        Some("is a published example, a redaction placeholder or an unfilled template".into())
    } else if secrets::is_placeholder(value) || secrets::is_published_example(value) {
        Some("looks like an example that was never replaced".into())
    } else if length < SHORTEST {
        Some(format!("has only {length} characters, which can be guessed"))
    } else if different < FEWEST_DIFFERENT {
        Some(format!("has only {different} different characters, which can be guessed"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults() {
        for weak in [
            "change-me-now",
            "123456",
            "__OPENCLAW_REDACTED__",
            "casaos",
            "<your-token-goes-in-here>",
            "请替换为一个长的随机的令牌请替换为一个长的随机的令牌",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(fault(weak).is_some(), "{weak}");
        }
        assert_eq!(fault("5f0c1d7be29a4833b6aa20d4c1e97f52"), None);
        assert_eq!(fault("correct horse battery staple 9"), None);
    }
}
