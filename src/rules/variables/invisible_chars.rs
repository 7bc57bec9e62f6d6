//! CD211

use crate::rules::{Rule, RuleContext, Sink, support::fixes};
use crate::{
    provenance::Candidate,
    text::{
        secret::js_trim,
        source::{Language, Place, Source, SourceId, Span},
    },
    vocabulary::finding::{Confidence, Finding, FixKind, Impact, Severity},
};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "CD211",
    name: "invisible-chars",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a secret holds a character that cannot be seen",
    impact: Impact::Credential,
    effect: "a secret contains an invisible character",
    page: include_str!("../../../docs/rules/CD211.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let mut told: BTreeSet<Option<Place>> = BTreeSet::new();
    let process = target.process_environment.as_ref().unwrap_or(&target.environment);
    let variables = process.iter().filter_map(|v| v.winner.as_ref());
    let secret = |c: &&Candidate| case.is_credential(&c.name);
    let of_settings = target.settings.iter().filter(|s| s.secret).flat_map(|s| &s.views);
    let settings = of_settings.filter_map(|v| v.winner.as_ref());
    for candidate in variables.filter(secret).chain(settings) {
        let Some((kind, inside)) = candidate.value.as_ref().and_then(|v| fault(v.expose())) else { continue };
        if told.insert(candidate.root()) {
            findings.push(in_value(case, candidate, kind, inside));
        }
    }
    for variable in &target.environment {
        let Some(winner) = &variable.winner else { continue };
        if let Some(kind) = variable.name.chars().find_map(invisible) {
            findings.push(
                RULE.finding(format!("the name of a variable of {} holds {kind}", case.subject()))
                    .at(winner.written(), "a name that nothing reads")
                    .help(format!("retype the name, and {}", case.target.advice.recreate())),
            );
        }
    }
    if let Some(whole) = case.whole_once() {
        let env_files: BTreeSet<SourceId> = whole.dotenv.iter().map(|line| line.place.source).collect();
        let files = whole.texts.iter().copied().chain(env_files);
        findings.extend(files.filter_map(|id| in_file(case, id)));
    }
}

fn in_value(case: &RuleContext<'_>, candidate: &Candidate, kind: &str, inside: bool) -> Finding {
    let name = &candidate.name;
    let message = if inside {
        format!("{name} holds {kind} among its characters")
    } else {
        format!(
            "{name} begins or ends with {kind}: OpenClaw takes that off, and what else reads the value does not"
        )
    };
    let finding = RULE
        .finding(message)
        .at(candidate.place, "its value")
        .and(candidate.root(), "written here")
        .help(format!(
            "retype the value at {} (copying it takes the character along), and {}",
            case.at(candidate),
            case.target.advice.recreate()
        ))
        .key(name.clone())
        .fix(candidate.root().and_then(|place| {
            // OpenClaw takes off what is at the ends.
            let kind = if inside { FixKind::Unsafe } else { FixKind::Safe };
            fixes::strip(case, place, name, |c| invisible(c).is_some(), kind)
        }));
    if inside { finding } else { finding.severity(Severity::Warning) }
}

/// What is wrong with a value, and whether it is among other characters and not at an end.
fn fault(value: &str) -> Option<(&'static str, bool)> {
    // A key in PEM, a JSON document.
    if js_trim(value).is_empty() || value.contains("-----BEGIN") || value.trim_start().starts_with('{') {
        return None;
    }
    let inner = js_trim(value).trim_matches(|c| invisible(c).is_some());
    if let Some(kind) = inner.chars().find_map(invisible) {
        return Some((kind, true));
    }
    let ends = value.chars().take(1).chain(value.chars().next_back());
    let blank = |c: char| invisible(c).or_else(|| c.is_whitespace().then_some("a space"));
    if inner.len() == value.len() { None } else { ends.into_iter().find_map(blank).map(|kind| (kind, false)) }
}

fn invisible(c: char) -> Option<&'static str> {
    Some(match c {
        '\r' => "a carriage return",
        '\n' => "a line end",
        '\t' => "a tabulator",
        '\u{feff}' => "a byte-order mark",
        '\u{a0}' | '\u{202f}' | '\u{2007}' => "a no-break space",
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' => "a zero-width character",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a character that turns the text direction"
        }
        '\u{ad}' => "a soft hyphen",
        c if c.is_control() => "a control character",
        _ => return None,
    })
}

/// Compose reads a byte-order mark and CR LF; shells and `docker run --env-file` do not.
fn in_file(case: &RuleContext<'_>, id: SourceId) -> Option<Finding> {
    let source = case.sources.get(id);
    let mark = source.text().starts_with('\u{feff}');
    let crlf = source.text().contains("\r\n");
    let what = match (mark, crlf) {
        (true, true) => "begins with a byte-order mark and has CR LF line ends",
        (true, false) => "begins with a byte-order mark",
        (false, true) if source.language == Language::Dotenv => "has CR LF line ends",
        _ => return None,
    };
    let name = file_name(source);
    Some(
        RULE.finding(format!("{name} {what}: Compose reads that, shells and many other readers do not"))
            .severity(Severity::Info)
            .at(Some(Place { source: id, span: Span::default() }), "as the editor left it")
            .help("save it as UTF-8 without a byte-order mark, with LF line ends".to_owned())
            .key(name)
            .fix(fixes::normalise(case, id, source.language == Language::Dotenv)),
    )
}

fn file_name(source: &Source) -> String {
    let name = source.name.to_string();
    name.rsplit('/').next().unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults() {
        assert_eq!(fault("abc"), None);
        assert_eq!(fault("a b"), None);
        assert_eq!(fault("a\u{200b}b"), Some(("a zero-width character", true)));
        assert_eq!(fault("ab\r"), Some(("a carriage return", false)));
        assert_eq!(fault("ab "), Some(("a space", false)));
        assert_eq!(fault("\u{feff}ab"), Some(("a byte-order mark", false)));
        assert_eq!(fault("-----BEGIN KEY-----\nx\n-----END KEY-----"), None);
    }
}
