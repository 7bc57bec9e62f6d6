//! Runs the conformance cases for Docker Compose's resolution, which lie beside the repository and
//! are no part of it. Every expected value in them was made by compose-go.
//!
//! Set `CLAWDOCK_CONFORMANCE=<group>` to see every disagreement of a group.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

mod common;

use clawdock::{
    compose::{
        self, ComposeProject, LoadOptions,
        hash::{self, ComposeRelease, HashContext},
    },
    provenance::Provenance,
    syntax::{
        dotenv,
        interpolate::{self, Binding},
    },
    text::{secret::Text, source::Sources},
    world::host::World,
};
use common::engine::skip;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

/// How many cases of each group agree; a change may only raise them.
const LEVELS: [(&str, usize); 6] = [
    ("template", 1496),
    ("dotenv", 1627),
    ("envfiles", 26),
    ("interpolation", 80),
    ("robustness", 256),
    ("projects", 711),
];

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared/conformance/compose");
    folder.is_dir().then_some(folder)
}

fn read(path: &Path) -> Value {
    let text = String::from_utf8(bytes(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}

/// The result of one group.
#[derive(Default)]
struct Tally {
    agreed: usize,
    skipped: usize,
    differences: Vec<String>,
}

impl Tally {
    fn add(&mut self, id: &str, result: Result<(), String>) {
        match result {
            Ok(()) => self.agreed += 1,
            Err(difference) => self.differences.push(format!("{id}: {difference}")),
        }
    }

    #[expect(clippy::print_stderr, reason = "the outcome is for people who run the tests")]
    fn report(&self, group: &str) {
        let total = self.agreed + self.differences.len();
        eprintln!("{group}: {} of {total} agree, {} not applicable", self.agreed, self.skipped);
        let level = LEVELS.iter().find(|(name, _)| *name == group).unwrap().1;
        if self.agreed < level || std::env::var("CLAWDOCK_CONFORMANCE").is_ok_and(|g| g == group) {
            for difference in &self.differences {
                eprintln!("  {difference}");
            }
        }
        assert!(self.agreed >= level, "{group}: {} agree, {level} did before", self.agreed);
    }
}

fn run(group: &str, check: impl Fn(&Path, &mut Tally)) {
    let Some(folder) = folder() else {
        let why = "the conformance cases: ../shared/conformance is not beside the checkout";
        return skip(&format!("conformance of {group}"), why);
    };
    let mut tally = Tally::default();
    check(&folder, &mut tally);
    tally.report(group);
}

fn cases(folder: &Path, group: &str, tally: &mut Tally, check: impl Fn(&Value) -> Result<(), String>) {
    for case in read(&folder.join(format!("{group}.json"))).as_array().unwrap() {
        tally.add(case["id"].as_str().unwrap(), check(case));
    }
}

fn mapping(case: &Value) -> HashMap<String, String> {
    let pairs = case["mapping"].as_object().unwrap();
    pairs.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())).collect()
}

fn bind(mapping: &HashMap<String, String>, name: &str) -> Option<Binding> {
    mapping.get(name).map(|value| Binding { value: value.as_str().into(), via: Provenance::default() })
}

fn warnings(unset: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let words = |name| format!("The {name:?} variable is not set. Defaulting to a blank string.");
    unset.into_iter().map(words).collect()
}

fn expected_warnings(case: &Value) -> BTreeSet<String> {
    let listed = case["warnings"].as_array().cloned().unwrap_or_default();
    listed.iter().map(|w| w.as_str().unwrap().to_owned()).collect()
}

fn compare(what: &str, got: &Value, expected: &Value) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}: got {got}, expected {expected}")) }
}

