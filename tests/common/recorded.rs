//! What the program says of each fixture, run once and kept in forms that people can read.

#![allow(clippy::disallowed_methods, reason = "tests")]

use super::project::{copy_into, fixtures, name, own_folder, projects, run, stdout};
use serde_json::Value;
use std::{
    collections::HashMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// One fixture, and what `lint` said of it.
pub struct Recorded {
    /// The folder in the repository.
    pub project: PathBuf,
    /// Its path below the fixtures.
    pub name: String,
    pub exit_code: Option<i32>,
    /// `--format json`, with `@ROOT@` for the project's folder.
    pub report: Value,
    /// `--format human --verbose`: every finding whole, as people see them. After those of the project those of
    /// its container, where `container.json` is a snapshot of one.
    human: String,
}

/// Where people are told that the projects are: a path that is broken into lines like the real one.
const SOMEWHERE: &str = "/home/ada/compose/projects";

/// A folder below `folder` whose path has as many characters as `path`, where that can be.
fn as_long_as(path: &str, folder: &Path) -> PathBuf {
    let missing = path.len().saturating_sub(folder.as_os_str().len() + 1);
    folder.join("p".repeat(missing))
}

/// Every fixture. They are run once for all tests of a binary, on all cores.
pub fn all() -> &'static [Recorded] {
    static ALL: OnceLock<Vec<Recorded>> = OnceLock::new();
    ALL.get_or_init(|| {
        let projects = projects(&fixtures());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = projects.len().div_ceil(cores);
        std::thread::scope(|scope| {
            let shares: Vec<_> = projects
                .chunks(share)
                .map(|share| scope.spawn(|| share.iter().map(|p| Recorded::of(p)).collect::<Vec<_>>()))
                .collect();
            shares.into_iter().flat_map(|s| s.join().expect("each fixture can be run")).collect()
        })
    })
}

/// The fixture of this name.
pub fn of(name: &str) -> &'static Recorded {
    all().iter().find(|r| r.name == name).unwrap_or_else(|| panic!("there is no compose-fixtures/{name}"))
}

impl Recorded {
    fn of(project: &Path) -> Self {
        let folder = own_folder();
        let projects = as_long_as(SOMEWHERE, folder.path());
        let root = projects.join(project.file_name().expect("a name"));
        copy_into(project, &root);
        let formats = ["--format", "json=.report.json", "--format", "human=.report.txt"];
        let output = run(&root, &[&["lint", "--verbose"], &formats[..]].concat());
        let written = |file: &str, from: &Path, to: &str| {
            let text = fs::read_to_string(root.join(file)).expect("the report was written");
            text.replace(&from.display().to_string(), to)
        };
        let name = name(project);
        let json = written(".report.json", &root, "@ROOT@");
        let mut human = written(".report.txt", &projects, SOMEWHERE);
        if root.join("container.json").is_file() {
            let replayed = run(&root, &["inspect", "--verbose", "--snapshot", "container.json"]);
            human.push_str(&stdout(&replayed));
        }
        let report: Value = serde_json::from_str(&json).unwrap_or_else(|e| panic!("{name}: {e}"));
        Self { project: project.to_owned(), name, exit_code: output.status.code(), report, human }
    }

    /// The whole report without what differs from run to run.
    pub fn whole(&self) -> Value {
        let mut report = self.report.clone();
        number_fingerprints(&mut report, &mut HashMap::new());
        report["clawdock"]["version"] = "VERSION".into();
        serde_json::json!({"exit_code": self.exit_code, "report": report})
    }

    /// The findings of every target.
    pub fn findings(&self) -> impl Iterator<Item = &Value> {
        array(&self.report, "targets").flat_map(|t| array(t, "findings"))
    }

    /// The findings of one rule, as the human report prints them.
    pub fn findings_for_people(&self, rule: &str) -> String {
        let is_of = |passage: &&str| {
            let title = passage.split_once('[').filter(|(_, id)| id.starts_with(rule));
            title.is_some_and(|(level, _)| ["error", "warning", "note"].contains(&level))
        };
        let passages = self.human.split("\n\n").map(|passage| passage.trim_matches('\n'));
        passages.filter(is_of).collect::<Vec<_>>().join("\n\n")
    }

