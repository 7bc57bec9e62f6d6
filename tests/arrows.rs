//! Who may use whom: the order of the modules that `src/lib.rs` states holds, and neither modules nor
//! files go round in a circle, but where it is written down here with a reason.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Files that use each other, with the reason. A circle may get smaller; when it is gone, so is its line.
const KNOWN_CIRCLES: &[(&[&str], &str)] = &[
    (
        &[
            "cli/diagnose.rs",
            "cli/diff.rs",
            "cli/explain.rs",
            "cli/fix.rs",
            "cli/formats.rs",
            "cli/inspect.rs",
            "cli/lint.rs",
            "cli/output.rs",
            "cli/overview.rs",
            "cli/plan.rs",
            "cli/probe.rs",
            "cli/rule_catalogue.rs",
            "cli/run.rs",
            "cli/several.rs",
            "cli/shell.rs",
            "cli/snapshot.rs",
            "cli/upgrade.rs",
            "cli/watch.rs",
        ],
        "run.rs calls every command, and each command says how a run ends in its words",
    ),
    (
        &["compose/load/extends.rs", "compose/load/include.rs", "compose/load/loader.rs"],
        "a file that is included or extended is loaded as its parent is",
    ),
    (
        &["openclaw/release/catalog.rs", "openclaw/release/data/tables.rs"],
        "generated data is of the types that read it",
    ),
    (
        &["openclaw/release/channels.rs", "openclaw/settings/any_key/mod.rs"],
        "a channel's variable is looked up as the reader of a key does it",
    ),
    (
        &["openclaw/settings/any_key/known.rs", "openclaw/settings/any_key/reader.rs"],
        "a reader knows which keys are settings, which are read as it reads",
    ),
    (
        &["vocabulary/finding.rs", "vocabulary/prediction.rs"],
        "a reason not to start is about what a finding can be about",
    ),
    (
        &["rules/exposure/dood_path_parity.rs", "rules/exposure/host_access.rs"],
        "each asks a question of the other's about the sandbox",
    ),
    (
        &[
            "openclaw/read/launch/programs.rs",
            "openclaw/read/launch/scopes.rs",
            "openclaw/read/launch/shell.rs",
            "openclaw/read/launch/users.rs",
        ],
        "a shell runs programs, and what they do is done to its state",
    ),
    (&["world/container_fs.rs", "world/mounts.rs"], "what is behind a mount is looked up as a file"),
    (&["world/disk.rs", "world/files.rs"], "the plain file system is the default of the trait it has"),
    (
        &["syntax/sqlite/in_place.rs", "syntax/sqlite/wal.rs", "syntax/sqlite/wal_index.rs"],
        "a database, its log and the log's index are one format",
    ),
];

/// A path of modules below the crate: `["compose", "loader"]`.
type Module = Vec<String>;

/// What one file of the program uses of the crate.
struct Source {
    module: Module,
    /// Below `src/`.
    file: String,
    uses: BTreeSet<Module>,
    code: String,
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![src()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && path != src().join("main.rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// `compose/mod.rs` and `compose.rs` are both the module `compose`.
fn module_of(file: &Path) -> Module {
    let below = file.strip_prefix(src()).unwrap().with_extension("");
    let mut module: Module = below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    module
}

/// The text without comments and without the tests at its end, and the modules that are tests.
fn code(text: &str) -> (String, Vec<String>) {
    let lines = text.lines().map(|line| line.split_once("//").map_or(line, |(before, _)| before));
    let mut code = String::new();
    let mut tests = Vec::new();
    let mut test = false;
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = words.iter().position(|w| *w == "mod").and_then(|at| words.get(at + 1));
        match name {
            _ if line.contains("#[cfg(test)]") => test = true,
            Some(name) if test && name.ends_with(';') => {
                tests.push(name.trim_end_matches(';').to_owned());
                test = false;
            }
            // The tests of a file are at its end, as clippy wants them.
            Some(_) if test => break,
            _ if test && line.trim_start().starts_with("#[") => {}
            _ => {
                test = false;
                code.push_str(line);
                code.push('\n');
            }
        }
    }
    (code, tests)
}

/// Everything of the program that is no test.
fn sources() -> Vec<Source> {
    let mut tests: BTreeSet<Module> = BTreeSet::new();
    let mut texts = Vec::new();
    for file in rust_files() {
        let (code, named) = code(&fs::read_to_string(&file).unwrap());
        let module = module_of(&file);
        tests.extend(named.into_iter().map(|name| [&module[..], &[name]].concat()));
        texts.push((file, module, code));
    }
    texts.retain(|(_, module, _)| !tests.iter().any(|test| module.starts_with(test)));
    let all: BTreeSet<&Module> = texts.iter().map(|(_, module, _)| module).collect();
    let known = |path: Module| (0..=path.len()).rev().map(|n| path[..n].to_vec()).find(|m| all.contains(m));
    let source = |(file, module, code): &(PathBuf, Module, String)| {
        let used = paths(module, code).into_iter().filter_map(known).filter(|used| used != module);
        let file = file.strip_prefix(src()).unwrap().to_str().unwrap().replace('\\', "/");
        Source { module: module.clone(), file, uses: used.collect(), code: code.clone() }
    };
    texts.iter().map(source).collect()
}

/// Every path that begins with `crate`, `super` or `self`, as a path below the crate.
fn paths(module: &Module, code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = &code[..at];
            let is_part = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            // `pub(in crate::report)` says who may see it.
            if !is_part && !before.ends_with("(in ") {
                tree(&mut &code[at..], module.clone(), &mut found);
            }
        }
    }
    found
}