#[test]
fn template() {
    run("template", |folder, tally| {
        cases(folder, "template", tally, |case| {
            let mapping = mapping(case);
            let lookup = |name: &str| bind(&mapping, name);
            let outcome = interpolate::substitute(case["template"].as_str().unwrap(), &lookup);
            let unset = warnings(outcome.unset.into_iter().map(|u| u.name));
            if unset != expected_warnings(case) {
                return Err(format!("warnings: {unset:?}"));
            }
            let kind = outcome.error.as_ref().map(|error| match error {
                interpolate::TemplateError::Required { .. } => "required-variable",
                _ => "interpolation-syntax",
            });
            compare("error", &json!(kind), &case["error_kind"])?;
            match kind {
                Some(_) => Ok(()),
                None => compare("text", &json!(outcome.text.expose()), &case["expected"]),
            }
        });
    });
}

/// Parses and evaluates one text as compose-go does, without a project around it.
fn evaluate(
    text: &str,
    raw: bool,
    outer: &HashMap<String, String>,
    vars: &mut BTreeMap<String, String>,
) -> Result<BTreeSet<String>, String> {
    let parsed = if raw { dotenv::raw::parse(text) } else { dotenv::compose::parse(text) };
    let mut unset = Vec::new();
    for entry in parsed.entries {
        let value = match entry.value {
            dotenv::DotenvValue::Inherited => match outer.get(&*entry.name) {
                Some(value) => value.clone(),
                None => continue,
            },
            dotenv::DotenvValue::Literal(text) => text.into(),
            dotenv::DotenvValue::Template(template) => {
                let lookup = |name: &str| {
                    let found = outer.get(name).or_else(|| vars.get(name));
                    found.map(|value| Binding { value: value.as_str().into(), via: Provenance::default() })
                };
                let outcome = interpolate::substitute(&template, &lookup);
                unset.extend(outcome.unset.into_iter().map(|u| u.name));
                if let Some(error) = outcome.error {
                    return Err(error.to_string());
                }
                outcome.text.expose().to_owned()
            }
        };
        vars.insert(entry.name.into(), value);
    }
    match parsed.problems.first() {
        Some(problem) => Err(problem.message.to_owned()),
        None => Ok(warnings(unset)),
    }
}

#[test]
fn dotenv_files() {
    run("dotenv", |folder, tally| {
        cases(folder, "dotenv", tally, |case| {
            let mut vars = BTreeMap::new();
            let text = case["text"].as_str().unwrap();
            let result = evaluate(text, case["format"] == "raw", &mapping(case), &mut vars);
            match (result, case.get("error")) {
                (Err(_), Some(_)) => Ok(()),
                (Err(error), None) => Err(error),
                (Ok(_), Some(error)) => Err(format!("no error, expected {error}")),
                (Ok(unset), None) => {
                    if unset != expected_warnings(case) {
                        return Err(format!("warnings: {unset:?}"));
                    }
                    compare("variables", &json!(vars), &case["expected"])
                }
            }
        });
    });
}

#[test]
fn env_files() {
    run("envfiles", |folder, tally| {
        cases(folder, "envfiles", tally, |case| {
            let root = tempfile::tempdir().unwrap();
            fs::write(root.path().join("compose.yaml"), "services: {}\n").unwrap();
            let mut options = LoadOptions::default();
            for (number, text) in case["files"].as_array().unwrap().iter().enumerate() {
                let name = format!("f{number}.env");
                fs::write(root.path().join(&name), text.as_str().unwrap()).unwrap();
                options.env_files.push(name);
            }
            let outer = mapping(case);
            let env = outer.iter().map(|(k, v)| (k.clone(), Text::from(v.as_str()))).collect();
            let host = World::on_disk(env, root.path().to_owned());
            options.files = vec!["compose.yaml".to_owned()];
            let project = compose::load(&options, &host, &mut Sources::default());
            if case.get("error").is_some() {
                let refused = !project.refusals.is_empty();
                return if refused { Ok(()) } else { Err("no error".to_owned()) };
            }
            // What the files add: names of the shell are not told apart there.
            for (name, value) in case["expected"].as_object().unwrap() {
                let got = project.variables.text(name);
                if !outer.contains_key(name) {
                    compare(name, &json!(got), value)?;
                }
            }
            Ok(())
        });
    });
}

