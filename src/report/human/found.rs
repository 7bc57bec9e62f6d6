//! What was found below a folder, in a few lines: what is reported, and what was left out and why.

use super::page::Page;
use crate::{findings::report::FoundBelow, report::words::counted};
use std::{io, path::PathBuf};

/// Most files that are named of a kind.
const NAMED: usize = 5;

pub(super) fn found(page: &mut Page<'_>, found: &FoundBelow) -> io::Result<()> {
    let FoundBelow { runs, beside, fragments, unrendered } = found;
    let mut line = match runs.as_slice() {
        [] => "nothing below runs OpenClaw".to_owned(),
        runs => {
            format!("{} with OpenClaw: {}", counted(runs.len(), "project", "projects"), named(page, runs))
        }
    };
    if !beside.is_empty() {
        line.push_str(&format!("; {} without", counted(beside.len(), "project", "projects")));
    }
    page.paragraph(&line)?;
    if !fragments.is_empty() {
        page.faint(&format!(
            "parts of projects whose other files are not there: {}",
            named(page, fragments)
        ))?;
    }
    for (path, what) in unrendered.iter().take(NAMED) {
        let shown = page.path(&path.display().to_string());
        page.faint(&format!("{shown} is {what}, and not read before it is rendered"))?;
    }
    Ok(())
}

fn named(page: &Page<'_>, paths: &[PathBuf]) -> String {
    let shown = paths.iter().map(|path| page.path(&path.display().to_string()));
    let more = paths.len().saturating_sub(NAMED);
    let all: Vec<String> = if page.options.verbose { shown.collect() } else { shown.take(NAMED).collect() };
    match more {
        more if more > 0 && !page.options.verbose => format!("{} and {more} more", all.join(", ")),
        _ => all.join(", "),
    }
}
