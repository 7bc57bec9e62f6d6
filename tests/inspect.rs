//! `clawdock inspect` as a user runs it, on a real engine: a small image everywhere, and the real
//! OpenClaw where its image is there.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use common::{
    engine::{Container, IMAGE, docker, engine, has_image, skip},
    project::{copy, fixtures, run, stderr, stdout},
};
use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Output,
    time::{Duration, Instant},
};

const A: &str = "token-A-q7w8z9xkvjmnrhtsyuipl";
const B: &str = "token-B-mznxjkhvrtqwypsuolgkz";

/// Why there is no engine, after saying so.
fn no_engine(test: &str) -> bool {
    engine().map_err(|why| skip(test, &why)).is_err()
}

fn inspect(args: &[&str]) -> Output {
    run(Path::new("/"), &[&["inspect"], args].concat())
}

/// The report as JSON, which matches the schema.
fn report(args: &[&str]) -> Value {
    let output = inspect(&[args, &["--format", "json"]].concat());
    let report =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", stderr(&output)));
    assert_valid("report.schema.json", &report);
    report
}

fn assert_valid(schema: &str, json: &Value) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(schema);
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The value in effect for a consumer.
fn winner(report: &Value, setting: &str, consumer: &str) -> Option<String> {
    let settings = report["targets"][0]["settings"].as_array()?;
    let setting = settings.iter().find(|s| s["name"] == setting)?;
    let consumer = setting["consumers"].as_array()?.iter().find(|c| c["consumer"] == consumer)?;
    consumer["winner"]["value"].as_str().map(str::to_owned)
}

/// A container that looks like a gateway, from the small image.
fn small(name: &str, verb: &str, options: &[&str]) -> Container {
    let gateway = ["gateway", "--bind", "lan"];
    let entrypoint = ["--entrypoint", "/bin/helper"];
    Container::start(verb, name, &[options, &entrypoint, &[IMAGE, "sleep", "openclaw"], &gateway].concat())
}