    /// The lines of `compose-fixtures/findings.txt` for this fixture.
    pub fn lines(&self) -> String {
        let code = self.exit_code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let mut text = format!("{}: exit {code}\n", self.name);
        for refusal in array(&self.report, "refusals") {
            let _ = writeln!(text, "  refused {}", place(refusal));
        }
        for target in array(&self.report, "targets") {
            let start = target["start"]["prediction"].as_str().unwrap_or("-");
            let (name, role) = (string(target, "name"), string(target, "role"));
            let _ = writeln!(text, "  {name} ({role}, start: {start})");
            for finding in array(target, "findings") {
                let _ = writeln!(text, "    {}", line(finding));
            }
            for kept in array(target, "suppressed") {
                let _ = writeln!(text, "    {} (kept back: {})", line(&kept["finding"]), kept["by"]["kind"]);
            }
        }
        text
    }
}

/// `error CD101 compose.yml:7:7 OPENCLAW_GATEWAY_TOKEN`
fn line(finding: &Value) -> String {
    let (severity, rule) = (string(finding, "severity"), string(finding, "rule"));
    let key = finding["key"].as_str().unwrap_or("-");
    format!("{severity} {rule} {} {key}", place(finding))
}

fn place(finding: &Value) -> String {
    let at = &finding["location"];
    let Some(path) = at["path"].as_str() else { return "-".to_owned() };
    let path = path.strip_prefix("@ROOT@/").unwrap_or(path);
    let number = |key: &str| at[key].as_u64().map(|n| format!(":{n}")).unwrap_or_default();
    format!("{path}{}{}", number("line"), number("column"))
}

fn string<'a>(node: &'a Value, key: &str) -> &'a str {
    node[key].as_str().unwrap_or_else(|| panic!("{key} is a string"))
}

/// The items of a list; a list that is not there has none.
fn array<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    node[key].as_array().into_iter().flatten()
}

/// Fingerprints of values differ from run to run, but equal values have equal ones: they become
/// `#1`, `#2` … in the order in which they appear.
fn number_fingerprints(node: &mut Value, known: &mut HashMap<String, usize>) {
    match node {
        Value::Object(map) => {
            let is_value = map.contains_key("length");
            if is_value && let Some(Value::String(print)) = map.get_mut("fingerprint") {
                let next = known.len() + 1;
                *print = format!("#{}", known.entry(print.clone()).or_insert(next));
            }
            map.values_mut().for_each(|v| number_fingerprints(v, known));
        }
        Value::Array(items) => items.iter_mut().for_each(|v| number_fingerprints(v, known)),
        _ => {}
    }
}

/// JSON in which what fits on a line stands on one.
pub fn compact(node: &Value) -> String {
    let mut text = String::new();
    write_compact(node, 0, &mut text);
    text + "\n"
}

fn write_compact(node: &Value, depth: usize, text: &mut String) {
    const WIDTH: usize = 110;
    let flat = node.to_string();
    if flat.chars().count() + 2 * depth <= WIDTH || !(node.is_array() || node.is_object()) {
        text.push_str(&flat);
        return;
    }
    let indent = |depth: usize| format!("\n{}", "  ".repeat(depth));
    let (open, close) = if node.is_array() { ('[', ']') } else { ('{', '}') };
    text.push(open);
    let pairs: Vec<(Option<&String>, &Value)> = match node {
        Value::Object(map) => map.iter().map(|(key, value)| (Some(key), value)).collect(),
        _ => node.as_array().into_iter().flatten().map(|value| (None, value)).collect(),
    };
    for (at, (key, value)) in pairs.into_iter().enumerate() {
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(&indent(depth + 1));
        if let Some(key) = key {
            let _ = write!(text, "{}: ", Value::from(key.as_str()));
        }
        write_compact(value, depth + 1, text);
    }
    text.push_str(&indent(depth));
    text.push(close);
}
