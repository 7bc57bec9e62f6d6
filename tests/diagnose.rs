//! `clawdock diagnose`: logs that real gateways wrote, replayed; the table of `docs/diagnosis.md` is
//! made from what it says of them.
//!
//! After a change that is meant: `CLAWDOCK_UPDATE=1 cargo test --test diagnose`, and read the diff.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{Container, IMAGE, engine, has_image, skip},
    project::{clawdock, run, stdout},
    scenarios::{SCENARIOS, Scenario},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::{Duration, SystemTime},
};

fn logs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnose-logs")
}

fn file(log: &str) -> PathBuf {
    logs().join(format!("{log}.log"))
}

fn diagnose(args: &[&str]) -> Output {
    run(Path::new("/"), &[&["diagnose"][..], args].concat())
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}{}", stdout(output), String::from_utf8_lossy(&output.stderr)))
}

/// What it says of a text on standard input.
fn of_text(text: &[u8], args: &[&str]) -> Output {
    let mut command = clawdock(Path::new("/"));
    command.args(["diagnose", "-"]).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&text)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn report(text: &str) -> Value {
    json(&of_text(text.as_bytes(), &["--format", "json"]))
}

/// `cause subject` of each failure, in order.
fn causes(report: &Value) -> Vec<String> {
    let failures = report["failures"].as_array().unwrap();
    let one =
        |f: &Value| format!("{} {}", f["cause"].as_str().unwrap(), f["subject"].as_str().unwrap_or("-"));
    failures.iter().map(one).collect()
}

