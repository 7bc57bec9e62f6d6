//! `--statistics`: how often each rule was reported, in the place of the findings.

use super::{RenderOptions, words::counted};
use crate::findings::report::Report;
use crate::vocabulary::finding::Severity;
use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::{self, Write},
};

/// Writes a line for each rule: how often, its worst severity, its id and name; most frequent first.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<(&str, &str), (usize, Severity)> = BTreeMap::new();
    for finding in report.targets.iter().flat_map(|entry| &entry.findings) {
        let known = rules.entry((finding.rule, finding.name)).or_insert((0, finding.severity));
        known.0 += 1;
        known.1 = known.1.max(finding.severity);
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|((id, _), (number, severity))| (Reverse(*severity), Reverse(*number), *id));
    if !report.refusals.is_empty() {
        writeln!(out, "{:>5}  {:<8} docker compose refuses the project", report.refusals.len(), "error")?;
    }
    for ((id, name), (number, severity)) in &rules {
        writeln!(out, "{number:>5}  {:<8} {id}  {name}", severity.id())?;
    }
    if options.quiet {
        return Ok(());
    }
    let total: usize = rules.iter().map(|(_, (number, _))| number).sum::<usize>() + report.refusals.len();
    let projects = counted(report.targets.len(), "target", "targets");
    writeln!(out, "{} in {projects}", counted(total, "finding", "findings"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;

    #[test]
    fn rules_with_their_numbers() {
        let (report, _) = fixture::report();
        let mut out = Vec::new();
        super::render(&report, &fixture::options(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "    1  error    docker compose refuses the project\n    \
             1  error    CD101  token-env-config-mismatch\n    \
             2  info     CD306  key-name-unknown\n\
             4 findings in 1 target\n"
        );
    }
}
