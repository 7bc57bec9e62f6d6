//! `openclaw.md` 1.2 and 3.1, of files as they are on a disk: sizes, directories, links.

use super::*;
use crate::{
    provenance::SourceState,
    text::source::{Language, Place, SourceName, Span},
    vocabulary::deployment::{GivenContent, GivenFile, Mount, MountKind},
    world::{Disk, container_fs::ProjectFs},
};
use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::PathBuf,
};

/// A state directory on this host, mounted where the container has it, and a directory beside it.
struct RealState(tempfile::TempDir);

impl RealState {
    fn new(config: &str) -> Self {
        let state = Self(tempfile::tempdir().unwrap());
        for dir in ["state", "shared"] {
            fs::create_dir(state.0.path().join(dir)).unwrap();
        }
        state.write("openclaw.json", config);
        state
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join("state").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    fn run(&self, row: &TruthRow<'_>) -> OpenClawReport {
        self.run_with(row, &[])
    }

    fn run_with(&self, row: &TruthRow<'_>, given: &[GivenFile]) -> OpenClawReport {
        let bind = |name: &str, target: &str| Mount {
            source: self.0.path().join(name).to_str().map(str::to_owned),
            ..Mount::new(MountKind::Bind, target)
        };
        let mounts = [bind("state", "/home/node/.openclaw"), bind("shared", "/shared")];
        run_in(row, &mut ProjectFs::new(&Disk, "gateway", &mounts, given))
    }

    fn accepts(&self, release: &str, env: &[(&str, &str)]) -> String {
        accepted(&self.run(&TruthRow { release: Some(release), env, ..TruthRow::default() }))
    }
}

/// A dotenv file that cannot be read, or is none, is passed over without a word.
#[test]
fn dotenv_files_that_are_passed_over() {
    const LIMIT: usize = 1_048_576;
    let line = "OPENCLAW_GATEWAY_TOKEN=DOT\n";
    let of_length = |length: usize| format!("{line}#{}", "x".repeat(length - line.len() - 1));
    let accepts = |prepare: &dyn Fn(&RealState)| {
        let state = RealState::new(config!(""));
        prepare(&state);
        let answer = state.run(&TruthRow::default());
        (accepted(&answer), answer.facts.passed_over.len())
    };
    assert_eq!(accepts(&|s| s.write(".env", &of_length(LIMIT))), ("DOT".into(), 0));
    assert_eq!(accepts(&|s| s.write(".env", &of_length(LIMIT + 1))), ("exit 78".into(), 1));
    assert_eq!(accepts(&|s| fs::create_dir(s.at(".env")).unwrap()), ("exit 78".into(), 1));
    let linked = |s: &RealState| {
        s.write("real", line);
        symlink("real", s.at(".env")).unwrap();
    };
    assert_eq!(accepts(&linked), ("DOT".into(), 0));
    assert_eq!(accepts(&|s| symlink("gone", s.at(".env")).unwrap()).0, "exit 78");
    let denied = |s: &RealState| {
        s.write(".env", line);
        fs::set_permissions(s.at(".env"), fs::Permissions::from_mode(0o000)).unwrap();
    };
    // Root reads it all the same.
    let root = fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0);
    assert_eq!(accepts(&denied).0, if root { "DOT" } else { "unknown" });
}

