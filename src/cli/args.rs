//! The command line: what was typed, checked for form only.

use crate::{
    compose::hash::ComposeRelease,
    findings::mending::Preference,
    report::{Format, color::ColorChoice},
    vocabulary::finding::{Confidence, Severity},
};
use clap::{
    ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
    parser::ValueSource,
};
use std::{
    ffi::OsString,
    io::{self, Write as _},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

/// The text below `--help`.
const AFTER_HELP: &str = "\
Examples:
  clawdock                           every gateway and the project here, a line each
  clawdock lint                      the compose project in this folder
  clawdock inspect                   every container that runs OpenClaw
  clawdock explain gateway.auth.token

Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  bad usage, or input that cannot be read or parsed
  3  the target or the engine cannot be reached
  4  plan: changes; diff: differences (with no findings at or above --fail-on)

Options that have a variable, such as CLAWDOCK_FORMAT, take what it is set to; an option that is given
counts more.";

/// Which OpenClaw setting is in effect in Docker, for whom, from which file and line, and what it
/// overrides.
#[derive(Debug, Parser)]
#[command(name = "clawdock", version, after_help = AFTER_HELP, propagate_version = false)]
pub struct Cli {
    /// What to do; without one, the gateways of this engine and the project in this folder are told in a
    /// line each.
    #[command(subcommand)]
    pub command: Option<ClawdockCommand>,
    /// How to do it.
    #[command(flatten)]
    pub global: Global,
}

impl Cli {
    /// As [`Parser::parse_from`], for a plugin: the first argument is what the command is called in
    /// its help, which may be two words.
    #[must_use]
    pub fn parse_of_plugin(args: Vec<OsString>) -> Self {
        let name = args.first().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let matches = Self::command().bin_name(name).try_get_matches_from(args);
        matches.and_then(|matches| Self::of_matches(&matches)).unwrap_or_else(|error| refuse(&error))
    }

    /// As [`Parser::parse_from`], and what is wrong is said without a key that was pasted.
    #[must_use]
    pub fn parse_of_process(args: Vec<OsString>) -> Self {
        let matches = Self::command().try_get_matches_from(args);
        matches.and_then(|matches| Self::of_matches(&matches)).unwrap_or_else(|error| refuse(&error))
    }

    fn of_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut cli = Self::from_arg_matches(matches)?;
        cli.global.formats_from_env = matches.value_source("formats") == Some(ValueSource::EnvVariable);
        Ok(cli)
    }
}

/// Says what is wrong, or the help that was asked for, and ends the process.
fn refuse(error: &clap::Error) -> ! {
    let plain = error.render().to_string();
    let said = crate::redact::typed(&plain);
    if !error.use_stderr() || said == plain {
        error.exit();
    }
    let _ = io::stderr().write_all(said.as_bytes());
    std::process::exit(error.exit_code());
}

/// The commands. What each takes is set up only when it is called.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum ClawdockCommand {
    /// Explain running containers: which values are in effect, and what they override
    Inspect(Inspect),
    /// Show what `clawdock` alone shows, again whenever a container or a file changes it
    Watch(WatchArgs),
    /// Explain compose projects on disk; no engine is needed
    Lint(Lint),
    /// Prove inside running containers what `inspect` predicts
    Probe(Probe),
    /// Compare a container with its compose project, or with another container
    Diff(DiffArgs),
    /// Find the root cause in a log, who has to act, and what to do first
    Diagnose(Diagnose),
    /// Write what was read of containers to a file without secrets, for `inspect --snapshot`
    Snapshot(SnapshotArgs),
    /// Show what `docker compose up -d` would change, before it is run
    Plan(PlanArgs),
    /// Show the edits that fix findings as a diff; `--write` makes them
    Fix(FixArgs),
    /// List the rules
    Rules,
    /// Explain one setting, or print the page of a rule
    Explain(Explain),
    /// List the environment that a container or service is created with, origin first
    Env(Env),
    /// Print the completions of a shell
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the man page of clawdock, or of one of its commands
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
    /// Print the JSON Schema of an output, or of clawdock.toml
    Schema {
        /// Of what
        #[arg(value_enum, default_value_t = SchemaOf::Report)]
        of: SchemaOf,
    },
}