#[test]
fn targets_are_found_by_name_id_prefix_and_service() {
    if no_engine("targets") {
        return;
    }
    let service = format!("svc-{}", std::process::id());
    let label = format!("com.docker.compose.service={service}");
    let container =
        small("found", "run", &["-l", &label, "-l", "com.docker.compose.project=p", "-e", "HOME=/home/node"]);
    for target in [&container.name, &container.id, &container.id[..12].to_owned(), &service] {
        let report = report(&[target]);
        assert_eq!(report["targets"][0]["name"], container.name.as_str(), "{target}");
        assert_eq!(report["targets"][0]["role"], "gateway", "{target}");
        assert_eq!(report["targets"][0]["openclaw"]["version_source"], "package.json");
    }
    let all = report(&[]);
    let names: Vec<&str> =
        all["targets"].as_array().unwrap().iter().filter_map(|t| t["name"].as_str()).collect();
    assert!(names.contains(&container.name.as_str()), "{names:?}");
    let unknown = inspect(&["there-is-no-such-container"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(stderr(&unknown).contains("there-is-no-such-container"));
}

/// Files that are in no mount come out through the archive API, also of a container that does not
/// run, and the image has no shell.
#[test]
fn files_of_a_stopped_container_are_read() {
    if no_engine("a stopped container") {
        return;
    }
    let container =
        small("stopped", "create", &["-e", "HOME=/home/node", "-e", &format!("OPENCLAW_GATEWAY_TOKEN={A}")]);
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join(".openclaw");
    fs::create_dir(&state).unwrap();
    fs::write(state.join("openclaw.json"), format!("{{gateway: {{mode: 'local', auth: {{token: '{B}'}}}}}}"))
        .unwrap();
    docker(&["cp", &state.display().to_string(), &format!("{}:/home/", container.name)]).unwrap();
    docker(&["cp", &state.display().to_string(), &format!("{}:/home/node", container.name)]).ok();
    let home = folder.path().join("node");
    fs::create_dir(&home).unwrap();
    fs::rename(&state, home.join(".openclaw")).unwrap();
    docker(&["cp", &home.display().to_string(), &format!("{}:/home/", container.name)]).unwrap();
    let report = report(&[&container.name, "--reveal"]);
    assert_eq!(report["targets"][0]["state"], "created");
    assert_eq!(winner(&report, "gateway.auth.token", "gateway").as_deref(), Some(B));
    let path =
        report["targets"][0]["sources"].as_array().unwrap().iter().find(|s| s["layer"] == "config").unwrap();
    assert_eq!(path["path"], format!("{}:/home/node/.openclaw/openclaw.json", container.name));
    let probed = inspect(&[&container.name, "--probe"]);
    assert!(stdout(&probed).contains("not running"), "{}", stdout(&probed));
}

/// CD602: what an image sets is told from what its container was given.
#[test]
fn a_secret_of_an_image_is_told() {
    if no_engine("a secret of an image") {
        return;
    }
    const KEY: &str = "sk-or-v1-7c1e9a40f2b8d36517e0ca94b2f8d6a3";
    let base = small("image-env-base", "create", &[]);
    let image = format!("clawdock-test:env-{}", std::process::id());
    let key = format!("ENV OPENROUTER_API_KEY={KEY}");
    // The key that a distribution signs with is public.
    let public = "ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568";
    docker(&["commit", "--change", &key, "--change", public, &base.name, &image]).unwrap();
    let given = format!("XAI_API_KEY={KEY}");
    let options = ["--entrypoint", "/bin/helper", "-e", &given, &image, "sleep", "openclaw", "gateway"];
    let container = Container::start("create", "image-env", &options);
    let output = inspect(&[&container.name, "--format", "json"]);
    drop(container);
    docker(&["rmi", &image]).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["targets"][0]["findings"].as_array().unwrap();
    let told: Vec<(&str, &str)> = findings
        .iter()
        .filter(|f| f["rule"] == "CD602")
        .map(|f| (f["key"].as_str().unwrap(), f["severity"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("OPENROUTER_API_KEY", "error")]);
    assert!(!stdout(&output).contains(&KEY[9..15]));
}

/// CD102 and CD206: the container's environment beside what its files give now, and each variable
/// told once.
#[test]
fn a_container_older_than_its_files_is_told() {
    if no_engine("CD102 and CD206") {
        return;
    }
    for (fixture, expected) in [
        ("CD102-fires", Some("CD102")),
        ("CD102-quiet", None),
        ("CD206-fires", Some("CD206")),
        ("CD206-quiet", None),
    ] {
        let folder = copy(&fixtures().join(fixture));
        let root = folder.path().join(fixture);
        let env = root.join("container.env").display().to_string();
        let file =
            ["compose.yml", "compose.yaml", "docker-compose.yml"].iter().find(|f| root.join(f).is_file());
        let labels = [
            format!("com.docker.compose.project={}", fixture.to_lowercase()),
            "com.docker.compose.service=openclaw-gateway".into(),
            format!("com.docker.compose.project.working_dir={}", root.display()),
            format!("com.docker.compose.project.config_files={}", root.join(file.unwrap()).display()),
        ];
        let mount = format!("{}:/home/node/.openclaw", root.join("state").display());
        let mut options = vec!["--env-file", &env, "-v", &mount];
        labels.iter().for_each(|l| options.extend(["-l", l.as_str()]));
        let container = small("stale", "run", &options);
        let report = report(&[&container.name]);
        let findings = report["targets"][0]["findings"].as_array().unwrap();
        let mut told = findings.iter().filter(|f| f["rule"] == "CD102" || f["rule"] == "CD206");
        let stale = told.next();
        assert_eq!(stale.and_then(|f| f["rule"].as_str()), expected, "{fixture}: {findings:#?}");
        assert!(told.next().is_none(), "{fixture}: {findings:#?}");
        if let Some(stale) = stale {
            let help = stale["help"].as_str().unwrap();
            assert!(help.contains("up -d openclaw-gateway"), "{help}");
            assert!(!help.contains("run `docker restart"), "{help}");
        } else {
            let environment = report["targets"][0]["environment"].as_array().unwrap();
            let token = environment.iter().find(|v| v["name"] == "OPENCLAW_GATEWAY_TOKEN").unwrap();
            let steps: Vec<&str> = token["winner"]["via"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|v| v["layer"].as_str())
                .collect();
            assert_eq!(token["winner"]["layer"], "container-env");
            assert_eq!(
                steps,
                ["compose-environment", "interpolation", "project-dotenv"],
                "the way back to .env"
            );
        }
    }
}

/// CD216 and CD217: what Compose warns of today, unless the container shows that it was otherwise.
#[test]
fn warnings_of_compose_are_told_of_a_container() {
    if no_engine("warnings of Compose") {
        return;
    }
    let folder = copy(&fixtures().join("CD216-fires"));
    let root = folder.path().join("CD216-fires");
    let compose = root.join("compose.yaml");
    let text = fs::read_to_string(&compose).unwrap();
    fs::write(&compose, format!("version: '3'\n{text}")).unwrap();
    let labels = [
        "com.docker.compose.project=cd216-fires".to_owned(),
        "com.docker.compose.service=openclaw-gateway".to_owned(),
        format!("com.docker.compose.project.working_dir={}", root.display()),
        format!("com.docker.compose.project.config_files={}", compose.display()),
    ];
    for (proxy, rules) in [("http://:3128", &["CD216", "CD217"][..]), ("http://proxy:3128", &["CD217"])] {
        let proxy = format!("HTTPS_PROXY={proxy}");
        let mut options = vec!["-e", "HOME=/home/node", "-e", &proxy];
        labels.iter().for_each(|l| options.extend(["-l", l.as_str()]));
        let container = small("warnings", "create", &options);
        let report = report(&[&container.name]);
        let findings = report["targets"][0]["findings"].as_array().unwrap();
        let told: Vec<&str> = findings.iter().filter_map(|f| f["rule"].as_str()).collect();
        let told: Vec<&str> = told.into_iter().filter(|r| r.starts_with("CD21")).collect();
        assert_eq!(told, rules, "{findings:#?}");
        let line = if rules.len() == 2 { 9 } else { 1 };
        assert_eq!(findings.iter().find(|f| f["rule"] == rules[0]).unwrap()["location"]["line"], line);
    }
}

/// `diff`: exit 4 and words, never values.
#[test]
fn a_container_is_compared_with_its_project() {
    if no_engine("diff") {
        return;
    }
    let folder = copy(&fixtures().join("CD102-fires"));
    let root = folder.path().join("CD102-fires");
    let env = root.join("container.env").display().to_string();
    let labels = [
        "com.docker.compose.project=cd102-fires".to_owned(),
        "com.docker.compose.service=openclaw-gateway".to_owned(),
        format!("com.docker.compose.project.working_dir={}", root.display()),
        format!("com.docker.compose.project.config_files={}", root.join("compose.yml").display()),
    ];
    let mut options = vec!["--env-file", &env, "-e", "ONLY_HERE=PLANTEDzqxwvkjyhg"];
    labels.iter().for_each(|l| options.extend(["-l", l.as_str()]));
    let container = small("diff", "create", &options);
    let output = run(Path::new("/"), &["diff", &container.name]);
    let shown = stdout(&output);
    assert_eq!(output.status.code(), Some(4), "{shown}");
    assert!(
        shown.contains("--- container") && shown.contains("+++ compose service openclaw-gateway"),
        "{shown}"
    );
    assert!(
        shown.contains("-OPENCLAW_GATEWAY_TOKEN=<48 chars")
            && shown.contains("+OPENCLAW_GATEWAY_TOKEN=<48 chars"),
        "{shown}"
    );
    assert!(shown.contains("-ONLY_HERE=<") && !shown.contains("zqxwvk"), "{shown}");
    let json = run(Path::new("/"), &["diff", &container.name, "--format", "json"]);
    assert_valid("diff.schema.json", &serde_json::from_slice(&json.stdout).unwrap());
    let same = run(Path::new("/"), &["diff", &container.name, &container.name]);
    assert_eq!(same.status.code(), Some(0), "{}", stdout(&same));
    let without = small("plain", "create", &[]);
    let output = run(Path::new("/"), &["diff", &without.name]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("not created by docker compose"), "{}", stderr(&output));
}

/// Secrets in the environment, in labels, in the command line, in a URL.
#[test]
fn nothing_of_a_live_containers_secrets_is_shown() {
    if no_engine("leaks") {
        return;
    }
    let secret = |n: usize| format!("PLANTED{n:02}zqxwvkjyhgmnrtpl");
    let variable = |name: &str, n| format!("{name}={}", secret(n));
    let container = Container::start(
        "run",
        "leak",
        &[
            "-e",
            &variable("OPENCLAW_GATEWAY_TOKEN", 1),
            "-e",
            &variable("ANTHROPIC_API_KEY", 2),
            "-e",
            &variable("SOMETHING_ELSE", 3),
            "-e",
            &format!("HTTPS_PROXY=http://user:{}@proxy.example:3128", secret(4)),
            "-e",
            &format!("ANTHROPIC_BASE_URL=https://{}@host.example/v1?key={}", secret(5), secret(6)),
            "-l",
            &format!("a.label={}", secret(7)),
            "--entrypoint",
            "/bin/helper",
            IMAGE,
            "sleep",
            "openclaw",
            "gateway",
            "--token",
            &secret(8),
            &format!("--password={}", secret(9)),
        ],
    );
    for args in [
        &[][..],
        &["-v"],
        &["-q"],
        &["--format", "json"],
        &["-v", "--format", "json"],
        &["--probe", "-v"],
        &["--probe", "--format", "json"],
    ] {
        let output = inspect(&[&[container.name.as_str()], args].concat());
        let shown = stdout(&output) + &stderr(&output);
        for n in 1..=9 {
            let secret = secret(n);
            for at in 7..secret.len() - 5 {
                assert!(!shown.contains(&secret[at..at + 6]), "{args:?} shows secret {n}");
            }
        }
    }
    for args in [
        &["env", &container.name][..],
        &["explain", "anthropic", &container.name],
        &["diff", &container.name, &container.name],
    ] {
        let output = run(Path::new("/"), args);
        let shown = stdout(&output) + &stderr(&output);
        assert!((1..=9).all(|n| !shown.contains(&secret(n)[9..])), "{args:?} shows a secret");
    }
    let revealed = stdout(&inspect(&[&container.name, "--format", "json", "--reveal"]));
    assert!(revealed.contains(&secret(1)));
}

/// The answer about the token, and what the gateway itself says.
#[test]
fn the_real_gateway_accepts_the_token_that_inspect_names() {
    for (image, cli_token) in [("openclaw:2026.9.6", B), ("openclaw:2026.3.24", A)] {
        if let Err(why) = engine().map(|_| ()).and_then(|()| has_image(image)) {
            skip(&format!("the real gateway of {image}"), &why);
            continue;
        }
        let state = tempfile::tempdir().unwrap();
        let config = format!(
            "{{\"gateway\": {{\"mode\": \"local\", \"auth\": {{\"token\": \"{B}\"}}, \"controlUi\": {{\"allowedOrigins\": [\"http://localhost:18789\"]}}}}}}"
        );
        fs::write(state.path().join("openclaw.json"), config).unwrap();
        // The gateway runs as uid 1000, whoever runs the test.
        fs::set_permissions(state.path(), PermissionsExt::from_mode(0o777)).unwrap();
        fs::set_permissions(state.path().join("openclaw.json"), PermissionsExt::from_mode(0o666)).unwrap();
        let mount = format!("{}:/home/node/.openclaw", state.path().display());
        let token = format!("OPENCLAW_GATEWAY_TOKEN={A}");
        let options = ["--init", "-e", "HOME=/home/node", "-e", &token, "-v", &mount, image];
        let command = ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"];
        let container = Container::start("run", "real", &[&options[..], &command].concat());
        let client = |token: Option<&str>| {
            let mut args = vec!["exec"];
            let variable = token.map(|t| format!("OPENCLAW_GATEWAY_TOKEN={t}"));
            if let Some(variable) = &variable {
                args.extend(["-e", "OPENCLAW_GATEWAY_URL=ws://127.0.0.1:18789", "-e", variable]);
            }
            args.extend([
                container.name.as_str(),
                "node",
                "dist/index.js",
                "gateway",
                "call",
                "health",
                "--json",
            ]);
            docker(&args)
        };
        let start = Instant::now();
        let accepted = loop {
            let accepted: Vec<&str> = [A, B].into_iter().filter(|t| client(Some(t)).is_ok()).collect();
            if !accepted.is_empty() || start.elapsed() > Duration::from_secs(240) {
                break accepted;
            }
            std::thread::sleep(Duration::from_secs(2));
        };
        let report = report(&[&container.name, "--probe", "--reveal"]);
        let gateway = winner(&report, "gateway.auth.token", "gateway");
        assert_eq!(accepted, [gateway.as_deref().unwrap()], "{image}: what the gateway accepts");
        let cli = winner(&report, "gateway.auth.token", "cli");
        assert_eq!(cli.as_deref(), Some(cli_token), "{image}");
        // With nothing of ours the command line takes what it takes by itself.
        assert_eq!(client(None).is_ok(), cli == gateway, "{image}: the command line in the container");
        let observations = report["targets"][0]["observations"].as_array().unwrap();
        let contradicted: Vec<&Value> =
            observations.iter().filter(|o| o["outcome"] == "contradicts").collect();
        assert!(contradicted.is_empty(), "{image}: {contradicted:#?}");
        assert!(
            observations.iter().any(|o| o["probe"] == "gateway-token" && o["observed"] == "accepted"),
            "{image}"
        );
    }
}