#[test]
fn every_log_leads_to_its_owner() {
    let mut wrong = Vec::new();
    for Scenario { log, cause, owner, retry, .. } in SCENARIOS {
        let output = diagnose(&[&file(log).display().to_string(), "--format", "json"]);
        let report = json(&output);
        let first = &report["failures"][0];
        let found = [&first["cause"], &first["owner"], &first["retry"]["advice"]];
        let code = if *cause == "skill" { 0 } else { 1 };
        if found != [*cause, *owner, *retry] || output.status.code() != Some(code) {
            wrong.push(format!(
                "{log}: {found:?}, exit {:?}, expected {cause} {owner} {retry}",
                output.status.code()
            ));
        }
        if first["action"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("{log}: nothing to do"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What gateways wrote that started and served.
#[test]
fn a_gateway_that_works_has_no_failure() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnose-healthy");
    let mut logs: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    logs.sort();
    assert!(logs.len() >= 5);
    for log in logs {
        let output = diagnose(&[&log.display().to_string(), "--format", "json"]);
        assert_eq!(causes(&json(&output)), Vec::<String>::new(), "{}", log.display());
        assert_eq!(output.status.code(), Some(0), "{}", log.display());
    }
}

/// A folder with logs in it, and what is said of all of them.
fn of_files(logs: &[(&str, &[u8])]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut names = vec!["diagnose"];
    for (name, log) in logs {
        fs::write(folder.path().join(name), log).unwrap();
        names.push(name);
    }
    json(&run(folder.path(), &[&names[..], &["--format", "json"]].concat()))
}

#[test]
fn several_logs_are_read_in_one_order_of_time() {
    let refused = text_of("2026.9.6/key-refused", "s401", "anthropic");
    // Begins an hour before it, and says an hour after it that all is well.
    let around = "2020-01-01T00:00:00Z [gateway] log file: /tmp/openclaw/x.log\n2030-01-01T00:00:00Z [model-fallback/decision] model fallback decision: decision=candidate_succeeded requested=x/m candidate=anthropic/m reason=unknown next=none\n";
    for names in [["a.log", "b.log"], ["b.log", "a.log"]] {
        let found = of_files(&[(names[0], refused.as_bytes()), (names[1], around.as_bytes())]);
        assert_eq!(causes(&found), ["key-refused anthropic"]);
        assert_eq!(found["failures"][0]["outlook"], "recovered", "{found:#}");
    }
    // The console's log and the file's say the same, once.
    let once = report(&refused);
    let twice = of_files(&[("console.log", refused.as_bytes()), ("file.log", refused.as_bytes())]);
    assert_eq!(twice["failures"][0]["count"], once["failures"][0]["count"]);
    assert_eq!(causes(&twice), causes(&once));
}

#[test]
fn rotated_and_packed_logs_are_read() {
    let pack = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let first = text_of("2026.9.6/start-unknown-key", "", "");
    let second = text_of("2026.9.6/key-refused", "s401", "anthropic");
    let found = of_files(&[
        ("openclaw.log", second.as_bytes()),
        ("openclaw.log.1", b"2020-01-02T00:00:00Z [gateway] log file: x\n"),
        ("openclaw.log.2.gz", &pack(&first)),
    ]);
    assert_eq!(found["failures"].as_array().unwrap().len(), 2, "{found:#}");
    // Packed in several parts, through a pipe.
    let parts = [pack("2020-01-02T00:00:00Z [gateway] x\n"), pack(&second)].concat();
    let found = json(&of_text(&parts, &["--format", "json"]));
    assert_eq!(causes(&found), ["key-refused anthropic"]);
    // One that ends in the middle is no reason to say nothing.
    let packed = pack(&second);
    let output = of_text(&packed[..packed.len() / 2], &[]);
    assert_ne!(output.status.code(), Some(0));
}

#[test]
fn every_log_is_of_a_scenario_and_the_other_way_round() {
    let mut there = BTreeSet::new();
    for release in fs::read_dir(logs()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        for log in fs::read_dir(&release).unwrap().map(|e| e.unwrap().path()) {
            let name = log.strip_prefix(logs()).unwrap().with_extension("");
            there.insert(name.display().to_string());
        }
    }
    let told: BTreeSet<String> = SCENARIOS.iter().map(|s| s.log.to_owned()).collect();
    assert_eq!(there, told);
    assert!(told.len() >= 25);
}

/// The table that the documentation shows.
#[test]
fn the_documentation_is_what_the_program_says() {
    let mut table = String::from(
        "| what was done | release | first line | owner | what it is | try again | first action |\n|---|---|---:|---|---|---|---|\n",
    );
    for Scenario { log, what, .. } in SCENARIOS {
        let path = file(log).display().to_string();
        let report = json(&diagnose(&[&path, "--format", "json"]));
        let first = &report["failures"][0];
        let text = |v: &Value| v.as_str().unwrap_or_default().replace('|', "\\|");
        let release = log.split('/').next().unwrap();
        table.push_str(&format!(
            "| {what} | {release} | {} | {} | {} | {} | {} |\n",
            first["first"]["line"],
            text(&first["owner"]),
            text(&first["message"]),
            text(&first["retry"]["advice"]),
            text(&first["action"]),
        ));
    }
    let mut read = String::from("| message | means | read from |\n|---|---|---|\n");
    let seen = patterns_in_logs();
    for pattern in clawdock::diagnose::patterns::all() {
        use clawdock::diagnose::pattern::Means;
        let means = match pattern.means {
            Means::Failure(cause) | Means::Outline(cause) => cause.about().id,
            Means::Symptom(_) => "follows from a failure",
            Means::ProviderWorks | Means::TurnEnded => "it works",
            Means::Starting | Means::Started => "a start",
            Means::Unknown | Means::UnknownIfPasted | Means::Ignored => unreachable!("no pattern means that"),
        };
        let logged = if seen.contains(pattern.id) { "" } else { ", not provoked" };
        let from = pattern.read_from;
        read.push_str(&format!(
            "| `{}` | {means} | {}, `{}`{logged} |\n",
            pattern.id, from.release, from.file
        ));
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnosis.md");
    let before = fs::read_to_string(&page).unwrap();
    let after = replaced(&replaced(&before, "scenarios", &table), "messages", &read);
    if before != after {
        if std::env::var_os("CLAWDOCK_UPDATE").is_some() {
            fs::write(&page, after).unwrap();
        } else {
            let difference = similar::TextDiff::from_lines(&before, &after);
            panic!("docs/diagnosis.md:\n{}", difference.unified_diff().context_radius(1));
        }
    }
}

/// The page with what stands between two marks replaced.
fn replaced(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{text}{end}{after}")
}

/// The patterns that a line of any log fits.
fn patterns_in_logs() -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for scenario in SCENARIOS {
        let mut scanner = clawdock::diagnose::LogScanner::default();
        let mut found = |hit: &clawdock::diagnose::scan::Hit<'_>| {
            seen.insert(hit.id());
        };
        scanner.feed(&fs::read(file(scenario.log)).unwrap(), &mut found);
        scanner.finish(&mut found);
    }
    seen
}

#[test]
fn output_matches_the_schema() {
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnosis.schema.json"));
    let schema: Value = serde_json::from_str(&schema.unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for scenario in SCENARIOS {
        for reveal in [&[][..], &["--reveal"]] {
            let path = file(scenario.log).display().to_string();
            let report = json(&diagnose(&[&[path.as_str(), "--format", "json"][..], reveal].concat()));
            let errors: Vec<String> =
                validator.iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", scenario.log);
        }
    }
    assert_eq!(stdout(&run(Path::new("/"), &["schema", "diagnose"])), clawdock::report::diagnosis::SCHEMA);
}

fn text_of(log: &str, from: &str, to: &str) -> String {
    fs::read_to_string(file(log)).unwrap().replace(from, to)
}

/// What is seen last is an echo, and the cause is before it.
#[test]
fn symptoms_lead_to_their_cause() {
    let refused = text_of("2026.9.6/key-refused", "s401", "anthropic");
    let context = text_of("2026.9.6/context-openai", "s400ctx", "openai");
    let limited = text_of("2026.9.6/rate-limited", "s429", "anthropic");
    // A fallback to a model that reads less, after a rate limit.
    let run_of = |log: &str| log.split("runId=").last().unwrap()[..36].to_owned();
    let same_turn = context.replace(&run_of(&context), &run_of(&limited));
    let found = report(&format!("{limited}{same_turn}"));
    assert_eq!(causes(&found), ["rate-limited anthropic"]);
    assert_eq!(found["failures"][0]["retry"]["after_seconds"], 7);
    // In another turn, with another provider, it is another failure.
    let found = report(&format!("{limited}{context}"));
    assert_eq!(causes(&found), ["rate-limited anthropic", "context-overflow openai"]);
    // The same alone is the context.
    assert_eq!(causes(&report(&context)), ["context-overflow openai"]);
    // A cooldown whose reason is before the first line that was read.
    let cooldown = "2026-11-25T22:10:00Z [diagnostic] lane task error: lane=main durationMs=9 error=\"Error: No available auth profile for anthropic (all in cooldown or unavailable).\"\n";
    let found = report(cooldown);
    assert_eq!(causes(&found), ["cooldown anthropic"]);
    assert!(found["failures"][0]["action"].as_str().unwrap().contains("read further back"));
    // With the reason.
    let found = report(&format!("{refused}{cooldown}"));
    assert_eq!(causes(&found), ["key-refused anthropic"]);
    let first = &found["failures"][0];
    assert!(first["first"]["line"].as_u64().unwrap() < 4);
    assert!(first["echoes"].as_array().unwrap().iter().any(|e| e["pattern"] == "cooldown-all"), "{first:#}");
    // That of another provider is not the reason.
    let other = cooldown.replace("anthropic", "openai");
    assert_eq!(causes(&report(&format!("{refused}{other}"))), ["key-refused anthropic", "cooldown openai"]);
    // Another provider's failure is another failure.
    let other = text_of("2026.9.6/no-such-host", "nodns", "openai");
    assert_eq!(causes(&report(&format!("{refused}{other}"))), ["key-refused anthropic", "dns openai"]);
}

/// Only wrong tokens are counted until a client is locked out.
#[test]
fn a_locked_out_client_had_a_wrong_token() {
    let line = |words: &str| {
        format!(
            "2026-11-25T22:46:20Z [ws] closed before connect conn=1 code=1008 reason={words} phase=auth client=cli\n"
        )
    };
    let device = line("device identity required");
    let wrong = line("unauthorized: gateway token mismatch");
    let locked = line("unauthorized: too many failed authentication attempts (retry later)");
    let found = report(&format!("{device}{wrong}{locked}"));
    assert_eq!(causes(&found), ["token-missing cli", "token-mismatch cli"]);
    let echoes = |i: usize| found["failures"][i]["echoes"].as_array().unwrap().len();
    assert_eq!((echoes(0), echoes(1)), (0, 1));
    assert_eq!(causes(&report(&format!("{device}{locked}"))), ["token-missing cli", "client-locked-out cli"]);
}

#[test]
fn what_worked_again_is_over() {
    let refused = text_of("2026.9.6/key-refused", "s401", "anthropic");
    let ended = "2026-11-25T22:47:13.542+00:00 [agents/agent-command] [agent] run 5aaefd7d-6b7f-4535-8f21-1b76c3afcaa8 ended with stopReason=stop\n";
    let found = report(&format!("{refused}{ended}"));
    assert_eq!(found["failures"][0]["outlook"], "quiet");
    assert_eq!(found["failures"][0]["severity"], "warning");
    let succeeded = "2026-11-25T22:47:13.542+00:00 [model-fallback/decision] model fallback decision: decision=candidate_succeeded requested=x/m candidate=anthropic/m reason=unknown next=none\n";
    let output = of_text(format!("{refused}{succeeded}").as_bytes(), &["--format", "json"]);
    assert_eq!(json(&output)["failures"][0]["outlook"], "recovered");
    assert_eq!(output.status.code(), Some(0));
    // A start that failed twice and then went well.
    let start = text_of("2026.9.6/start-without-auth", "", "");
    let listening = "2026-11-25T22:46:20.106+00:00 [gateway] http server listening (14 plugins; 27.8s)\n";
    let found = report(&format!("{start}{start}{listening}"));
    assert_eq!(causes(&found), ["start-without-auth -"]);
    assert_eq!(
        (&found["failures"][0]["outlook"], &found["failures"][0]["count"]),
        (&"recovered".into(), &2.into())
    );
}

/// What the agent says stands in the log too.
#[test]
fn an_agent_that_talks_of_failures_is_none() {
    let listening = "2026-11-25T22:46:20.106+00:00 [gateway] http server listening (14 plugins; 27.8s)\n";
    let says = "2026-11-25T22:46:21.106+00:00 Refusing to bind gateway to lan without auth.\nGateway failed to start: Invalid config at x\n[agent/embedded is what you need\n";
    let ended = "2026-11-25T22:47:13.542+00:00 [agents/agent-command] [agent] run 5aaefd7d-6b7f-4535-8f21-1b76c3afcaa8 ended with stopReason=stop\n";
    assert_eq!(causes(&report(&format!("{listening}{says}{ended}"))), Vec::<String>::new());
    // The same words at the end of a process are its last words.
    let again = text_of("2026.9.6/start-unknown-key", "", "");
    assert_eq!(causes(&report(&format!("{listening}{again}"))), ["start-config -"]);
}

/// Escape sequences, invalid UTF-8, NUL bytes, a line that never ends.
#[test]
fn hostile_logs_are_read_and_nothing_reaches_the_terminal() {
    let refused = text_of("2026.9.6/key-refused", "s401", "anthropic");
    let mut log = b"\xff\xfe\x00\x1b[2J\x1b]0;title\x07\n".to_vec();
    log.extend(vec![b'x'; 3 << 20]);
    log.push(b'\n');
    log.extend(refused.replace("[agent/embedded]", "\u{1b}[31m[agent/embedded]\u{1b}[0m").bytes());
    log.extend("2026-11-25T22:46:20Z [ws] unauthorized conn=1 client=cli\u{1b}[2J\u{202e} v1 reason=token_mismatch \u{9b}31m\0\n".bytes());
    log.extend(vec![0; 1 << 20]);
    for args in [&[][..], &["-v"], &["--format", "json"], &["--reveal"]] {
        let output = of_text(&log, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let shown = stdout(&output);
        assert!(shown.contains("key-refused") && shown.contains("token-mismatch"), "{shown}");
        let hostile = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(hostile), "{args:?}: {shown:?}");
    }
    let report = json(&of_text(&log, &["--format", "json"]));
    assert_eq!(report["log"]["bytes"].as_u64().unwrap(), log.len() as u64);
    // The numbers of lines are those of `grep -n`.
    let failures = report["failures"].as_array().unwrap();
    let refused = failures.iter().find(|f| f["cause"] == "key-refused").unwrap();
    assert_eq!(refused["first"]["line"], 4);
}

/// No six characters in a row of a secret, wherever in a line it stands.
#[test]
fn no_secret_of_a_log_is_shown() {
    const SECRETS: &[&str] =
        &["sk-ant-api03-qzvkwj7Xp", "zqxwvkjyhg", "horse-battery-staple", "Qz8vK2wjXpLm"];
    for secret in SECRETS {
        let mut log = String::new();
        for line in [
            "2026-11-25T21:47:36Z [agent/embedded] embedded run agent end: runId=@ isError=true model=@ provider=acme error=@ rawError=401: {\"error\":{\"message\":\"Incorrect API key provided: @. You can find it at https://@.example/@?key=@\"}}",
            "2026-11-25T21:47:36Z [ws] unauthorized conn=@ client=cli token=@ password: @ reason=token_mismatch",
            "2026-11-25T21:47:36Z [telegram] [@] channel exited: Call to 'getMe' failed! (401: @) bot@",
            "2026-11-25T21:47:36Z [ws] ⇄ res ✗ agent errorCode=UNAVAILABLE errorMessage=No API key found for provider \"acme\". Auth store: /@/@",
            "2026-11-25T21:47:36Z [provider-transport-fetch] [model-fetch] error provider=x model=@ name=@ message=getaddrinfo ENOTFOUND @",
            "2026-11-25T21:47:36Z [diagnostic] lane task error: error=\"OAuth token refresh failed for acme: @\"",
        ] {
            log.push_str(&line.replace('@', secret));
            log.push('\n');
        }
        for args in [&[][..], &["-v"], &["--format", "json"]] {
            let output = of_text(log.as_bytes(), args);
            assert_eq!(output.status.code(), Some(1));
            let shown = format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr));
            let characters: Vec<char> = secret.chars().collect();
            for window in characters.windows(6) {
                let part: String = window.iter().collect();
                assert!(!shown.contains(&part), "{part} of {secret} in\n{shown}");
            }
        }
        let shown = stdout(&of_text(log.as_bytes(), &["--reveal"]));
        assert!(shown.contains(secret), "--reveal shows it");
    }
}

#[test]
fn bad_usage_says_what_to_do() {
    for (args, words) in [
        (&["/nonexistent/log"][..], "no such file"),
        (&["/"], "is a directory"),
        (&["-", "--since", "1h"], "tail -n"),
        (&["/dev/null"], "character device"),
        (&["--file", "/etc/hostname", "--follow"], "tail -F"),
    ] {
        let output = diagnose(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
    let output = of_text(b"all is well\n", &[]);
    assert_eq!(
        (output.status.code(), stdout(&output).trim()),
        (Some(0), "standard input: no known failure in 1 line.")
    );
}

/// A followed log tells each failure once, when it happens.
#[test]
fn a_followed_log_tells_what_is_new() {
    let refused = text_of("2026.9.6/key-refused", "s401", "anthropic");
    let other = text_of("2026.9.6/no-such-host", "nodns", "openai");
    let output = of_text(format!("{refused}{other}").as_bytes(), &["--follow", "--format", "json"]);
    let told: Vec<Value> = stdout(&output).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let causes: Vec<String> = told.iter().flat_map(causes).collect();
    assert_eq!(causes, ["key-refused anthropic", "dns openai"]);
    assert_eq!(output.status.code(), Some(1));
}

/// A container whose log is the text; it ends at once.
fn container_that_said(name: &str, text: &str, options: &[&str]) -> Container {
    let said = format!("SAID=\n{text}");
    let end =
        ["--entrypoint", "/bin/helper", "-e", &said, IMAGE, "env", "openclaw", "gateway", "--bind", "lan"];
    let container = Container::start("run", name, &[options, &end].concat());
    common::engine::docker(&["wait", &container.id]).unwrap();
    container
}

/// Both of the engine's streams: with frames, and raw as of a terminal.
#[test]
fn a_containers_log_is_read_through_the_engine() {
    if let Err(why) = engine() {
        return skip("diagnose of a container", &why);
    }
    let refused = text_of("2026.9.6/key-refused", "s401", "anthropic");
    for terminal in [&[][..], &["-t"]] {
        let container =
            container_that_said("said", &refused, &[&["--network", "none"][..], terminal].concat());
        let output = diagnose(&[&container.name, "--format", "json"]);
        let report = json(&output);
        assert_eq!(causes(&report), ["key-refused anthropic"], "{terminal:?}");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(report["log"]["kind"], "container");
        let action = report["failures"][0]["action"].as_str().unwrap();
        assert!(action.contains(&container.name), "{action}");
        let none = json(&diagnose(&[&container.name, "--tail", "0", "--format", "json"]));
        assert_eq!(none["log"]["lines"], 0);
        let none = json(&diagnose(&[&container.name, "--since", "2100-01-01T00:00:00Z", "--format", "json"]));
        assert_eq!(none["log"]["lines"], 0);
        let followed = diagnose(&[&container.name, "--follow", "--format", "json"]);
        assert_eq!(stdout(&followed).lines().count(), 1);
    }
    let unknown = diagnose(&["there-is-no-such-container"]);
    assert_eq!(unknown.status.code(), Some(3), "{}", String::from_utf8_lossy(&unknown.stderr));
}

/// A log that goes on is told with what is configured, while its container runs.
#[test]
fn a_running_containers_log_is_followed() {
    let image = "openclaw:2026.9.6";
    if let Err(why) = engine().and_then(|_| has_image(image)) {
        return skip("diagnose of a container that goes on", &why);
    }
    let said = format!("SAID={}", text_of("2026.9.6/key-refused", "s401", "anthropic"));
    let options = ["--network", "none", "-e", "ANTHROPIC_API_KEY=PLANTEDkeyzqxwvkj", "-e", &said];
    // Its words are those of a gateway, which is what the resolution looks for.
    let says = "process.stdout.write(process.env.SAID); setInterval(() => {}, 1e6)";
    let command = ["--entrypoint", "node", image, "-e", says, "dist/index.js", "gateway"];
    let container = Container::start("run", "goes-on", &[&options[..], &command].concat());
    let mut command = clawdock(Path::new("/"));
    command.args(["diagnose", &container.name, "--follow", "--format", "json"]);
    let mut follows = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(follows.stdout.take().unwrap()).read_line(&mut told).unwrap();
    follows.kill().unwrap();
    let output = follows.wait_with_output().unwrap();
    assert!(!told.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(causes(&told), ["key-refused anthropic"]);
    assert_eq!(told["failures"][0]["configured"][0]["state"], "set", "{told:#}");
    assert!(!told.to_string().contains("PLANTED"), "{told:#}");
}

/// The log says that a key was refused, the resolution says which one that is.
#[test]
fn a_failure_is_connected_with_what_is_configured() {
    if let Err(why) = engine() {
        return skip("diagnose and the resolution", &why);
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, age: u64| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    };
    fs::create_dir(folder.path().join("state")).unwrap();
    write(
        "compose.yml",
        "services:\n  gw:\n    image: openclaw:2026.9.6\n    environment:\n      HOME: /home/node\n      ANTHROPIC_API_KEY: PLANTEDoldkeyzqxwvkj\n    volumes:\n      - ./state:/home/node/.openclaw\n    command: [\"openclaw\", \"gateway\", \"--bind\", \"lan\"]\n",
        7200,
    );
    write("state/openclaw.json", "{\"gateway\": {\"mode\": \"local\"}}", 7200);
    write("state/.env", "# the new one\nANTHROPIC_API_KEY=PLANTEDnewkeyjkvwxqz\n", 60);
    let root = folder.path().display().to_string();
    let labels = [
        "com.docker.compose.project=joined".to_owned(),
        "com.docker.compose.service=gw".to_owned(),
        format!("com.docker.compose.project.working_dir={root}"),
        format!("com.docker.compose.project.config_files={root}/compose.yml"),
    ];
    let mount = format!("{root}/state:/home/node/.openclaw");
    let mut options = vec!["--network", "none", "-v", &mount, "-e", "HOME=/home/node"];
    options.extend(["-e", "ANTHROPIC_API_KEY=PLANTEDoldkeyzqxwvkj"]);
    labels.iter().for_each(|l| options.extend(["-l", l.as_str()]));
    let log = text_of("2026.9.6/key-refused", "s401", "anthropic");
    let container = container_that_said("joined", &log, &options);
    let report = json(&diagnose(&[&container.name, "--format", "json"]));
    let first = &report["failures"][0];
    let configured = &first["configured"][0];
    assert_eq!(configured["setting"], "models.providers.anthropic.apiKey");
    let message = configured["message"].as_str().unwrap();
    assert!(
        message.starts_with(
            "the key in effect is compose.yml:6 (ANTHROPIC_API_KEY), which overrides the newer one in state/.env:2"
        ),
        "{message}"
    );
    let action = first["action"].as_str().unwrap();
    assert!(
        action.contains(
            "in place of the one at compose.yml:6, or take it out so that the newer one at state/.env:2 counts"
        ),
        "{action}"
    );
    assert!(action.contains("docker compose") && action.contains("up -d gw"), "{action}");
    let shown = stdout(&diagnose(&[&container.name, "-v"]));
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let summary = "anthropic refused the key (HTTP 401), first at 2026-11-25T21:47:35Z; the key in effect is compose.yml:6 (ANTHROPIC_API_KEY), which overrides the newer one in state/.env:2";
    assert!(flat.contains(summary), "{shown}");
    assert!(!shown.contains("PLANTED") && !report.to_string().contains("PLANTED"), "{shown}");
}
