use super::super::{RenderOptions, fixture};
use crate::{
    findings::report::{Report, ReportedProject},
    model::{
        project_facts::LeftOut,
        target::{Observation, Outcome, RoleSign},
    },
    provenance::Reason,
    text::source::{Language, SourceName, Sources},
    vocabulary::{
        deployment::Role,
        finding::{Confidence, Elsewhere, Severity},
        prediction::{Prediction, Start},
        setting::Agreement,
    },
};
use unicode_width::UnicodeWidthStr as _;

fn rendered(report: &Report, sources: &Sources, options: &RenderOptions) -> String {
    let mut out = Vec::new();
    super::render(report, sources, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn assert_same(got: &str, want: &str) {
    assert!(got == want, "--- got\n{got}\n--- want\n{want}");
}

/// Everything that a report can have, with a probe.
fn full() -> (Report, Sources) {
    let (mut report, sources) = fixture::report();
    let target = &mut report.targets[0].target;
    target.observations = vec![Observation {
        probe: "gateway-token",
        subject: "gateway.auth.token".to_owned(),
        place: None,
        outcome: Outcome::Contradicts,
        predicted: Some("the gateway accepts it".to_owned()),
        observed: "the gateway refuses it with token_mismatch".to_owned(),
        value: Some(fixture::SECRETS[0].into()),
    }];
    target.start = Some(Start {
        prediction: Prediction::Refuses,
        exit_code: Some(78),
        why: Some("gateway.mode is not set".to_owned()),
        reasons: Vec::new(),
    });
    (report, sources)
}

fn options_of_all_kinds() -> Vec<RenderOptions> {
    vec![
        fixture::options(),
        RenderOptions { verbose: true, ..fixture::options() },
        RenderOptions { quiet: true, ..fixture::options() },
        RenderOptions { color: true, verbose: true, ..fixture::options() },
    ]
}

/// What says whether a target runs OpenClaw is told with `-v`, the strongest signs first.
#[test]
fn evidence_of_the_role() {
    let sign = |weight, says: &str| RoleSign { weight, says: says.to_owned() };
    let (a, b, against) = (sign(10, "its command runs OpenClaw"), sign(2, "it is b"), sign(-3, "it is c"));
    for (role, signs, expected) in [
        (Role::Gateway, vec![a.clone()], "Treated as the gateway, because its command runs OpenClaw."),
        (
            Role::Cli,
            vec![a.clone(), against.clone(), b.clone()],
            "Treated as the CLI, because its command runs OpenClaw and it is b; but it is c.",
        ),
        (
            Role::Gateway,
            vec![a, b.clone(), b.clone(), b.clone(), b.clone()],
            "Treated as the gateway, because its command runs OpenClaw, it is b, it is b and 2 more signs.",
        ),
        (Role::Other, vec![against, b.clone()], "Not OpenClaw, because it is c; but it is b."),
        (Role::Other, vec![b], "Not treated as OpenClaw: that it is b is not enough."),
        (Role::Other, vec![], ""),
    ] {
        let (mut report, sources) = fixture::report();
        report.targets.truncate(1);
        report.targets[0].target.role = role;
        report.targets[0].target.evidence = signs;
        let verbose = RenderOptions { verbose: true, width: 120, ..fixture::options() };
        let text = rendered(&report, &sources, &verbose);
        let said = text.lines().map(str::trim).find(|l| l.starts_with("Treated") || l.starts_with("Not "));
        assert_eq!(said.unwrap_or_default(), expected);
        let brief = RenderOptions { width: 120, ..fixture::options() };
        assert!(expected.is_empty() || !rendered(&report, &sources, &brief).contains(expected));
    }
}

#[test]
fn a_report() {
    let (mut report, sources) = full();
    report.targets[0].findings.truncate(2);
    let want = r"2 errors, 1 note · `clawdock fix --unsafe-fixes` can fix 1

error: Docker Compose refuses this:
       services.openclaw-gateway.environment must be a mapping
 --> docker-compose.yml:4:5
4 |     environment:
  |     ^^^^^^^^^^^^

openclaw-gateway  gateway · OpenClaw 2026.9.6 · project claw
  Clients that send the other token are rejected.
  The gateway uses the token of openclaw.json, its command line another one.

error[CD101]: the gateway and its command line use different tokens
 --> docker-compose.yml:5:31
5 |       OPENCLAW_GATEWAY_TOKEN: ${OPENCLAW_GATEWAY_TOKEN:-}
  |                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |                               the command line uses this one
 ::: .env:2:24
2 | OPENCLAW_GATEWAY_TOKEN=••••••••
  |                        -------- its value is written here
 ::: config/openclaw.json:5:14
5 |       token: '••••••••'
  |              ---------- the gateway uses this one
  = help: remove one of them, then run
          `docker compose up -d openclaw-gateway`
  = why: `clawdock explain CD101` (token-env-config-mismatch)

note[CD306]: no program of this project is known to read MY_PASSPHRASE
  (docker-compose.yml:7)

Seen by the probe
[no] gateway-token: gateway.auth.token            32 chars #f38fd635c950
     seen: the gateway refuses it with token_mismatch
     predicted: the gateway accepts it
";
    assert_same(&rendered(&report, &sources, &fixture::options()), &want.replace('\'', "\""));
}

#[test]
fn verbose_adds_what_was_looked_at_and_the_environment() {
    let (report, sources) = full();
    let options = RenderOptions { verbose: true, ..fixture::options() };
    let out = rendered(&report, &sources, &options);
    let tail = r#"
Looked at
  docker-compose.yml                              present (compose-file)
  config/.env                                     absent (state-dotenv)

Environment the container is created with
  docker-compose.yml:5:31 (environment)
      OPENCLAW_GATEWAY_TOKEN=<28 chars #b1ac4d5fb5e8>
    <- ${OPENCLAW_GATEWAY_TOKEN:-} <- .env:2:24 (project .env)
  docker-compose.yml:6:30 (environment)           OPENCLAW_GATEWAY_PORT=18789
  docker-compose.yml:7:22 (environment)  MY_PASSPHRASE=<18 chars #19e8c7d8fa01>
"#;
    assert!(out.contains(tail), "{out}");
    assert!(out.contains("gateway.port (gateway)"));
}

#[test]
fn no_secret_leaves_unless_revealed() {
    let (report, sources) = full();
    for options in options_of_all_kinds() {
        fixture::assert_no_secret(&rendered(&report, &sources, &options));
    }
    let revealing = RenderOptions { reveal: true, verbose: true, ..fixture::options() };
    let out = rendered(&report, &sources, &revealing);
    assert!(fixture::SECRETS.iter().all(|secret| out.contains(secret)), "{out}");
}

/// A rule that forgets itself, a name that is a key, a place that holds one.
#[test]
fn secrets_in_sentences_and_names_are_caught() {
    let (mut report, sources) = full();
    let secret = fixture::SECRETS[1];
    let target = &mut report.targets[0];
    target.verdict = format!("The token is {secret}.");
    target.findings[0].message = format!("{secret} differs from sk-ant-REDACTED");
    target.findings[0].help = Some(format!("run `export X={secret}`\nor not"));
    target.findings[0].label = Some(secret.to_owned());
    target.findings[0].related[0].message = secret.to_owned();
    target.target.environment[0].name = "ghp_0123456789abcdefghij".to_owned();
    target.target.settings[0].views[0].losers[0].reason = Reason::not_read(format!("because of {secret}"));
    target.target.sources[0].note = Some(secret.to_owned());
    target.target.observations[0].observed = secret.to_owned();
    report.refusals[0].message = format!("invalid value {secret}");
    for options in options_of_all_kinds() {
        let out = rendered(&report, &sources, &options);
        fixture::assert_no_secret(&out);
        assert!(!out.contains("abcdefghij"), "{out}");
    }
    let mut out = Vec::new();
    super::super::json::render(&report, &sources, &fixture::options(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    fixture::assert_no_secret(&out);
    assert!(!out.contains("abcdefghij"), "{out}");
}

#[test]
fn eighty_columns_hold_everything_but_paths_excerpts_and_commands() {
    let (mut report, sources) = full();
    let finding = &mut report.targets[0].findings[1];
    finding.severity = Severity::Warning;
    finding.confidence = Confidence::Medium;
    finding.message = "a rather long message that goes on and on ".repeat(4);
    finding.help = Some("advice that goes on and on and on and on ".repeat(5));
    finding.label = Some("a label that goes on and on and on, too ".repeat(2));
    report.targets[0].verdict = "A verdict that goes on and on and on. ".repeat(4);
    report.targets[0].target.settings[0].views[0].losers[0].reason =
        Reason::not_read("words and words and words ".repeat(5));
    for options in options_of_all_kinds().into_iter().filter(|o| !o.color) {
        for line in rendered(&report, &sources, &options).lines() {
            assert!(line.width() <= 80, "{line}");
        }
    }
}

#[test]
fn colours_are_asked_for() {
    let (report, sources) = full();
    assert!(!rendered(&report, &sources, &fixture::options()).contains('\u{1b}'));
    let colored = RenderOptions { color: true, ..fixture::options() };
    assert!(rendered(&report, &sources, &colored).contains("\u{1b}["));
}

#[test]
fn a_clean_target_is_short() {
    let (mut report, sources) = fixture::report();
    report.refusals.clear();
    let target = &mut report.targets[0];
    target.verdict = "One token, used by everyone.".to_owned();
    target.findings.clear();
    target.target.settings.truncate(1);
    target.target.settings[0].views.truncate(1);
    target.target.settings[0].views[0].verdict = Agreement::Single;
    target.target.deployment.image = None;
    target.problem = None;
    let want = "openclaw-gateway  gateway · OpenClaw 2026.9.6 · project claw
  One token, used by everyone.
  no findings
";
    assert_same(&rendered(&report, &sources, &fixture::options()), want);
    let quiet = RenderOptions { quiet: true, ..fixture::options() };
    assert_same(&rendered(&report, &sources, &quiet), "");
}

/// A table says only what no finding said.
#[test]
fn settings_that_no_finding_is_about_are_listed() {
    let (mut report, sources) = full();
    let heading = "Other settings that are overridden, disagree or are empty\n";
    assert!(!rendered(&report, &sources, &fixture::options()).contains(heading));
    report.targets[0].told.clear();
    let out = rendered(&report, &sources, &fixture::options());
    let table = out.split_once(heading).unwrap().1;
    assert!(
        table.starts_with("gateway.auth.token (gateway)\n  = config/openclaw.json:5:14 (config)"),
        "{out}"
    );
    assert!(table.contains("\n    overridden: OpenClaw reads gateway.auth.token first\n"), "{out}");
}

#[test]
fn a_service_that_has_the_same_finding_is_named() {
    let (mut report, sources) = fixture::report();
    let also = &mut report.targets[0].findings[0].also;
    also.push(Elsewhere { target: "openclaw-cli".to_owned(), place: None });
    let out = rendered(&report, &sources, &fixture::options());
    assert!(out.contains("\n  = service: openclaw-gateway, openclaw-cli\n"), "{out}");
}

#[test]
fn services_behind_a_profile_are_named() {
    let (mut report, sources) = fixture::report();
    report.projects = vec![ReportedProject {
        name: Some("claw".to_owned()),
        files: Vec::new(),
        left_out: vec![LeftOut { service: "cli".to_owned(), profiles: vec!["tools".to_owned()] }],
    }];
    let out = rendered(&report, &sources, &fixture::options());
    assert!(out.contains("\n  left out: cli (profile tools); `--profile NAME` includes them\n"), "{out}");
}

#[test]
fn a_note_ends_with_a_clause_and_never_with_its_hedge() {
    let sentence = "the port is published: it reaches everything, and more".to_owned();
    let cut = |sentence: &str, key, room| super::shortened(sentence.to_owned(), key, room);
    assert_eq!(cut(&sentence, None, 80), sentence);
    assert_eq!(cut(&sentence, None, 50), "the port is published: it reaches everything …");
    assert_eq!(cut(&sentence, None, 30), "the port is published …");
    assert_eq!(cut(&sentence, None, 10), sentence);
    let hedged = "it reaches nothing, unless the config has another port";
    assert_eq!(cut(hedged, None, 24), hedged);
    assert_eq!(cut(hedged, None, 44), "it reaches nothing, unless the config has …");
}

#[test]
fn a_note_that_ends_with_a_word_keeps_its_sense() {
    let cut = |sentence: &str, key, room| super::shortened(sentence.to_owned(), key, room);
    let plain = "port 18789 is published on every address of the host";
    assert_eq!(cut(plain, Some("18789"), 44), "port 18789 is published on every address …");
    // What it is about, and what turns it into its opposite, is not cut off.
    let named = "OpenClaw 2026.9.6 does not read OPENCLAW_BOGUS at all";
    assert_eq!(cut(named, Some("OPENCLAW_BOGUS"), 44), named);
    let turned = "the Dockerfile of the service openclaw is not here";
    assert_eq!(cut(turned, None, 44), turned);
    let code = "run the command `docker compose up -d openclaw` here";
    assert_eq!(cut(code, None, 44), code);
}

#[test]
fn findings_of_other_services_are_counted() {
    let (mut report, sources) = fixture::report();
    let (mut other, _) = fixture::report();
    let mut other = other.targets.remove(0);
    other.target.role = Role::Other;
    other.target.name = "database".to_owned();
    other.aside = true;
    other.findings.remove(0);
    report.targets.push(other);
    let out = rendered(&report, &sources, &fixture::options());
    let said = "\n2 findings about services that do not run OpenClaw (database): `-v` shows them\n";
    assert!(out.contains(said), "{out}");
    let verbose = RenderOptions { verbose: true, ..fixture::options() };
    assert!(rendered(&report, &sources, &verbose).contains("\n  = service: database\n"));
}

#[test]
fn other_services_are_silent_beside_openclaw() {
    let (mut report, sources) = fixture::report();
    let (mut other, _) = fixture::report();
    let mut other = other.targets.remove(0);
    other.target.role = Role::Other;
    other.target.name = "database".to_owned();
    other.findings.clear();
    report.targets.push(other);
    assert!(!rendered(&report, &sources, &fixture::options()).contains("database"));
    report.targets.remove(0);
    assert!(rendered(&report, &sources, &fixture::options()).contains("database"));
}

#[test]
fn what_a_terminal_would_obey_is_shown_instead() {
    let (mut report, _) = full();
    let mut sources = Sources::default();
    let name = SourceName::Host("/srv/claw/a\u{1b}[2Jb.yml".into());
    let id = sources.add(name, Language::Yaml, "a: \u{1b}]0;x\u{7}\nHOME: /\u{9b}x\n".to_owned());
    let place = fixture::place(&sources, id, "HOME");
    report.refusals.clear();
    let target = &mut report.targets[0];
    target.verdict = "bad \u{1b}[31m verdict".to_owned();
    target.target.settings.clear();
    target.target.environment.clear();
    target.target.process_environment = None;
    target.target.name = "na\u{202e}me".to_owned();
    target.findings.truncate(1);
    target.findings[0].place = Some(place);
    target.findings[0].related.clear();
    target.findings[0].message = "mess\u{1b}age".to_owned();
    target.findings[0].help = Some("he\u{7}lp\nmore".to_owned());
    for reveal in [false, true] {
        let options = RenderOptions { reveal, verbose: true, ..fixture::options() };
        let out = rendered(&report, &sources, &options);
        let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!out.contains(obeyed), "{out:?}");
        assert!(out.contains("a␛[2Jb.yml:2:1"), "{out}");
    }
}

#[test]
fn a_finding_without_a_place_has_no_excerpt() {
    let (mut report, sources) = fixture::report();
    report.refusals.clear();
    let finding = &mut report.targets[0].findings[0];
    finding.place = None;
    finding.related.clear();
    let quiet = RenderOptions { quiet: true, ..fixture::options() };
    report.targets[0].findings.truncate(1);
    let want = "error[CD101]: the gateway and its command line use different tokens
 = service: openclaw-gateway
 = help: remove one of them, then run
         `docker compose up -d openclaw-gateway`
 = why: `clawdock explain CD101` (token-env-config-mismatch)
";
    assert_same(&rendered(&report, &sources, &quiet), want);
}

/// The renderer cuts all lines of an excerpt alike; the short one must not pay for the long one.
#[test]
fn a_long_line_has_an_excerpt_of_its_own() {
    let (mut report, _) = fixture::report();
    let mut sources = Sources::default();
    let text = "services:\n  a:\n    ports: [\"18789:18789\"]\n    command: [\"node\", \"dist/index.js\", \
                \"gateway\", \"--bind\", \"loopback\", \"--port\", \"18789\"]\n";
    let id = sources.add(SourceName::Host("/srv/claw/a.yml".into()), Language::Yaml, text.to_owned());
    report.refusals.clear();
    report.targets[0].findings.truncate(1);
    let finding = &mut report.targets[0].findings[0];
    finding.place = Some(fixture::place(&sources, id, "\"18789:18789\""));
    finding.related.truncate(1);
    finding.related[0].place = fixture::place(&sources, id, "\"loopback\"");
    finding.related[0].message = "the bind address".to_owned();
    finding.help = None;
    report.targets[0].target.settings.clear();
    report.targets[0].target.environment.clear();
    report.targets[0].target.process_environment = None;
    let quiet = RenderOptions { quiet: true, ..fixture::options() };
    let out = rendered(&report, &sources, &quiet);
    let want = r#"error[CD101]: the gateway and its command line use different tokens
 --> a.yml:3:13
3 |     ports: ["18789:18789"]
  |             ^^^^^^^^^^^^^ the command line uses this one
 ::: a.yml:4:61
4 |     command: ["node", "dist/index.js", "gateway", "--bind", "loopback", "...
  |                                                             ----------
  = note: a.yml:4: the bind address
  = service: openclaw-gateway
  = why: `clawdock explain CD101` (token-env-config-mismatch)
"#;
    assert_same(&out, want);
}