#[test]
fn interpolation() {
    run("interpolation", |folder, tally| {
        cases(folder, "interpolation", tally, |case| {
            let outer = mapping(case);
            let yaml = serde_json::to_string(&case["config"]).unwrap();
            let mut sources = Sources::default();
            let casts = case["casts"] == true;
            let lookup = |name: &str| bind(&outer, name);
            let result = compose::interpolate_text(&yaml, &lookup, casts, &mut sources);
            if case.get("error").is_some() {
                return if result.refusals.is_empty() { Err("no error".to_owned()) } else { Ok(()) };
            }
            if let Some(refusal) = result.refusals.first() {
                return Err(refusal.message.clone());
            }
            let got: BTreeSet<String> = result.warnings.into_iter().map(|w| w.message).collect();
            if got != expected_warnings(case) {
                return Err(format!("warnings: {got:?}"));
            }
            let tree = result.tree.map_or(Value::Null, |node| json_of(&node));
            if same(&tree, &case["expected"]) {
                return Ok(());
            }
            Err(format!("got {tree}, expected {}", case["expected"]))
        });
    });
}

fn json_of(node: &clawdock::syntax::node::Node) -> Value {
    use clawdock::syntax::node::NodeKind;
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Bool(value) => json!(value),
        NodeKind::Int(value) => json!(value),
        NodeKind::Uint(value) => json!(value),
        NodeKind::Float(value) => json!(value),
        NodeKind::Str(text) => json!(text.expose()),
        NodeKind::Seq(items) => items.iter().map(json_of).collect(),
        NodeKind::Map(entries) => {
            Value::Object(entries.iter().map(|e| (e.key.to_string(), json_of(&e.value))).collect())
        }
    }
}

/// Equal, where a number is equal to the same number of another type.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-6 * a.abs()
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        (a, b) => a == b,
    }
}

/// The environments of the enabled services, as the cases write them.
fn environments(project: &ComposeProject) -> Value {
    let mut all = Map::new();
    for service in project.services.iter().filter(|service| service.enabled) {
        let pairs = service.environment.iter().map(|variable| {
            let value = match (&variable.winner, variable.value()) {
                (Some(_), None) => json!("(unknown)"),
                (_, value) => json!(value.map(Text::expose)),
            };
            (variable.name.clone(), value)
        });
        all.insert(service.name.clone(), Value::Object(pairs.collect()));
    }
    Value::Object(all)
}

#[test]
fn robustness() {
    run("robustness", |folder, tally| {
        cases(folder, "robustness", tally, |case| {
            let root = tempfile::tempdir().unwrap();
            let host = World::on_disk(BTreeMap::new(), root.path().to_owned());
            let stdin = Some(Text::from(case["compose"].as_str().unwrap()));
            let options = LoadOptions {
                files: vec!["-".to_owned()],
                profiles: vec!["*".to_owned()],
                stdin,
                ..LoadOptions::default()
            };
            let project = compose::load(&options, &host, &mut Sources::default());
            let ours = environments(&project);
            for (service, environment) in case["expected"].as_object().unwrap() {
                if ours[service] != *environment {
                    return Err(format!("{service}: got {}, expected {environment}", ours[service]));
                }
            }
            Ok(())
        });
    });
}

/// A project of the cases, laid out on disk.
struct Layout {
    _folder: tempfile::TempDir,
    root: String,
    case: Value,
    expected: Value,
    project: Value,
}

impl Layout {
    fn new(case_folder: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("root");
        let text = root.to_str().unwrap().to_owned();
        fs::create_dir_all(root.join("home")).unwrap();
        copy(&case_folder.join("files"), &root, &text);
        let put = |name: &str| match case_folder.join(name) {
            path if path.is_file() => {
                let json = String::from_utf8(bytes(&path)).unwrap().replace("@ROOT@", &text);
                serde_json::from_str(&json).unwrap()
            }
            _ => Value::Null,
        };
        let (case, expected, project): (Value, Value, Value) =
            (put("case.json"), put("expected.json"), put("project.json"));
        for (link, target) in case["symlinks"].as_object().into_iter().flatten() {
            let _ = std::os::unix::fs::symlink(target.as_str().unwrap(), root.join(link));
        }
        fs::create_dir_all(root.join(case["cwd"].as_str().unwrap())).unwrap();
        Self { _folder: folder, root: text, case, expected, project }
    }

