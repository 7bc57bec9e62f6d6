//! `clawdock` alone: every gateway of this engine and the project in this folder, a line each, and what to
//! type next.

use crate::cli::{
    args::Global,
    inspect::{self, InspectedContainers},
    lint::{self, Projects},
    output,
    run::{CommandContext, CommandFailure, Exit, exit_of},
};
use crate::{
    findings::report::Report,
    report::{
        Format, RenderOptions,
        human::overview::{self, FilesNow, GatewayRow},
    },
    text::source::{SourceName, Sources},
    vocabulary::compose_files::{DEFAULT_FILES, DEFAULT_OVERRIDES},
    vocabulary::finding::Severity,
    world::host::World,
};
use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::PathBuf,
};

/// What there is to be seen from here.
pub(crate) struct Seen {
    /// The containers that run OpenClaw, stopped ones too; or why there are none.
    pub(crate) containers: Result<(Report, Sources), CommandFailure>,
    /// The project in this folder; none where there is no compose file.
    pub(crate) project: Option<(Report, Sources)>,
}

pub(crate) fn run(world: &CommandContext<'_>) -> Result<Exit, CommandFailure> {
    let seen = Seen::now(world)?;
    output::each(world, |_: Format, options, out| seen.render(world.global, options, out))?;
    Ok(seen.exit(world.global))
}

impl Seen {
    /// Asks the engine, and reads the project.
    ///
    /// # Errors
    /// When a clawdock.toml cannot be used. An engine that does not answer is a thing to be seen.
    pub(crate) fn now(world: &CommandContext<'_>) -> Result<Self, CommandFailure> {
        let all = InspectedContainers { targets: Vec::new(), all: true };
        let containers = match inspect::report(&all, None, world) {
            Err(unusable @ CommandFailure::Configuration(_)) => return Err(unusable),
            seen => seen,
        };
        let (report, sources) = lint::report(&Projects::default(), world)?;
        let project = (!lint::is_without_project(&report)).then_some((report, sources));
        Ok(Self { containers, project })
    }

    /// The gateways, in words.
    pub(crate) fn rows(&self, options: &RenderOptions) -> Vec<GatewayRow> {
        let of = |(report, sources): &(Report, Sources)| overview::rows(report, sources, options);
        self.containers.as_ref().map(of).unwrap_or_default()
    }

    /// The project in this folder, in a line.
    pub(crate) fn project_lines(&self, options: &RenderOptions) -> Vec<String> {
        let of = |(report, sources): &(Report, Sources)| overview::project_lines(report, sources, options);
        self.project.as_ref().map(of).unwrap_or_default()
    }

    /// The files of this host that were read, those that were looked for and are not there, and those
    /// that a project would be read from.
    pub(crate) fn files(&self, host: &World) -> BTreeSet<PathBuf> {
        let seen = [self.containers.as_ref().ok(), self.project.as_ref()].into_iter().flatten();
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for (report, sources) in seen {
            let read = sources.iter().filter_map(|(_, source)| match &source.name {
                SourceName::Host(path) => Some(path.clone()),
                _ => None,
            });
            let looked_at = report.targets.iter().flat_map(|entry| &entry.target.sources);
            let looked_at = looked_at.map(|source| PathBuf::from(&source.path));
            files.extend(read.chain(looked_at.filter(|path| path.is_absolute())));
        }
        let of_project = DEFAULT_FILES.iter().chain(&DEFAULT_OVERRIDES).chain(&[".env", "clawdock.toml"]);
        files.extend(of_project.map(|name| host.cwd.join(name)));
        files
    }

    fn exit(&self, global: &Global) -> Exit {
        let exits = [self.containers.as_ref().ok(), self.project.as_ref()].into_iter().flatten();
        let exits: Vec<Exit> = exits.map(|(report, _)| exit_of(report, global)).collect();
        let unreachable = matches!(self.containers, Err(CommandFailure::Engine(_)));
        [Exit::Input, Exit::Findings]
            .into_iter()
            .find(|exit| exits.contains(exit))
            .unwrap_or(if unreachable && self.project.is_none() { Exit::Unreachable } else { Exit::Ok })
    }

    /// Writes what there is, and the commands to type next.
    ///
    /// # Errors
    /// When the sink refuses the bytes.
    pub(crate) fn render(
        &self,
        global: &Global,
        options: &RenderOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match &self.containers {
            Ok((report, sources)) => overview::render(report, sources, options, out)?,
            Err(CommandFailure::NoTarget(_)) => writeln!(out, "No container of this engine runs OpenClaw.")?,
            Err(why) => {
                let typed = |text: String| crate::redact::typed(&text).into_owned();
                let said = typed(format!("The gateways cannot be listed: {why}"));
                let advice: Vec<String> = why.advice().into_iter().map(typed).collect();
                overview::without_gateways(&said, &advice, options, out)?;
            }
        }
        writeln!(out)?;
        match &self.project {
            Some((report, sources)) => overview::projects(report, sources, options, out)?,
            None => writeln!(out, "No compose file in this folder or above.")?,
        }
        let next = self.next(&self.rows(options), global);
        let width = next.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0) + 3;
        writeln!(out, "\nNext:")?;
        for (command, what_for) in next {
            writeln!(out, "  {command:width$}{what_for}")?;
        }
        Ok(())
    }

    /// The two commands that help most here, and what for.
    fn next(&self, rows: &[GatewayRow], global: &Global) -> Vec<(String, &'static str)> {
        let mut next = Vec::new();
        let engine = engine_options(global);
        let worst = rows.iter().rev().max_by_key(|row| (row.is_down && row.problem.is_some(), row.severity));
        if let Some(row) = worst {
            let (command, what_for) = if row.is_down {
                ("diagnose", "why it does not run, and what to do first")
            } else if row.problem.is_some() {
                ("inspect", "the whole report: what is wrong, where, and what to do")
            } else {
                ("inspect", "which values are in effect, and what they override")
            };
            next.push((format!("clawdock{engine} {command} {}", row.name), what_for));
        }
        let stale = rows.iter().find(|row| matches!(row.files, FilesNow::Changed(_)));
        match (&self.project, stale) {
            (Some((report, _)), None) => next.push(match report.fails(Severity::Warning) {
                true => ("clawdock lint".to_owned(), "what is wrong with the project in this folder"),
                false => ("clawdock plan".to_owned(), "what `docker compose up -d` would change"),
            }),
            (_, Some(row)) => next.push((
                format!("clawdock{engine} diff {}", row.name),
                "what its files give otherwise by now",
            )),
            (None, None) => next.push((
                "clawdock lint FOLDER".to_owned(),
                "a compose project, or its compose file; needs no engine",
            )),
        }
        if rows.is_empty() {
            next.push(("clawdock -c CONTEXT".to_owned(), "the gateways of another docker context"));
        }
        next
    }
}

/// The options that choose the engine, as they were typed.
fn engine_options(global: &Global) -> String {
    let host = global.host.as_ref().map(|host| format!(" -H {host}"));
    let context = global.context.first().map(|context| format!(" -c {context}"));
    format!("{}{}", host.unwrap_or_default(), context.unwrap_or_default())
}