/// Reads `a::{b, c::d}`, and adds what it names below `path`.
fn tree(rest: &mut &str, mut path: Module, found: &mut Vec<Module>) {
    loop {
        *rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            *rest = inner;
            while !rest.trim_start().starts_with('}') && !rest.trim().is_empty() {
                let before = rest.len();
                tree(rest, path.clone(), found);
                *rest = rest.trim_start().trim_start_matches(',');
                // What is no path, as in a pattern, ends the list.
                if rest.len() == before {
                    return;
                }
            }
            *rest = rest.trim_start().strip_prefix('}').unwrap_or(rest);
            return;
        }
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        match name {
            "crate" => path.clear(),
            "super" => drop(path.pop()),
            "self" | "" => {}
            name => path.push(name.to_owned()),
        }
        *rest = after;
        match after.strip_prefix("::") {
            Some(more) => *rest = more,
            None => break,
        }
    }
    // `a as b`
    if let Some(renamed) = rest.trim_start().strip_prefix("as ") {
        *rest = renamed.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == ' ');
    }
    found.push(path);
}

/// The rows of `src/lib.rs`: which modules, from the lowest row on.
fn order() -> Vec<Vec<String>> {
    let lib = fs::read_to_string(src().join("lib.rs")).unwrap();
    let rows = lib.split("//! ```text\n").nth(1).unwrap().split("//! ```").next().unwrap();
    let rows = rows.lines().map(|line| line.trim_start_matches("//! ").split("  ").next().unwrap());
    rows.map(|modules| modules.split(' ').map(str::to_owned).collect()).collect()
}

/// From which top-level module to which, and a file that has the arrow.
fn arrows(sources: &[Source]) -> BTreeMap<(String, String), String> {
    let mut arrows = BTreeMap::new();
    for source in sources {
        let Some(from) = source.module.first() else { continue };
        for to in source.uses.iter().filter_map(|used| used.first()).filter(|to| *to != from) {
            arrows.entry((from.clone(), to.clone())).or_insert_with(|| source.file.clone());
        }
    }
    arrows
}