/// What Compose gives as a file of its own, also where a link of the state leads to it.
#[test]
fn files_of_configs_and_secrets() {
    let place = Place {
        source: Sources::default().add(SourceName::Stdin, Language::Yaml, String::new()),
        span: Span::default(),
    };
    let given = |target: &str, content| GivenFile { target: target.to_owned(), content, place };
    let secret = |content| [given("/run/secrets/dotenv", content)];
    let line = "OPENCLAW_GATEWAY_TOKEN=DOT\n";
    let state = RealState::new(config!(""));
    symlink("/run/secrets/dotenv", state.at(".env")).unwrap();
    fs::write(state.0.path().join("dot.txt"), line).unwrap();
    let file = state.0.path().join("dot.txt").to_str().unwrap().to_owned();
    let accepts = |given: &[GivenFile]| accepted(&state.run_with(&TruthRow::default(), given));
    assert_eq!(accepts(&secret(GivenContent::HostFile(file))), "DOT");
    assert_eq!(accepts(&secret(GivenContent::Text(line.into()))), "DOT");
    assert_eq!(accepts(&secret(GivenContent::Unknown)), "unknown");
    assert_eq!(accepts(&secret(GivenContent::HostFile("/nowhere/dot.txt".into()))), "unknown");
    let env: &[(&str, &str)] = &[ENV, ("OPENCLAW_CONFIG_PATH", "/etc/claw.json")];
    let row = TruthRow { env, ..TruthRow::default() };
    let config = config!("auth: {token: 'CFG'}");
    let accepts = |content| accepted(&state.run_with(&row, &[given("/etc/claw.json", content)]));
    assert_eq!(accepts(GivenContent::Text(config.into())), "CFG");
}

/// Links inside of the config's directory, to the outside, and second names of a file.
#[test]
fn includes_of_links() {
    let base = "{gateway: {mode: 'local', auth: {token: 'I'}, controlUi: {allowedOrigins: ['http://x']}}}";
    let config = "{$include: './part.json'}";
    let inside = RealState::new(config);
    inside.write("real.json", base);
    symlink("real.json", inside.at("part.json")).unwrap();
    assert_eq!(inside.accepts("2026.9.6", &[]), "I");
    let outside = RealState::new(config);
    fs::write(outside.0.path().join("shared/part.json"), base).unwrap();
    symlink("/shared/part.json", outside.at("part.json")).unwrap();
    assert_eq!(outside.accepts("2026.9.6", &[]), "exit 78");
    assert_eq!(outside.accepts("2026.9.6", &[("OPENCLAW_INCLUDE_ROOTS", "/shared")]), "I");
    assert_eq!(outside.accepts("2026.2.12", &[]), "I");
    let twice = RealState::new(config);
    twice.write("part.json", base);
    fs::hard_link(twice.at("part.json"), twice.at("second.json")).unwrap();
    assert_eq!(twice.accepts("2026.9.6", &[]), "exit 78");
    assert_eq!(twice.accepts("2026.2.26", &[]), "exit 1");
    assert_eq!(twice.accepts("2026.2.25", &[]), "I");
    let large = RealState::new(config);
    large.write("part.json", &format!("{base}{}", " ".repeat(2_097_152)));
    assert_eq!(large.accepts("2026.9.6", &[]), "exit 78");
}

/// A file that nobody looked into is neither missing nor refused.
#[test]
fn includes_that_are_not_visible() {
    let state = RealState::new("{$include: '/opt/claw/part.json', gateway: {mode: 'local'}}");
    let env = &[("OPENCLAW_INCLUDE_ROOTS", "/opt/claw"), ENV];
    let answer = state.run(&TruthRow { release: Some("2026.9.6"), env, ..TruthRow::default() });
    let start = answer.start.as_ref().unwrap();
    assert_eq!(start.prediction, Prediction::Unknown);
    assert_eq!(start.why.as_deref(), Some("/opt/claw/part.json cannot be seen from here"));
    assert!(!answer.facts.config_seen);
    let looked_at = answer.looked_at.iter().find(|l| l.path == "/opt/claw/part.json").unwrap();
    assert_eq!(looked_at.state, SourceState::in_image());
}

/// A config that is a directory.
#[test]
fn configs_that_are_none() {
    let state = RealState::new("");
    fs::remove_file(state.at("openclaw.json")).unwrap();
    fs::create_dir(state.at("openclaw.json")).unwrap();
    assert_eq!(state.accepts("2026.9.6", &[ENV]), "exit 78");
}