/// Of what `schema` prints the schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SchemaOf {
    /// `inspect` and `lint`
    Report,
    /// `diff`
    Diff,
    /// clawdock.toml
    Config,
    /// `diagnose`
    Diagnose,
    /// `plan`
    Plan,
    /// `snapshot`
    Snapshot,
    /// `plan --to`
    Upgrade,
}

/// Explain running containers: which values are in effect, and what they override
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock inspect openclaw-gateway\n\nExit codes:\n  0  nothing at or above --fail-on\n  1  findings\n  2  bad usage, or a file that cannot be read\n  3  the target or the engine cannot be reached"
)]
pub struct Inspect {
    /// Container names, ids, id prefixes or compose services; none: all that run OpenClaw
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Include stopped containers when no target is named
    #[arg(short, long)]
    pub all: bool,
    /// The engines of all docker contexts
    #[arg(long, conflicts_with_all = ["context", "host", "snapshot"])]
    pub all_contexts: bool,
    /// Prove the answer inside the container: health, the process' environment, the accepted token;
    /// and what is named besides
    #[arg(
        long,
        value_enum,
        value_name = "STEP,...",
        value_delimiter = ',',
        num_args = 0..,
        require_equals = true
    )]
    pub probe: Option<Vec<ProbeStep>>,
    /// With --probe: only say what would be done
    #[arg(long, requires = "probe")]
    pub dry_run: bool,
    /// A file of `clawdock snapshot`, or of `docker inspect CONTAINER`, in the place of an engine
    #[arg(long, value_name = "FILE", conflicts_with_all = ["probe", "all"])]
    pub snapshot: Option<PathBuf>,
}

/// Show what `clawdock` alone shows, again whenever a container or a file changes it
///
/// Each change is told in a line: which file was saved, what that changes, and what to do. In a terminal
/// the table is drawn again; elsewhere only the lines of changes follow it.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock watch\n\nIt ends with Ctrl+C.\n\nExit codes:\n    2  bad usage, or a clawdock.toml that cannot be used\n  130  it was ended with Ctrl+C"
)]
pub struct WatchArgs {}

/// Prove inside running containers what `inspect` predicts
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock probe --check openclaw-gateway\n\nExit codes:\n  0  nothing at or above --fail-on; with --check: all well\n  1  findings; with --check: something is not as it should be\n  2  bad usage\n  3  the target or the engine cannot be reached; with --check: inconclusive"
)]
pub struct Probe {
    /// Container names, ids, id prefixes or compose services; none: all that run OpenClaw
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Besides health, the process' environment and the accepted token
    #[arg(long, value_enum, value_name = "STEP", value_delimiter = ',')]
    pub with: Vec<ProbeStep>,
    /// One line for each observation, and an exit code: 0 all well, 1 something is not as it should
    /// be, 3 inconclusive
    #[arg(long)]
    pub check: bool,
    /// Only say what would be done
    #[arg(long, conflicts_with = "check")]
    pub dry_run: bool,
}

/// What a probe does only when it is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ProbeStep {
    /// Ask each provider for its list of models, with the key in effect; spends no tokens
    Providers,
    /// Run OpenClaw's own commands, and read their answers
    Openclaw,
}

/// Explain compose projects on disk; no engine is needed
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock lint --fail-on warning deploy/\n\nExit codes:\n  0  nothing at or above --fail-on\n  1  findings\n  2  bad usage, or a project that cannot be read"
)]
pub struct Lint {
    /// Compose files, other files that describe containers, or project folders; the current folder by default
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Every project below the folders, without what `.gitignore` leaves out; what does not run OpenClaw is
    /// left out
    #[arg(short, long, conflicts_with_all = ["files", "project_name", "project_directory"])]
    pub recursive: bool,
    /// What selects the project, as for `docker compose`
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Take variables that are missing, required ones too, as set to something unknown
    #[arg(long)]
    pub assume_env: bool,
    /// Explain the command line of this user on this host as well, which `inspect` always does
    #[arg(long)]
    pub host_cli: bool,
}

/// Write what was read of containers to a file without secrets, for `inspect --snapshot`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock snapshot openclaw-gateway -o gateway.json\n\nExit codes:\n  0  written\n  2  bad usage, or the file cannot be written\n  3  the target or the engine cannot be reached"
)]
pub struct SnapshotArgs {
    /// Container names, ids, id prefixes or compose services; none: all that run OpenClaw
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Include stopped containers when no target is named
    #[arg(short, long)]
    pub all: bool,
}