#[test]
fn modules_use_only_those_of_their_row_and_above() {
    let sources = sources();
    let order = order();
    let row = |module: &str| order.iter().position(|row| row.iter().any(|m| m == module));
    let mut wrong = Vec::new();
    for module in sources.iter().filter_map(|s| s.module.first()).collect::<BTreeSet<_>>() {
        if row(module).is_none() {
            wrong.push(format!("{module} is in no row of src/lib.rs"));
        }
    }
    for module in order.iter().flatten() {
        if !sources.iter().any(|s| s.module.first() == Some(module)) {
            wrong.push(format!("src/lib.rs: there is no module {module}"));
        }
    }
    let arrows = arrows(&sources);
    for ((from, to), file) in &arrows {
        if row(from) < row(to) {
            wrong.push(format!("{from} uses {to}, which is below it in src/lib.rs: src/{file}"));
        }
    }
    wrong.extend(
        circles(arrows.keys().cloned())
            .iter()
            .map(|circle| format!("modules go round in a circle: {circle:?}")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_do_not_go_round_in_a_circle() {
    let sources = sources();
    let file = |module: &Module| sources.iter().find(|s| s.module == *module).map(|s| s.file.clone());
    let arrows = sources.iter().flat_map(|source| {
        // A folder's own file and what is in the folder may use each other.
        let apart = |used: &&Module| !used.starts_with(&source.module) && !source.module.starts_with(used);
        source.uses.iter().filter(apart).filter_map(|used| Some((source.file.clone(), file(used)?)))
    });
    let found = circles(arrows);
    let mut wrong = Vec::new();
    let within =
        |circle: &BTreeSet<String>, known: &[&str]| circle.iter().all(|f| known.contains(&f.as_str()));
    for circle in &found {
        if !KNOWN_CIRCLES.iter().any(|(known, _)| within(circle, known)) {
            wrong.push(format!("these use each other: {circle:?}"));
        }
    }
    for (known, _) in KNOWN_CIRCLES {
        if !found.iter().any(|circle| within(circle, known)) {
            wrong.push(format!("there is no circle in {known:?} any more: take it out of KNOWN_CIRCLES"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The groups of nodes that can reach each other.
fn circles(arrows: impl Iterator<Item = (String, String)>) -> Vec<BTreeSet<String>> {
    let mut next: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&String, BTreeSet<&String>> = next
        .keys()
        .map(|from| {
            let mut reached = BTreeSet::new();
            let mut open = vec![from];
            while let Some(node) = open.pop() {
                open.extend(next.get(node).into_iter().flatten().filter(|to| reached.insert(*to)));
            }
            (from, reached)
        })
        .collect();
    let both = |a: &String, b: &String| {
        let to = |from: &String, to: &String| reached.get(from).is_some_and(|r| r.contains(to));
        to(a, b) && to(b, a)
    };
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for node in reached.keys().filter(|node| both(node, node)) {
        let circle = reached.keys().filter(|other| both(node, other)).map(|n| (*n).clone());
        let circle: BTreeSet<String> = circle.collect();
        if !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// A reader who searches for a type finds one.
#[test]
fn a_type_name_is_defined_once() {
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in rust_files() {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(src()).unwrap().display().to_string();
        for line in text.lines() {
            let words: Vec<&str> =
                line.split([' ', '<', '(', '{', ';', ':']).filter(|w| !w.is_empty()).collect();
            let is_private = words.first().is_none_or(|word| *word != "pub");
            let kind = words.iter().position(|w| ["struct", "enum", "trait", "union"].contains(w));
            let Some(kind) = kind.filter(|at| *at <= 2 && (*at == 0 || !is_private || words[0] == "unsafe"))
            else {
                continue;
            };
            if let Some(defined) = words.get(kind + 1) {
                files.entry((*defined).to_owned()).or_default().insert(name.clone());
            }
        }
    }
    assert!(files.len() > 400, "too few types are found: {}", files.len());
    files.retain(|_, defined_in| defined_in.len() > 1);
    assert!(files.is_empty(), "type names that several files define: {files:#?}");
}

/// Files that list keys of the config as people write them, beside the keys that are settings.
const KEYS_AS_TEXT: &[(&str, &str)] = &[
    ("redact/public.rs", "patterns of keys whose values are published"),
    ("rules/state/config_broken.rs", "the key that is meant by what people write"),
];

#[test]
fn the_key_of_a_setting_is_spelled_once() {
    const HOME: &str = "vocabulary/setting_key.rs";
    let sources = sources();
    let home = sources.iter().find(|source| source.file == HOME).unwrap();
    let (_, rows) = home.code.split_once("const KEYS").unwrap();
    let (rows, _) = rows.split_once("];").unwrap();
    let keys: Vec<String> = rows.split('"').skip(1).step_by(2).map(|key| format!("\"{key}\"")).collect();
    assert!(keys.contains(&format!("\"{}\"", "gateway.auth.token")), "{keys:?}");
    let providers = ["\"models.providers.\"".to_owned(), "\"models.providers.{".to_owned()];
    let mut again: Vec<String> = Vec::new();
    for source in sources.iter().filter(|s| s.file != HOME) {
        if KEYS_AS_TEXT.iter().any(|(file, _)| *file == source.file) {
            continue;
        }
        let spelled = keys.iter().chain(&providers).filter(|key| source.code.contains(key.as_str()));
        again.extend(spelled.map(|key| format!("{}: {key}", source.file)));
    }
    assert!(again.is_empty(), "ask SettingKey instead:\n{}", again.join("\n"));
}

#[test]
fn paths_are_read_out_of_code() {
    let module = ["a".to_owned(), "b".to_owned()].to_vec();
    let text =
        "use crate::{c::{D, e::F as G}, h};\nuse super::i::J; pub(in crate::no) fn k() { self::l::m() }";
    let mut found: Vec<String> = paths(&module, text).iter().map(|p| p.join("::")).collect();
    found.sort();
    assert_eq!(found, ["a::b::l::m", "a::i::J", "c::D", "c::e::F", "h"]);
    let (code, tests) =
        code("use x;\n#[cfg(test)]\nmod fixture;\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n use y;\n}");
    assert_eq!((code.as_str(), tests), ("use x;\n", vec!["fixture".to_owned()]));
}

#[test]
fn circles_are_found() {
    let arrows = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")].map(|(f, t)| (f.to_owned(), t.to_owned()));
    let found = circles(arrows.into_iter());
    assert_eq!(found, [["a", "b", "c"].map(str::to_owned).into()]);
}
