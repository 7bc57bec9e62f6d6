//! Findings that are known already: `--baseline FILE`, written by `--write-baseline`.
//!
//! A finding is known again by its fingerprint, which neither a value nor a line number changes. A
//! whole report in the format `json` is taken as well.

use crate::{
    text::limits,
    world::files::{Files, ReadError},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, path::Path};

/// What `schema` says.
const ID: &str = "clawdock.baseline/1";

/// The fingerprints of known findings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline(BTreeSet<String>);

impl FromIterator<String> for Baseline {
    fn from_iter<I: IntoIterator<Item = String>>(fingerprints: I) -> Self {
        Self(fingerprints.into_iter().collect())
    }
}

/// One finding of a baseline: the fingerprint, and the rest for people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct KnownFinding {
    /// The rule.
    pub rule: &'static str,
    /// The compose service or container.
    pub service: String,
    /// The variable, config path or provider it is about.
    pub key: Option<String>,
    /// By which it is known again.
    pub fingerprint: String,
}

#[derive(Deserialize)]
struct BaselineDocument {
    schema: String,
    #[serde(default)]
    findings: Vec<Fingerprinted>,
    #[serde(default)]
    targets: Vec<BaselineTarget>,
}

#[derive(Deserialize)]
struct BaselineTarget {
    #[serde(default)]
    findings: Vec<Fingerprinted>,
    #[serde(default)]
    suppressed: Vec<SuppressedFinding>,
}

/// A finding of a report that an earlier target's names, or that is not reported.
#[derive(Deserialize)]
struct SuppressedFinding {
    finding: Fingerprinted,
    by: SuppressedBy,
}

#[derive(Deserialize)]
struct SuppressedBy {
    kind: String,
}

#[derive(Deserialize)]
struct Fingerprinted {
    fingerprint: String,
}

#[derive(Serialize)]
struct WrittenBaseline<'a> {
    schema: &'static str,
    findings: &'a [KnownFinding],
}

impl Baseline {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is neither a baseline nor a report; the text says which.
    pub fn load(files: &dyn Files, path: &Path) -> Result<Self, String> {
        let text = files.read_text(path, limits::COMPOSE_FILE).map_err(|why| match why {
            ReadError::Absent => {
                format!("{}: there is no such baseline; `--write-baseline` makes one", path.display())
            }
            why => format!("{}: the baseline cannot be read: {why}", path.display()),
        })?;
        // The parser's own words may quote the text.
        let document: BaselineDocument = serde_json::from_str(&text).map_err(|e| {
            format!("{}:{}:{}: this is no baseline of clawdock", path.display(), e.line(), e.column())
        })?;
        if document.schema != ID && document.schema != "clawdock.report/1" {
            return Err(format!("{}: the schema is neither {ID} nor clawdock.report/1", path.display()));
        }
        let of_targets = document.targets.into_iter().flat_map(|target| {
            let merged = target.suppressed.into_iter().filter(|s| s.by.kind == "merged").map(|s| s.finding);
            target.findings.into_iter().chain(merged)
        });
        Ok(document.findings.into_iter().chain(of_targets).map(|f| f.fingerprint).collect())
    }

    /// It holds that finding.
    #[must_use]
    pub fn knows(&self, fingerprint: &str) -> bool {
        self.0.contains(fingerprint)
    }
}

/// A baseline as a file, in an order that changes as little as the findings do.
#[must_use]
pub fn write(mut known: Vec<KnownFinding>) -> String {
    known.sort();
    let document = WrittenBaseline { schema: ID, findings: &known };
    // Texts and a list: nothing that could fail.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Baseline, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        Baseline::load(&crate::world::Disk, file.path())
    }

    #[test]
    fn what_is_written_is_read() {
        let known =
            KnownFinding { rule: "CD201", service: "a".into(), key: None, fingerprint: "00ff".into() };
        let baseline = load(&write(vec![known])).expect("it is a baseline");
        assert!(baseline.knows("00ff") && !baseline.knows("00fe"));
    }

    #[test]
    fn a_report_is_one_as_well_and_nothing_else() {
        let report =
            r#"{"schema": "clawdock.report/1", "targets": [{"findings": [{"fingerprint": "ab", "x": 1}]}]}"#;
        assert!(load(report).expect("a report").knows("ab"));
        for wrong in
            ["", "[]", "{", r#"{"schema": "x"}"#, r#"{"schema": "clawdock.baseline/1", "findings": [{}]}"#]
        {
            assert!(load(wrong).is_err(), "{wrong}");
        }
        let missing =
            Baseline::load(&crate::world::Disk, Path::new("/nowhere/b.json")).expect_err("not there");
        assert!(missing.contains("--write-baseline"));
    }
}
