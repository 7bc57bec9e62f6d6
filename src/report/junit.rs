//! `--format junit`: a suite for each target, a test case for each rule that judged it.
//!
//! There is no standard; `tests/schemas/junit-10.xsd` is what Jenkins takes, and others with it.

use super::{RenderOptions, human, markup::Markup, phrases::Phrases};
use crate::{
    findings::report::{Report, Suppressed, Suppression, TargetReport},
    redact::Excerpts,
    text::source::Sources,
    vocabulary::finding::Finding,
};
use std::{
    collections::HashMap,
    io::{self, Write},
};

/// Writes the suites. A finding fails its test case when it is at or above `--fail-on`; below, the
/// test case passes and says it in its output.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let options = RenderOptions { color: false, ..options.clone() };
    let say = Phrases::new(report.guard(options.reveal), sources, &options);
    let mut masked = Excerpts::new(sources, options.reveal);
    let mut suites: Vec<Suite> = report.targets.iter().map(|t| suite(&say, &mut masked, t)).collect();
    if !report.refusals.is_empty() {
        suites.insert(0, refusals(&say, &mut masked, report));
    }
    let mut xml = Markup::default();
    let total = |outcome| suites.iter().map(|s| s.count(outcome)).sum::<usize>().to_string();
    let tests = suites.iter().map(|s| s.cases.len()).sum::<usize>().to_string();
    let counts = [
        ("name", "clawdock"),
        ("tests", tests.as_str()),
        ("failures", &total(TestOutcome::Failed)),
        ("errors", &total(TestOutcome::Refused)),
    ];
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").begin("testsuites", &counts);
    for suite in &suites {
        write_suite(&mut xml, suite);
    }
    xml.raw("\n");
    writeln!(out, "{}", xml.finish())
}