    /// None for what is no part of resolution (`--variables`).
    fn load(&self) -> Option<ComposeProject> {
        let mut options = LoadOptions::default();
        let list = self.case["args"].as_array().unwrap();
        let mut args = list.iter().map(|arg| arg.as_str().unwrap().to_owned());
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "-f" => options.files.push(args.next()?),
                "--env-file" => options.env_files.push(args.next()?),
                "-p" => options.project_name = args.next(),
                "--project-directory" => options.project_directory = args.next().map(PathBuf::from),
                "--profile" => options.profiles.push(args.next()?),
                "--hash" => drop(args.next()),
                "--variables" => return None,
                "--no-interpolate" => options.uninterpolated = true,
                "--environment" => {}
                service => options.services.push(service.to_owned()),
            }
        }
        options.stdin = self.case["stdin"].as_str().map(Text::from);
        let mut env = BTreeMap::from([("HOME".to_owned(), Text::from(format!("{}/home", self.root)))]);
        for (name, value) in self.case["env"].as_object().unwrap() {
            env.insert(name.clone(), value.as_str().unwrap().into());
        }
        let cwd = Path::new(&self.root).join(self.case["cwd"].as_str().unwrap());
        let host = World::on_disk(env, cwd.canonicalize().unwrap());
        Some(compose::load(&options, &host, &mut Sources::default()))
    }
}

fn copy(from: &Path, to: &Path, root: &str) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target, root);
            continue;
        }
        let mut content = bytes(&entry.path());
        if let Ok(text) = std::str::from_utf8(&content) {
            content = text.replace("@ROOT@", root).into_bytes();
        }
        fs::write(target, content).unwrap();
    }
}

fn check_project(layout: &Layout, project: &ComposeProject) -> Result<(), String> {
    let expected = &layout.expected;
    let ok = project.refusals.is_empty();
    if ok != (expected["ok"] == true) {
        let said: Vec<&str> = project.refusals.iter().map(|r| r.message.as_str()).collect();
        return Err(format!("refusals {said:?}, expected {} {}", expected["ok"], expected["error"]));
    }
    if !ok {
        return Ok(());
    }
    if let Some(services) = expected["output"]["services"].as_object() {
        compare("name", &json!(project.name), &expected["output"]["name"])?;
        for service in &project.services {
            let wanted = &services[&service.name];
            compare("environment", &environments(project)[&service.name], &wanted["environment"])?;
            check_deployment(service, wanted)?;
        }
        return Ok(());
    }
    if layout.case["args"][0] == "--hash" {
        return compare("hashes", &json!(hashes(project)), &expected["output"]);
    }
    if let Some(output) = expected.get("output") {
        let all: Map<String, Value> = project
            .variables
            .iter()
            .map(|(name, binding)| (name.to_owned(), json!(binding.value.expose())))
            .collect();
        return compare("output", &Value::Object(all), output);
    }
    compare("environment", &environments(project), &expected["services_environment"])?;
    compare("name", &json!(project.name), &expected["name"])?;
    compare("working_dir", &json!(project.working_dir), &expected["working_dir"])?;
    compare("compose_files", &json!(project.compose_files), &expected["compose_files"])?;
    compare("env_files", &json!(project.env_files), &expected["env_files"])?;
    compare("profiles", &json!(project.profiles), &expected["profiles"])?;
    let mut disabled: Vec<&str> =
        project.services.iter().filter(|s| !s.enabled).map(|s| s.name.as_str()).collect();
    disabled.sort_unstable();
    compare("disabled", &json!(disabled), &expected["disabled_services"])?;
    let said: BTreeSet<String> = project.warnings.iter().map(|w| format!("warning: {}", w.message)).collect();
    compare("log", &json!(said), &expected["log"])?;
    for service in project.services.iter().filter(|service| service.enabled) {
        check_deployment(service, &layout.project["services"][&service.name])
            .map_err(|difference| format!("{}: {difference}", service.name))?;
    }
    Ok(())
}

