//! CD601

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{Rule, RuleContext, Sink, Yield};
use crate::text::secret::Text;
use crate::{
    provenance::Candidate,
    secrets,
    text::{
        secret::js_trim,
        source::{Place, SourceId, Span},
    },
    vocabulary::finding::{Confidence, Finding, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD601",
    name: "literal-secret-in-compose",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a token, key or password is written out in a compose file",
    impact: Impact::Stranger,
    effect: "a secret is written in a compose file",
    page: include_str!("../../../docs/rules/CD601.md"),
    since: "0.1.0",
    // They say what else is wrong with the value, and what to put in its place.
    yields_to: &[Yield::on_place("CD106"), Yield::on_place("CD315"), Yield::on_place("CD707")],
    check,
};

/// What is written, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// Whoever has it has the account, or the gateway.
    Credential,
    /// A word that somebody thought of.
    Word,
}

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_openclaw() {
        return;
    }
    for variable in &case.target.environment {
        for candidate in variable.candidates() {
            let Some(place) = case.literal_at(candidate).filter(|place| !is_told_before(case, *place)) else {
                continue;
            };
            let Some(strength) = strength(candidate) else { continue };
            findings.push(in_value(case, candidate, place, strength));
        }
    }
    for source in case.whole_once().iter().flat_map(|whole| &whole.texts) {
        findings.extend(in_comments(case, *source));
    }
}

/// Another service has it too, by an anchor or `extends`, and tells of it.
fn is_told_before(case: &RuleContext<'_>, place: Place) -> bool {
    case.index.has_literal_before(place, case.target)
}

fn strength(candidate: &Candidate) -> Option<Strength> {
    let name = candidate.name.as_str();
    let value = js_trim(candidate.value.as_ref()?.expose());
    if let Some(password) = secrets::password_of_url(value) {
        return secrets::is_generated(password).then_some(Strength::Credential);
    }
    let class = secrets::classify(value);
    if secrets::is_gateway_credential(name) {
        return class.may_be_secret().then_some(Strength::Credential);
    }
    if !secrets::names_credential(name) || !class.may_be_secret() {
        return None;
    }
    if class.is_generated() {
        return Some(Strength::Credential);
    }
    // `OLLAMA_API_KEY: ollama-local`: keys that are none.
    secrets::allows_chosen_value(name).then_some(Strength::Word)
}

fn in_value(case: &RuleContext<'_>, candidate: &Candidate, place: Place, strength: Strength) -> Finding {
    let file = file_of(case, place.source);
    let tracked = case.is_tracked(place.source);
    let url = candidate.value.as_ref().and_then(|v| secrets::password_of_url(v.expose()));
    let name = match url {
        Some(_) => format!("the password in {}", candidate.name),
        None => candidate.name.clone(),
    };
    let message = match (strength, tracked) {
        (Strength::Word, _) => {
            format!("{name} has a fixed value in {file}, which everybody who has the file knows")
        }
        (_, true) => {
            format!("{name} is written in {file}, which is tracked by git")
        }
        (_, false) => format!("{name} is written in {file}, in plain text"),
    };
    let anew = if strength == Strength::Credential && tracked {
        ", have a new one made, as the old one stays in the history of the repository,"
    } else {
        ""
    };
    let finding = RULE
        .finding(message)
        .at(candidate.place.or(Some(place)), "written out")
        .and(Some(place), "here")
        .propose_fix(
            moved(case, candidate),
            &format!("{anew} and {}", case.target.advice.recreate()),
            format!("move the value of {} to {}", candidate.name, case.target.advice.values()),
        )
        .key(candidate.name.clone());
    weighed(finding, strength, tracked)
}

/// The value goes to where Compose takes values from, and the compose file refers to it.
fn moved(case: &RuleContext<'_>, candidate: &Candidate) -> Proposal {
    let value = candidate.value.as_ref().map(Text::expose).unwrap_or_default();
    case.move_out("put the value", candidate, NewValue::Same(value))
}

fn weighed(finding: Finding, strength: Strength, tracked: bool) -> Finding {
    match (strength, tracked) {
        (Strength::Credential, true) => finding,
        (Strength::Credential, false) => finding.severity(Severity::Warning),
        (Strength::Word, _) => finding.severity(Severity::Info).confidence(Confidence::Medium),
    }
}

/// Lines that are commented out, and notes that somebody left: one finding for a file.
fn in_comments(case: &RuleContext<'_>, source: SourceId) -> Option<Finding> {
    let text = case.sources.get(source).text();
    let mut start = 0;
    let mut found: Option<Finding> = None;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let Some((name, value)) =
            commented(line).filter(|(n, v)| secrets::names_credential(n) && secrets::is_generated(v))
        else {
            continue;
        };
        let offset = line.rfind(value).unwrap_or_default();
        let place = Some(Place { source, span: Span::new(at + offset, at + offset + value.len()) });
        let tracked = case.is_tracked(source);
        found = Some(match found {
            Some(finding) => finding.and(place, "and this"),
            None => weighed(
                RULE.finding(format!(
                    "a comment of {} holds what looks like the value of {name}",
                    file_of(case, source)
                ))
                .confidence(Confidence::Medium)
                .at(place, "in a comment")
                .help("take it out of the comment; if it is in use, have a new one made")
                .key(name),
                Strength::Credential,
                tracked,
            ),
        });
    }
    found
}

/// `#  - NAME=value`, `# NAME: value`
fn commented(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start().strip_prefix('#')?.trim_start_matches(['#', ' ', '\t', '-']);
    let at = text.find(['=', ':'])?;
    let name = text[..at].trim().trim_matches(['"', '\'']);
    let value = text[at + 1..].split_whitespace().next()?.trim_matches(['"', '\'']);
    let plain = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    (plain && !name.is_empty()).then_some((name, value))
}

fn file_of(case: &RuleContext<'_>, source: SourceId) -> String {
    let path = case.host_file(source).and_then(|p| p.file_name());
    path.map_or_else(|| "the compose file".to_owned(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_commented_out() {
        assert_eq!(commented("  #   - A_TOKEN=abc # x\n"), Some(("A_TOKEN", "abc")));
        assert_eq!(commented("## TOKEN_1   = abc\n"), Some(("TOKEN_1", "abc")));
        assert_eq!(commented("# see https://x\n"), None);
        assert_eq!(commented("A_TOKEN=abc\n"), None);
    }
}
