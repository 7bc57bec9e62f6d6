//! Where a report goes: standard output, or files.
#![expect(clippy::disallowed_methods, reason = "the one door by which reports are written")]

use crate::cli::run::{CommandContext, CommandFailure, Exit};
use crate::model::target::TargetKind;
use crate::{
    cli::args::FormatSpec,
    findings::report::Report,
    redact::Fingerprinter,
    report::{self, Format, RenderOptions, color},
    text::source::{SourceName, Sources},
    world::host::World,
};
use std::{
    collections::HashMap,
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

/// Columns where the output is no terminal, or says no width.
const WIDTH: usize = 80;

/// Columns below which no excerpt can be read.
const NARROWEST: usize = 40;

/// Writes a report in every format that was asked for.
pub(crate) fn write(
    report: &Report,
    sources: &Sources,
    world: &CommandContext<'_>,
) -> Result<(), CommandFailure> {
    // What a snapshot tells of are files of another host.
    let is_replay = report.targets.iter().any(|entry| entry.target.kind == TargetKind::Snapshot);
    let specs = specs(world)?;
    let files = specs.iter().filter_map(|spec| spec.file.as_deref()).filter(|_| !is_replay);
    check_not_read(files, sources, world.host)?;
    each(world, |format, options, out| report::render(format, report, sources, options, out))
}

/// Refuses to write over a file that the report is about.
pub(crate) fn check_not_read<'a>(
    files: impl IntoIterator<Item = &'a Path>,
    sources: &Sources,
    host: &World,
) -> Result<(), CommandFailure> {
    // What does not exist was not read.
    let real = |path: &Path| host.files.canonicalize(path).ok();
    let existing = files.into_iter().filter_map(|file| Some((real(&host.cwd.join(file))?, file)));
    let targets: HashMap<PathBuf, &Path> = existing.collect();
    if targets.is_empty() {
        return Ok(());
    }
    let read = sources.iter().find_map(|(_, source)| match &source.name {
        SourceName::Host(path) => targets.get(&real(path)?).copied(),
        _ => None,
    });
    read.map_or(Ok(()), |file| {
        Err(CommandFailure::Usage(format!(
            "{} was read for this report and is not replaced: give another file",
            file.display()
        )))
    })
}

/// Calls `render` for every format that was asked for, with a sink for it.
pub(crate) fn each(
    world: &CommandContext<'_>,
    render: impl Fn(Format, &RenderOptions, &mut dyn io::Write) -> io::Result<()>,
) -> Result<(), CommandFailure> {
    let fingerprinter = fingerprinter()?;
    for spec in specs(world)? {
        let options = options(spec.file.is_none(), &fingerprinter, world);
        let mut bytes = Vec::new();
        let name = || spec.file.as_ref().map_or("the report".to_owned(), |f| f.display().to_string());
        render(spec.format, &options, &mut bytes).map_err(|e| CommandFailure::Write(name(), e.kind()))?;
        match &spec.file {
            Some(file) => to_file(file, &world.host.cwd, &bytes)?,
            None => to_stdout(&bytes)?,
        }
    }
    Ok(())
}

/// One for a whole run.
pub(crate) fn fingerprinter() -> Result<Fingerprinter, CommandFailure> {
    Fingerprinter::new().map_err(|e| CommandFailure::Write("the report".into(), e.kind()))
}

/// How to write to standard output, or to a file.
pub(crate) fn options(
    to_stdout: bool,
    fingerprinter: &Fingerprinter,
    world: &CommandContext<'_>,
) -> RenderOptions {
    let terminal = to_stdout && is_terminal();
    RenderOptions {
        reveal: world.global.reveal,
        verbose: world.global.verbose,
        of_key: false,
        quiet: world.global.quiet,
        color: color::wanted(world.global.color.into(), world.host, terminal),
        statistics: world.global.statistics,
        width: if terminal { columns(world.host) } else { WIDTH },
        cwd: world.host.cwd.clone(),
        root: root(world.host),
        fail_on: world.global.fail_on.least(),
        fingerprinter: fingerprinter.clone(),
    }
}

/// Somebody looks at standard output.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The width of the terminal: `COLUMNS` where it is set, else what the terminal says.
fn columns(host: &World) -> usize {
    let said = host.var("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(asked).unwrap_or(WIDTH).max(NARROWEST)
}

/// The root of the checkout, where a CI job says it; else the current folder.
fn root(host: &World) -> PathBuf {
    let said = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].iter().filter_map(|name| host.var(name));
    let above = said.map(PathBuf::from).find(|root| root.is_absolute() && host.cwd.starts_with(root));
    above.unwrap_or_else(|| host.cwd.clone())
}

/// Prints a text that is no report.
pub(crate) fn print(text: &str) -> Result<Exit, CommandFailure> {
    to_stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn specs(world: &CommandContext<'_>) -> Result<Vec<FormatSpec>, CommandFailure> {
    let mut specs = world.formats.to_vec();
    if specs.is_empty() {
        specs.push(FormatSpec { format: Format::Human, file: None });
    }
    if let Some(output) = &world.global.output {
        let mut without_file = specs.iter_mut().filter(|s| s.file.is_none());
        match (without_file.next(), without_file.next()) {
            (Some(only), None) => only.file = Some(output.clone()),
            _ => {
                return Err(CommandFailure::Usage(
                    "--output needs exactly one --format without a file of its own".into(),
                ));
            }
        }
    }
    Ok(specs)
}

/// Writes a file that is named from a folder.
pub(crate) fn to_file(path: &Path, folder: &Path, bytes: &[u8]) -> Result<(), CommandFailure> {
    let failed = |e: io::Error| CommandFailure::Write(path.display().to_string(), e.kind());
    let path = &folder.join(path);
    if fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        // A device such as /dev/null: nothing to create.
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut f| f.write_all(bytes))
            .map_err(failed);
    }
    fs::write(path, bytes).map_err(failed)
}

fn to_stdout(bytes: &[u8]) -> Result<(), CommandFailure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|e| CommandFailure::Write("standard output".into(), e.kind()))
}