/// Show what `docker compose up -d` would change, or what another release would do to the state
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clawdock plan openclaw-gateway\n  clawdock plan --to 2026.9.6\n\nExit codes:\n  0  no changes; with --to: the gateway starts and changes nothing in the state\n  1  with --to: the gateway does not start, or does not answer\n  2  bad usage, or a project that cannot be read\n  3  the engine cannot be reached; with --to: it is not known from here\n  4  changes; with --to: the gateway starts and migrates the state, or takes settings from elsewhere"
)]
pub struct PlanArgs {
    /// Services; all that are enabled by default. With --to also containers, where there is no such service
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// What a start with this release of OpenClaw, or with this image, would do to the state that is there.
    /// Nothing is pulled, run or changed
    #[arg(long, value_name = "RELEASE|IMAGE")]
    pub to: Option<String>,
    /// With --to: a file of `clawdock snapshot` in the place of compose files
    #[arg(long, value_name = "FILE", requires = "to")]
    pub snapshot: Option<PathBuf>,
    /// The release of docker compose that `up` is run with, as `docker compose version` says; that of the
    /// containers by default
    #[arg(long, value_name = "X.Y.Z", value_parser = compose_release, conflicts_with = "to")]
    pub compose_release: Option<ComposeRelease>,
    /// What selects the project, as for `docker compose`
    #[command(flatten)]
    pub project: ProjectArgs,
}

fn preference(text: &str) -> Result<Preference, String> {
    Preference::parse(text).ok_or_else(|| "expected config, env, shell, a file or FILE:LINE".to_owned())
}

fn compose_release(text: &str) -> Result<ComposeRelease, String> {
    ComposeRelease::parse(text).ok_or_else(|| "expected a release such as 2.40.3".to_owned())
}

/// Show the edits that fix findings as a diff; `--write` makes them
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock fix --write\n\nExit codes:\n  0  nothing at or above --fail-on is left\n  1  findings are left\n  2  bad usage, or a file that cannot be read or written"
)]
pub struct FixArgs {
    /// A compose file or a project folder; the current folder by default
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// What selects the project, as for `docker compose`
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Make the edits; each file that changes is kept next to it as FILE.bak
    #[arg(long)]
    pub write: bool,
    /// Also what changes the values in effect, or takes out something that may be meant
    #[arg(long, visible_alias = "unsafe")]
    pub unsafe_fixes: bool,
    /// Which value stays where two differ: config, env, shell, a file or FILE:LINE; can be repeated
    #[arg(long, value_name = "WHICH", value_parser = preference)]
    pub prefer: Vec<Preference>,
    /// Take variables that are missing, required ones too, as set to something unknown
    #[arg(long)]
    pub assume_env: bool,
}

/// Compare a container with its compose project, or with another container
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock diff openclaw-gateway\n\nExit codes:\n  0  no differences\n  2  bad usage, or a file that cannot be read\n  3  the target or the engine cannot be reached\n  4  differences"
)]
pub struct DiffArgs {
    /// A container, by name, id, id prefix or compose service, or a file as for `inspect --snapshot`
    #[arg(value_name = "A")]
    pub a: String,
    /// Another one; by default the compose project that A was created from
    #[arg(value_name = "B")]
    pub b: Option<String>,
}

/// Find the root cause in a log, who has to act, and what to do first
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock diagnose --since 1h openclaw-gateway\n\nExit codes:\n  0  no failure at or above --fail-on\n  1  a failure\n  2  bad usage, or a log that cannot be read\n  3  the target or the engine cannot be reached"
)]
pub struct Diagnose {
    /// A container, by name, id or compose service; log files, also several; `-` for standard input; or
    /// the text of a message. None: the gateway that is in trouble
    #[arg(value_name = "TARGET|TEXT")]
    pub targets: Vec<String>,
    /// A log file, also one that is called like a container
    #[arg(long, value_name = "FILE", conflicts_with = "targets")]
    pub file: Option<PathBuf>,
    /// The code that a container exited with, alone or with its log
    #[arg(long, value_name = "CODE")]
    pub exit_code: Option<i64>,
    /// Only what the container wrote from then on: 10m, 1h30m, a time of RFC 3339
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only the last lines of the container's log
    #[arg(long, value_name = "LINES")]
    pub tail: Option<u64>,
    /// Keep reading, and report each failure when it happens
    #[arg(short = 'F', long)]
    pub follow: bool,
    /// See inside the container whether the thing that failed fails now, also at its provider
    #[arg(long, conflicts_with = "follow")]
    pub probe: bool,
}

