//! As a plugin of the docker CLI: installed as `docker-clawdock`, the program answers to
//! `docker clawdock …`.
//!
//! Docker CLI 28.2, «Docker CLI Plugin Spec» (`docs/extend/cli_plugins.md`): a plugin is run as
//! `docker-NAME docker-cli-plugin-metadata` and as `docker-NAME [GLOBAL OPTIONS] NAME …`, where the
//! global options are those of `docker` itself.

use crate::{text::secret::Text, world::host::World};
use clap::{Parser, Subcommand};
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// What the docker CLI finds the plugin by.
const FILE: &str = "docker-clawdock";

/// The command word of the plugin.
const NAME: &str = "clawdock";

/// What the docker CLI asks a plugin first.
const METADATA: &str = "docker-cli-plugin-metadata";

/// How the docker CLI's completion asks a plugin.
const COMPLETE: [&str; 2] = ["__complete", "__completeNoDesc"];

/// What the program is to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    /// To take its arguments as they are.
    Plain(Vec<OsString>),
    /// To take these arguments, the first of which is the program's name for messages.
    Plugin(Vec<OsString>),
    /// To print this and no more.
    Answer(String),
}

/// The options of `docker` itself, before the name of the plugin.
#[derive(Debug, Parser)]
#[command(name = FILE, disable_help_flag = true, disable_help_subcommand = true, disable_version_flag = true)]
struct Docker {
    #[arg(long, value_name = "DIR")]
    config: Option<String>,
    #[arg(short, long, value_name = "NAME")]
    context: Option<OsString>,
    #[arg(short = 'D', long)]
    debug: bool,
    #[arg(short = 'H', long, value_name = "HOST")]
    host: Vec<OsString>,
    #[arg(short, long, value_name = "LEVEL")]
    log_level: Option<String>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tls: Option<bool>,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tlsverify: Option<bool>,
    #[arg(long, value_name = "FILE")]
    tlscacert: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    tlscert: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    tlskey: Option<PathBuf>,
    #[command(subcommand)]
    rest: Option<Rest>,
}

#[derive(Debug, Subcommand)]
enum Rest {
    /// The name of the plugin, and what is for it.
    #[command(external_subcommand)]
    Words(Vec<OsString>),
}

/// What the arguments of this process ask for. Options of `docker` that name an engine become those
/// of this program, or what the environment would say, which is put into `host`.
#[must_use]
pub fn call(mut args: Vec<OsString>, host: &mut World) -> Call {
    let program = args.first().map(Path::new).and_then(Path::file_stem);
    if program != Some(OsStr::new(FILE)) {
        return Call::Plain(args);
    }
    // What `docker` did not understand it has refused itself.
    let Ok(docker) = Docker::try_parse_from(&args) else {
        if let Some(first) = args.first_mut() {
            *first = FILE.into();
        }
        return Call::Plugin(args);
    };
    let rest = docker.rest.as_ref().map_or(&[][..], |Rest::Words(words)| words.as_slice());
    let word = rest.first().and_then(|w| w.to_str()).unwrap_or_default();
    if word == METADATA {
        return Call::Answer(metadata());
    }
    if COMPLETE.contains(&word) {
        // No words of its own: the shell completes file names.
        return Call::Answer(":0\n".to_owned());
    }
    let mut words = match word {
        NAME => rest[1..].to_vec(),
        // `docker help clawdock [COMMAND]`
        "help" if rest.get(1).is_some_and(|w| w == NAME) => [&rest[2..], &["--help".into()]].concat(),
        _ => rest.to_vec(),
    };
    let mut args = vec![OsString::from(format!("docker {NAME}"))];
    args.extend(docker.host.iter().flat_map(|h| ["--host".into(), h.clone()]));
    args.extend(docker.context.iter().flat_map(|c| ["--context".into(), c.clone()]));
    args.append(&mut words);
    docker.settings(host);
    Call::Plugin(args)
}

impl Docker {
    /// What has no option of this program has a variable that the docker CLI reads as well.
    fn settings(&self, host: &mut World) {
        let mut set = |name: &str, value: &str| {
            host.env.insert(name.to_owned(), Text::from(value));
        };
        if let Some(folder) = &self.config {
            set("DOCKER_CONFIG", folder);
        }
        if self.tlsverify == Some(true) || self.tls == Some(true) {
            set("DOCKER_TLS_VERIFY", "1");
        }
        let files = [&self.tlscacert, &self.tlscert, &self.tlskey];
        let folder = files.into_iter().flatten().find_map(|f| f.parent());
        if let Some(folder) = folder {
            set("DOCKER_CERT_PATH", &folder.to_string_lossy());
        }
    }
}

fn metadata() -> String {
    let metadata = serde_json::json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "clawdock",
        "Version": env!("CARGO_PKG_VERSION"),
        "ShortDescription": "Explain which OpenClaw settings are in effect, and where they come from",
    });
    format!("{metadata}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(args: &[&str]) -> (Call, World) {
        let mut host = World::default();
        let call = call(args.iter().map(Into::into).collect(), &mut host);
        (call, host)
    }

    fn words(args: &[&str]) -> Vec<String> {
        match called(args).0 {
            Call::Plugin(words) => words.iter().map(|w| w.to_string_lossy().into_owned()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn under_its_own_name_it_is_itself() {
        let args = ["/usr/bin/clawdock", METADATA];
        assert_eq!(called(&args).0, Call::Plain(args.iter().map(Into::into).collect()));
    }

    #[test]
    fn docker_is_told_what_it_asks() {
        let Call::Answer(text) = called(&["/x/docker-clawdock", METADATA]).0 else { panic!() };
        let metadata: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(metadata["SchemaVersion"], "0.1.0");
        assert_eq!(called(&["docker-clawdock", "__complete", "clawdock", ""]).0, Call::Answer(":0\n".into()));
    }

    #[test]
    fn its_own_options_follow_its_name() {
        assert_eq!(words(&["docker-clawdock", "clawdock", "lint", "-q"]), ["docker clawdock", "lint", "-q"]);
        assert_eq!(words(&["docker-clawdock.exe", "clawdock"]), ["docker clawdock"]);
        assert_eq!(words(&["docker-clawdock", "lint"]), ["docker clawdock", "lint"]);
        let help = words(&["docker-clawdock", "help", "clawdock", "lint"]);
        assert_eq!(help, ["docker clawdock", "lint", "--help"]);
    }

    #[test]
    fn the_engine_is_the_one_that_docker_is_told() {
        let args =
            ["docker-clawdock", "-D", "-H", "unix:///x", "-cdev", "--tls=false", "clawdock", "inspect"];
        let said = ["docker clawdock", "--host", "unix:///x", "--context", "dev", "inspect"];
        assert_eq!(words(&args), said);
        let args = ["docker-clawdock", "--config", "/c", "--tlsverify", "--tlscacert=/t/ca.pem", "clawdock"];
        let (_, host) = called(&args);
        assert_eq!(host.var("DOCKER_CONFIG"), Some("/c"));
        assert_eq!(host.var("DOCKER_TLS_VERIFY"), Some("1"));
        assert_eq!(host.var("DOCKER_CERT_PATH"), Some("/t"));
    }
}
