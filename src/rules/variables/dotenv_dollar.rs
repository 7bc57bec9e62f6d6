//! CD210

use crate::rules::{
    Rule, RuleContext, Sink,
    support::{common::variables_in, fixes},
};
use crate::{
    model::project_facts::EnvFileLine,
    secrets,
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD210",
    name: "dotenv-dollar",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a $ in a secret is read as a variable, and the secret is another one",
    impact: Impact::Credential,
    effect: "the secret in use is not the one that is written",
    page: include_str!("../../../docs/rules/CD210.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(whole) = case.whole_once() else { return };
    for line in whole.dotenv.iter().filter(|line| alters(line)) {
        let name = &line.name;
        let in_shell = line.shell.is_some();
        let finding = RULE
            .finding(format!("{name} holds a $, which Compose takes for the begin of a variable: the container gets another value than is written"))
            .at(Some(line.place), "not what it becomes")
            .help(format!(
                "put the value in single quotes, where Compose takes every character as it is, and {}",
                case.target.advice.recreate()
            ))
            .key(name.clone())
            .fix(fixes::quote(case, line.place, name));
        // The shell's value is used, and this one is not.
        findings.push(if in_shell { finding.severity(Severity::Warning) } else { finding });
    }
}

/// A `$name` in the middle of a secret is no reference that somebody meant; `${NAME}`, or a value
/// that is nothing but a reference, is.
fn alters(line: &EnvFileLine) -> bool {
    let Some(value) = line.value.as_ref().filter(|_| line.template && secrets::names_credential(&line.name))
    else {
        return false;
    };
    let value = value.expose();
    let bare = value.strip_prefix('$').is_some_and(|name| {
        name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && !name.bytes().any(|b| b.is_ascii_lowercase())
    });
    let unbraced = value.replace("$$", "").replace("${", "");
    !bare && !variables_in(&unbraced).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{Language, Place, SourceName, Sources, Span};

    #[test]
    fn what_is_altered() {
        let source = Sources::default().add(SourceName::Stdin, Language::Dotenv, String::new());
        let place = Place { source, span: Span::default() };
        let line = |name: &str, value: &str| EnvFileLine {
            name: name.to_owned(),
            name_place: place,
            place,
            value: Some(value.into()),
            template: true,
            shell: None,
        };
        assert!(alters(&line("DB_PASSWORD", "abc$def")));
        assert!(alters(&line("API_KEY", "$2y$10$abc")));
        assert!(!alters(&line("API_KEY", "${OTHER_KEY}")));
        assert!(!alters(&line("API_KEY", "$OTHER_KEY")));
        assert!(!alters(&line("API_KEY", "a$$b")));
        assert!(!alters(&line("GREETING", "abc$def")));
    }
}