/// Explain one setting, or print the page of a rule
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock explain OPENCLAW_GATEWAY_TOKEN\n\nExit codes:\n  0  explained, and nothing at or above --fail-on\n  1  findings about the key\n  2  bad usage, an unknown key, or a project that cannot be read\n  3  the target or the engine cannot be reached"
)]
pub struct Explain {
    /// A variable, a config path, a provider, or a rule: OPENCLAW_GATEWAY_TOKEN,
    /// gateway.auth.token, anthropic, CD101
    #[arg(value_name = "KEY")]
    pub key: String,
    /// A compose file or project folder, else a container; the current folder by default
    #[arg(value_name = "TARGET")]
    pub target: Option<String>,
}

/// List the environment that a container or service is created with, origin first
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clawdock env openclaw-gateway\n\nExit codes:\n  0  listed\n  2  bad usage, or a project that cannot be read\n  3  the target or the engine cannot be reached"
)]
pub struct Env {
    /// A compose file or project folder, else a container; the current folder by default
    #[arg(value_name = "TARGET")]
    pub target: Option<String>,
    /// What the gateway's process ends up with, OpenClaw's own files included
    #[arg(long)]
    pub process: bool,
}

/// The flags of `docker compose` that select a project.
#[derive(Clone, Debug, Default, Args)]
pub struct ProjectArgs {
    /// Compose file, again for each further one; `-` is standard input
    #[arg(short, long = "file", value_name = "FILE")]
    pub files: Vec<String>,
    /// File to interpolate from, in place of the project's .env
    #[arg(long = "env-file", value_name = "FILE")]
    pub env_files: Vec<String>,
    /// Project name
    #[arg(short, long, value_name = "NAME")]
    pub project_name: Option<String>,
    /// The folder that relative paths start from
    #[arg(long, value_name = "DIR")]
    pub project_directory: Option<PathBuf>,
    /// Profile to enable, again for each further one
    #[arg(long = "profile", value_name = "NAME")]
    pub profiles: Vec<String>,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// human, concise, json, yaml, sarif, github, gitlab, junit, markdown or html; FORMAT=FILE writes to a
    /// file; may be given several times
    #[arg(
        long = "format",
        global = true,
        value_name = "FORMAT[=FILE]",
        env = "CLAWDOCK_FORMAT",
        hide_env_values = true
    )]
    pub formats: Vec<FormatSpec>,
    /// The formats are those of CLAWDOCK_FORMAT: not meant for one command
    #[arg(skip)]
    pub formats_from_env: bool,
    /// Write the report to a file
    #[arg(short, long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 1 from this severity on
    #[arg(long, global = true, value_enum, default_value_t = FailOn::Error, env = "CLAWDOCK_FAIL_ON", hide_env_values = true)]
    pub fail_on: FailOn,
    /// Report only findings of at least this confidence
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "CONFIDENCE",
        env = "CLAWDOCK_MIN_CONFIDENCE",
        hide_env_values = true
    )]
    pub min_confidence: Option<LeastConfidence>,
    /// Count the findings of each rule in place of showing them
    #[arg(long, global = true)]
    pub statistics: bool,
    /// Run only these rules
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not run these rules, besides those that clawdock.toml ignores
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// The file to take in place of the nearest clawdock.toml
    #[arg(long, global = true, value_name = "FILE", env = "CLAWDOCK_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// Findings that are known already: a file of --write-baseline, or a report in the format json
    #[arg(long, global = true, value_name = "FILE", env = "CLAWDOCK_BASELINE", hide_env_values = true)]
    pub baseline: Option<PathBuf>,
    /// Write what is found to the baseline, and report nothing of it
    #[arg(long, global = true)]
    pub write_baseline: bool,
    /// Of settings and variables only those that one place overrides for another
    #[arg(long, global = true)]
    pub only_changed: bool,
    /// The release of OpenClaw, where the image does not say it
    #[arg(long, global = true, value_name = "VERSION", value_parser = parse_release, env = "CLAWDOCK_OPENCLAW_VERSION", hide_env_values = true)]
    pub openclaw_version: Option<String>,
    /// Show secret values
    #[arg(long, global = true)]
    pub reveal: bool,
    /// When to write colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, env = "CLAWDOCK_COLOR", hide_env_values = true)]
    pub color: Color,
    /// Only findings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// All settings, all places looked at, the whole environment
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Docker engine to connect to, as `docker --host`
    #[arg(short = 'H', long, global = true, value_name = "HOST")]
    pub host: Option<String>,
    /// Docker context to use, as `docker --context`; `inspect` takes several
    #[arg(short, long, global = true, value_name = "NAME")]
    pub context: Vec<String>,
    /// How long one call to the engine or into a container may take, for example 5s or 500ms
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_duration, env = "CLAWDOCK_TIMEOUT", hide_env_values = true)]
    pub timeout: Option<Duration>,
}