/// What `docker compose config --hash` of the newest release prints.
fn hashes(project: &ComposeProject) -> String {
    let mut lines: Vec<String> = project
        .services
        .iter()
        .filter(|service| service.enabled)
        .map(|service| {
            let context = HashContext {
                variables: &project.variables,
                files: &*World::default().files,
                rules: ComposeRelease::NEWEST.rules(),
                container_of: &|_| None,
            };
            format!("{} {}\n", service.name, hash::printed(service, context).unwrap())
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// What else a report says of a service, against the full resolved project.
fn check_deployment(service: &compose::Service, expected: &Value) -> Result<(), String> {
    let ours = service.deployment();
    let words = |list: &Option<Vec<clawdock::vocabulary::deployment::Located<Text>>>| {
        list.as_ref().map(|words| words.iter().map(|w| w.value.expose().to_owned()).collect::<Vec<_>>())
    };
    compare("command", &json!(words(&ours.command)), &expected["command"])?;
    compare("entrypoint", &json!(words(&ours.entrypoint)), &expected["entrypoint"])?;
    for (key, value) in [
        ("image", &ours.image),
        ("user", &ours.user),
        ("working_dir", &ours.working_dir),
        ("network_mode", &ours.network_mode),
    ] {
        compare(key, &json!(value.as_ref().map(|w| &w.value)), &expected[key])?;
    }
    let empty = Vec::new();
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let port = |p: &Value| {
        let [host, published, target] = ["host_ip", "published", "target"].map(|key| shown(&p[key]));
        format!("{host}|{published}|{target}|{}", p["protocol"].as_str().unwrap_or("tcp"))
    };
    let expected_ports: Vec<String> =
        expected["ports"].as_array().unwrap_or(&empty).iter().map(port).collect();
    let ports: Vec<String> = ours
        .ports
        .iter()
        .map(|p| {
            let host = p.host_ip.clone().unwrap_or_default();
            format!("{host}|{}|{}|{}", p.published.clone().unwrap_or_default(), p.target, p.protocol)
        })
        .collect();
    compare("ports", &json!(ports), &json!(expected_ports))?;
    let mount = |m: &Value| {
        let [kind, source, target] = ["type", "source", "target"].map(|key| shown(&m[key]));
        let kind =
            if matches!(kind.as_str(), "bind" | "volume" | "tmpfs") { kind } else { "other".to_owned() };
        format!("{kind}|{source}|{target}|{}", m["read_only"] == true)
    };
    let mut expected_mounts: Vec<String> =
        expected["volumes"].as_array().unwrap_or(&empty).iter().map(mount).collect();
    for path in expected["tmpfs"].as_array().unwrap_or(&empty) {
        let path = path.as_str().unwrap();
        expected_mounts.push(format!("tmpfs||{}|false", path.split(':').next().unwrap()));
    }
    let mounts: Vec<String> = ours
        .mounts
        .iter()
        .map(|m| {
            let source = m.source.clone().unwrap_or_default();
            let kind = format!("{:?}", m.kind).to_lowercase();
            format!("{kind}|{source}|{}|{}", m.target, m.read_only)
        })
        .collect();
    compare("mounts", &json!(mounts), &json!(expected_mounts))
}

#[test]
fn projects() {
    run("projects", |folder, tally| {
        let mut folders: Vec<PathBuf> = fs::read_dir(folder.join("projects"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        for folder in folders {
            let layout = Layout::new(&folder);
            let id = folder.file_name().unwrap().to_string_lossy();
            match layout.load() {
                Some(project) => tally.add(&id, check_project(&layout, &project)),
                None => tally.skipped += 1,
            }
        }
    });
}