struct Suite {
    name: String,
    project: String,
    properties: Vec<(&'static str, String)>,
    cases: Vec<TestCase>,
}

struct TestCase {
    name: String,
    outcome: TestOutcome,
    message: String,
    kind: &'static str,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TestOutcome {
    Passed,
    /// A finding below `--fail-on`.
    Noted,
    Failed,
    /// Docker Compose refuses the project.
    Refused,
}

impl Suite {
    fn count(&self, outcome: TestOutcome) -> usize {
        self.cases.iter().filter(|c| c.outcome == outcome).count()
    }
}

fn refusals(say: &Phrases<'_>, masked: &mut Excerpts<'_>, report: &Report) -> Suite {
    let cases = report.refusals.iter().map(|refusal| TestCase {
        name: say.path(&refusal.path),
        outcome: TestOutcome::Refused,
        message: say.refused(refusal),
        kind: "refusal",
        text: human::finding::refusal(say, masked, refusal),
    });
    let cases = cases.collect();
    Suite { name: "docker compose".to_owned(), project: String::new(), properties: Vec::new(), cases }
}

fn suite(say: &Phrases<'_>, masked: &mut Excerpts<'_>, entry: &TargetReport) -> Suite {
    let target = &entry.target;
    let mut properties = vec![("about", say.about(target)), ("verdict", say.sentence(&entry.verdict))];
    properties.extend(target.start.as_ref().map(|s| ("start", say.start(s))));
    let found = entry.findings.iter().map(|finding| case(say, masked, finding));
    let mut cases: Vec<TestCase> = found.collect();
    tell_apart(&mut cases);
    // What yields to another finding is no test that is passed.
    let yields = |s: &&Suppressed| matches!(s.by, Suppression::Yielded { .. } | Suppression::Merged { .. });
    let yielding = entry.suppressed.iter().filter(yields).map(|s| &s.finding);
    let said: Vec<&str> = entry.findings.iter().chain(yielding).map(|f| f.rule).collect();
    let quiet = entry.judged.iter().filter(|rule| !said.contains(&rule.id));
    cases.extend(quiet.map(|rule| TestCase {
        name: format!("{} {}", rule.id, rule.name),
        outcome: TestOutcome::Passed,
        message: String::new(),
        kind: "",
        text: String::new(),
    }));
    let project = target.project.as_deref().map(|p| say.name(p)).unwrap_or_default();
    Suite { name: say.name(&target.name), project, properties, cases }
}

/// Who reads the report keeps one of the cases that have the same name.
fn tell_apart(cases: &mut [TestCase]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for case in cases {
        let count = seen.entry(case.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            case.name.push_str(&format!(" ({count})"));
        }
    }
}

fn case(say: &Phrases<'_>, masked: &mut Excerpts<'_>, finding: &Finding) -> TestCase {
    let about = finding.key.as_deref().map(|k| format!(": {}", say.name(k))).unwrap_or_default();
    let fails = say.options.fail_on.is_some_and(|least| finding.severity >= least);
    TestCase {
        name: format!("{} {}{about}", finding.rule, finding.name),
        outcome: if fails { TestOutcome::Failed } else { TestOutcome::Noted },
        message: say.sentence(&finding.message),
        kind: finding.severity.id(),
        text: human::finding::finding(say, masked, finding),
    }
}

fn write_suite(xml: &mut Markup, suite: &Suite) {
    let tests = suite.cases.len().to_string();
    let (failures, errors) = (suite.count(TestOutcome::Failed), suite.count(TestOutcome::Refused));
    let (failures, errors) = (failures.to_string(), errors.to_string());
    let mut attributes = vec![
        ("name", suite.name.as_str()),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", &errors),
        ("skipped", "0"),
    ];
    if !suite.project.is_empty() {
        attributes.push(("package", &suite.project));
    }
    xml.raw("\n  ").begin("testsuite", &attributes);
    if !suite.properties.is_empty() {
        xml.raw("\n    ").begin("properties", &[]);
        for (name, value) in &suite.properties {
            xml.raw("\n      ").empty("property", &[("name", *name), ("value", value)]);
        }
        xml.raw("\n    ").end();
    }
    let dot = if suite.project.is_empty() { "" } else { "." };
    let class = format!("{}{dot}{}", suite.project, suite.name);
    for case in &suite.cases {
        xml.raw("\n    ").begin("testcase", &[("classname", &class), ("name", &case.name)]);
        let said = [("message", case.message.as_str()), ("type", case.kind)];
        let element = match case.outcome {
            TestOutcome::Passed => None,
            TestOutcome::Noted => Some(("system-out", &[][..])),
            TestOutcome::Failed => Some(("failure", &said[..])),
            TestOutcome::Refused => Some(("error", &said[..])),
        };
        if let Some((element, said)) = element {
            xml.raw("\n      ").leaf(element, said, &case.text).raw("\n    ");
        }
        xml.end();
    }
    xml.raw("\n  ").end();
}

#[cfg(test)]
mod tests {
    use super::super::{Format, RenderOptions, fixture, render};
    use crate::vocabulary::finding::Severity;

    fn rendered(fail_on: Option<Severity>) -> String {
        let (report, sources) = fixture::report();
        let options = RenderOptions { fail_on, ..fixture::options() };
        let mut out = Vec::new();
        render(Format::Junit, &report, &sources, &options, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        fixture::assert_no_secret(&text);
        text
    }

    #[test]
    fn suites_and_cases() {
        let text = rendered(Some(Severity::Error));
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines[1], "<testsuites name=\"clawdock\" tests=\"5\" failures=\"1\" errors=\"1\">");
        let suite = "<testsuite name=\"openclaw-gateway\" tests=\"4\" failures=\"1\" errors=\"0\" \
                     skipped=\"0\" package=\"claw\">";
        assert!(lines.contains(&suite), "{text}");
        let passed = "<testcase classname=\"claw.openclaw-gateway\" name=\"CD104 service-tokens-disagree\"></testcase>";
        assert!(lines.contains(&passed), "{text}");
        let failed = "<failure message=\"the gateway and its command line use different tokens\" \
                      type=\"error\">error[CD101]: the gateway and its command line use different tokens";
        assert!(lines.contains(&failed), "{text}");
        assert_eq!(text.matches("<system-out>note[CD306]").count(), 2);
        assert_eq!(text.matches("name=\"CD306 key-name-unknown: MY_PASSPHRASE (2)\"").count(), 1);
    }

    #[test]
    fn what_fails_is_what_the_exit_code_says() {
        assert_eq!(rendered(None).matches("<failure").count(), 0);
        assert_eq!(rendered(Some(Severity::Info)).matches("<failure").count(), 3);
    }
}