/// `--fail-on`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Anything
    #[value(alias = "note")]
    Info,
    /// Nothing
    Never,
}

impl FailOn {
    /// The least severity that fails.
    #[must_use]
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// `--min-confidence`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LeastConfidence {
    /// Hints too
    Low,
    /// What is likely
    Medium,
    /// What is certain
    High,
}

impl From<LeastConfidence> for Confidence {
    fn from(least: LeastConfidence) -> Self {
        match least {
            LeastConfidence::Low => Self::Low,
            LeastConfidence::Medium => Self::Medium,
            LeastConfidence::High => Self::High,
        }
    }
}

/// `--color`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// As the terminal and NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR say
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// `--format json=report.json`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatSpec {
    /// The format.
    pub format: Format,
    /// The file; standard output without one.
    pub file: Option<PathBuf>,
}

impl FromStr for FormatSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file name is expected after `=`".to_owned()),
            Some((format, file)) => (format, Some(file.into())),
            None => (text, None),
        };
        Ok(Self { format: format.parse()?, file })
    }
}

fn parse_release(text: &str) -> Result<String, String> {
    match crate::openclaw::release::number::Release::parse(text) {
        Some(_) => Ok(text.trim_start_matches('v').to_owned()),
        None => Err("a release such as 2026.9.6 is expected".to_owned()),
    }
}

/// `5`, `5s`, `500ms`, `2m`.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time such as 5s, 500ms or 2m is expected".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().map_err(|_| wrong())?;
    let seconds = match &text[digits..] {
        "" | "s" => number,
        "ms" => number / 1000.0,
        "m" => number * 60.0,
        _ => return Err(wrong()),
    };
    if seconds > 0.0 && seconds <= 3600.0 { Ok(Duration::from_secs_f64(seconds)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    /// Whoever asks a command for help learns what it does, sees it used, and how it exits.
    #[test]
    fn every_command_has_a_summary_an_example_and_exit_codes() {
        let mut program = Cli::command();
        program.build();
        for command in program.get_subcommands_mut() {
            let name = command.get_name().to_owned();
            let help = command.render_help().to_string();
            let summary = help.lines().next().unwrap_or_default();
            assert!(summary.contains(' ') && !summary.starts_with("`clawdock"), "{name}: {summary}");
            if !["rules", "completions", "man", "schema", "help"].contains(&name.as_str()) {
                assert!(help.contains(&format!("\n  clawdock {name}")), "{name}: {help}");
                // `watch` never ends well by itself.
                let first = if name == "watch" { "Exit codes:\n    2  " } else { "Exit codes:\n  0  " };
                assert!(help.contains(first), "{name}: {help}");
            }
        }
    }

    #[test]
    fn durations() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("2"), Ok(Duration::from_secs(2)));
        for wrong in ["", "x", "-1s", "0", "1h", "NaN", "1e9"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn formats() {
        assert_eq!("json=a=b".parse(), Ok(FormatSpec { format: Format::Json, file: Some("a=b".into()) }));
        assert!("json=".parse::<FormatSpec>().is_err());
        assert!("xml".parse::<FormatSpec>().is_err());
    }
}
