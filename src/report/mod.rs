//! The report: all that a renderer may see. Renderers are pure functions from it to bytes and
//! decide nothing.

pub mod color;
pub mod concise;
pub mod diagnosis;
pub mod diff;
pub mod environment;
mod excerpt;
pub mod fix;
#[cfg(test)]
pub(crate) mod fixture;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
mod markup;
mod phrases;
pub mod plan;
pub mod proof;
mod rows;
pub mod sarif;
pub mod statistics;
pub mod upgrade;
mod words;
pub mod yaml;

use crate::{
    findings::report::Report, redact::Fingerprinter, text::source::Sources, vocabulary::finding::Severity,
};
use std::{
    io::{self, Write},
    path::PathBuf,
    str::FromStr,
};

/// How a report is written: each is a module here and an arm of [`render`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// For people, in a terminal or piped.
    #[default]
    Human,
    /// One line for each finding.
    Concise,
    /// `clawdock.report/1`.
    Json,
    /// The same object as YAML.
    Yaml,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, for whatever shows tests.
    Junit,
    /// For a comment on a pull request, or the summary of a job.
    Markdown,
    /// One page that needs nothing else.
    Html,
}

impl Format {
    /// Every format, as `--format` lists them.
    pub const ALL: &[Self] = &[
        Self::Human,
        Self::Concise,
        Self::Json,
        Self::Yaml,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Markdown,
        Self::Html,
    ];

    /// The name used on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// The names of formats in a row.
    #[must_use]
    pub fn listed(formats: &[Self]) -> String {
        formats.iter().map(|f| f.id()).collect::<Vec<_>>().join(", ")
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|f| f.id() == name);
        found.ok_or_else(|| format!("no such format; there are: {}", Self::listed(Self::ALL)))
    }
}

/// What a renderer is told besides the report.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// Show secret values: `--reveal`.
    pub reveal: bool,
    /// Show all settings, the places looked at and the whole environment: `-v`.
    pub verbose: bool,
    /// One key is asked about: its settings come first, all of them, and where they were looked for.
    pub of_key: bool,
    /// Show findings only: `-q`.
    pub quiet: bool,
    /// In the place of findings, how often each rule was reported: `--statistics`.
    pub statistics: bool,
    /// Write colours; see [`color::wanted`].
    pub color: bool,
    /// Columns of the terminal; 80 where there is none.
    pub width: usize,
    /// Paths below it are shown to people relative to it.
    pub cwd: PathBuf,
    /// The root of the repository: what a forge shows beside its files has paths relative to it.
    pub root: PathBuf,
    /// The least severity that fails: `--fail-on`; none when nothing does.
    pub fail_on: Option<Severity>,
    /// One for the whole run, so that its outputs can be compared.
    pub fingerprinter: Fingerprinter,
}

/// Writes a report.
///
/// # Errors
/// When the sink refuses the bytes.
pub fn render(
    format: Format,
    report: &Report,
    sources: &Sources,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human if options.statistics => statistics::render(report, options, out),
        Format::Human => human::render(report, sources, options, out),
        Format::Concise => concise::render(report, sources, options, out),
        Format::Json => json::render(report, sources, options, out),
        Format::Yaml => yaml::render(report, sources, options, out),
        Format::Sarif => sarif::render(report, sources, options, out),
        Format::Github => github::render(report, sources, options, out),
        Format::Gitlab => gitlab::render(report, sources, options, out),
        Format::Junit => junit::render(report, sources, options, out),
        Format::Markdown => markdown::render(report, sources, options, out),
        Format::Html => html::render(report, sources, options, out),
    }
}

/// For a format that has no meaning for what is to be written; the command line refuses it before.
fn unsupported(format: Format, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("{what} cannot be written as {}", format.id()))
}
