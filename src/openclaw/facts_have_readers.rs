//! What is recorded of releases is read by something: rustc does not tell, as each range of
//! [`super::behaviour`] names the fields of the one before.
#![expect(clippy::disallowed_methods, reason = "the test reads the source of this program")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the facts are: a file, or a folder of files.
const FACTS: [&str; 2] = ["src/openclaw/release/behaviour", "src/openclaw/release/catalog.rs"];

/// The types of a file that hold facts: all that it shows to others and that have named fields.
fn types(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| line.strip_prefix("pub struct ")?.strip_suffix(" {"))
}

/// The fields of a type.
fn fields<'a>(source: &'a str, of: &str) -> Vec<&'a str> {
    let body = source.split_once(&format!("pub struct {of} {{")).map(|(_, rest)| rest).unwrap_or_default();
    let body = body.split_once("\n}").map(|(body, _)| body).unwrap_or_default();
    let lines = body.lines().filter_map(|line| line.trim().strip_prefix("pub"));
    let names = lines.filter_map(|line| line.split_once(' ')?.1.split_once(':').map(|(name, _)| name));
    names.collect()
}

/// `.field` stands in one of the texts.
fn is_read(field: &str, texts: &[String]) -> bool {
    let access = format!(".{field}");
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '('));
    texts.iter().any(|text| text.match_indices(&access).any(|(at, _)| ends(&text[at + access.len()..])))
}

/// The production code of a file, or below a folder; what follows `#[cfg(test)]` in a file is none.
fn code(dir: &Path, out: &mut Vec<String>) {
    if dir.is_file() {
        out.push(fs::read_to_string(dir).unwrap_or_default());
    }
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path: PathBuf = entry.path();
        let name = entry.file_name().into_string().unwrap_or_default();
        if path.is_dir() && !matches!(&*name, "truth_tables" | "data") {
            code(&path, out);
        } else if name.ends_with(".rs") && !matches!(&*name, "tests.rs" | "fixture.rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            out.push(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned());
        }
    }
}

#[test]
fn every_fact_has_a_reader() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    code(&root.join("src"), &mut texts);
    let mut unread = Vec::new();
    let mut all = Vec::new();
    for facts in FACTS.map(|facts| root.join(facts)) {
        let mut sources = Vec::new();
        code(&facts, &mut sources);
        for of in sources.iter().flat_map(|source| types(source).map(move |of| (source, of))) {
            let fields = fields(of.0, of.1);
            all.push(of.1.to_owned());
            unread
                .extend(fields.into_iter().filter(|f| !is_read(f, &texts)).map(|f| format!("{}.{f}", of.1)));
        }
    }
    for of in ["Behaviour", "CredentialRules", "DotenvRules", "Stores", "Catalog", "Provider"] {
        assert!(all.iter().any(|found| found == of), "{of} is not found: {all:?}");
    }
    assert_eq!(unread, Vec::<String>::new());
}

#[test]
fn a_fact_without_a_reader_is_seen() {
    let source =
        "pub struct B {\n    /// Read.\n    pub one: bool,\n    pub(super) two: i32,\n}\n\nimpl B {}";
    assert_eq!(fields(source, "B"), ["one", "two"]);
    let texts = ["b.one_more || b.two()".to_owned()];
    assert!(!is_read("one", &texts) && !is_read("two", &texts));
    assert!(is_read("two", &["if b.two {".to_owned()]));
}
