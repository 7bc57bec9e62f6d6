//! The world is what is passed in: a replay of a snapshot reads nothing of this machine, a project can
//! lie in memory, a clock can be set, and no other module has a way out.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, unreachable_pub, reason = "tests")]

use clap::Parser as _;
use clawdock::{
    cli::{
        args::Cli,
        run::{self, Exit},
    },
    world::{
        clock::Clock,
        files::{Files, Listed, Metadata, OpenFile, ReadError},
        host::World,
        recorded::Recorded,
    },
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
};

/// Runs a command line in a world of its own, and gives what it reports.
fn run(host: &World, args: &[&str]) -> (Exit, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("report");
    let mut line = vec!["clawdock"];
    line.extend(args);
    line.extend(["--output", output.to_str().unwrap()]);
    let exit = run::run(&Cli::parse_from(line), host);
    (exit, fs::read_to_string(output).unwrap_or_default())
}

/// This machine's files, of which some may be asked for.
#[derive(Debug)]
struct Watched {
    disk: Arc<dyn Files>,
    allowed: PathBuf,
    asked: Mutex<BTreeSet<PathBuf>>,
}

impl Watched {
    fn new(allowed: &Path) -> Arc<Self> {
        let disk = World::on_disk(BTreeMap::new(), "/".into()).files;
        Arc::new(Self { disk, allowed: allowed.to_owned(), asked: Mutex::default() })
    }

    fn at(&self, path: &Path) -> &dyn Files {
        if path != self.allowed {
            self.asked.lock().unwrap().insert(path.to_owned());
        }
        &*self.disk
    }

    /// What was asked for besides.
    fn others(&self) -> Vec<PathBuf> {
        self.asked.lock().unwrap().iter().cloned().collect()
    }
}

impl Files for Watched {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.at(path).metadata(path)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.at(path).symlink_metadata(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.at(path).read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.at(path).canonicalize(path)
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.at(path).read(path, limit)
    }

    fn read_within(&self, path: &Path, root: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.at(path).read_within(path, root, limit)
    }

    fn open(&self, path: &Path) -> Result<Box<dyn io::Read>, ReadError> {
        self.at(path).open(path)
    }

    fn open_within(&self, path: &Path, root: &Path) -> Option<OpenFile> {
        self.at(path).open_within(path, root)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        self.at(folder).list(folder)
    }

    fn is_empty(&self, folder: &Path) -> Option<bool> {
        self.at(folder).is_empty(folder)
    }
}

/// What is written into the same files on this machine and in the snapshot; neither is a secret.
const THERE: &str = "19001";
const HERE: &str = "29999";

fn compose(port: &str) -> String {
    format!(
        "services:\n  gateway:\n    image: ghcr.io/openclaw/openclaw:2026.9.6\n    env_file: [extra.env]\n    environment:\n      OPENCLAW_GATEWAY_PORT: \"{port}\"\n      OPENCLAW_GATEWAY_TOKEN: ${{TOKEN}}\n    volumes: [\"./state:/home/node/.openclaw\", \"./gone:/gone\"]\n"
    )
}

/// A project that lies on this machine, everything a bit other than the snapshot has it.
fn lay_out(folder: &Path) {
    fs::create_dir_all(folder.join("state")).unwrap();
    fs::create_dir_all(folder.join("gone")).unwrap();
    fs::create_dir_all(folder.join("config")).unwrap();
    let config = format!("{{\"gateway\": {{\"port\": {HERE}}}}}");
    for (name, text) in [
        ("compose.yml", compose(HERE)),
        ("compose.override.yml", compose(HERE)),
        (".env", "TOKEN=here\n".to_owned()),
        (".env.bak", "TOKEN=here\n".to_owned()),
        (".env.example", "TOKEN=\n".to_owned()),
        ("extra.env", format!("OPENCLAW_GATEWAY_BIND={HERE}\n")),
        ("clawdock.toml", "ignore = [\"CD1\"]\n".to_owned()),
        ("state/openclaw.json", config.clone()),
        ("config/openclaw.json", config),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
    let git = |args: &[&str]| Command::new("git").arg("-C").arg(folder).args(args).output();
    let _ = git(&["init", "-q"]).and_then(|_| git(&["add", "-f", ".env", "extra.env"]));
}

/// A snapshot of a gateway that was made from that folder on another host.
fn snapshot(folder: &Path) -> Value {
    let folder = folder.to_str().unwrap();
    let at = |name: &str| format!("{folder}/{name}");
    let token = "k8Vq2mZx7Lw4Rt9Bn3Yc6Hd1Jf5Gs0Pa";
    let config = format!("{{\"gateway\": {{\"mode\": \"local\", \"port\": {THERE}}}}}");
    let owner = json!({"uid": 4321, "gid": 4321, "mode": 0o700});
    let labels = json!({
        "com.docker.compose.project": "claw",
        "com.docker.compose.service": "gateway",
        "com.docker.compose.project.working_dir": folder,
        "com.docker.compose.project.config_files": at("compose.yml"),
    });
    let bind =
        |name: &str, to: &str| json!({"Type": "bind", "Source": at(name), "Destination": to, "RW": true});
    json!({
        "schema": "clawdock.snapshot/1",
        "clawdock": {"version": "0.1.0"},
        "host": {
            "cwd": folder, "user": 4321, "shares_files": true,
            "env": {"HOME": folder},
            "files": {
                at("compose.yml"): compose(THERE),
                at(".env"): format!("TOKEN={token}\n"),
                at("extra.env"): "OPENCLAW_GATEWAY_BIND=lan\n",
                at(".openclaw/openclaw.json"): "{\"gateway\": {\"remote\": {\"url\": \"ws://127.0.0.1:18789\"}}}",
            },
            "mounted": {
                at("state"): {"kind": "directory", "owner": owner},
                at("gone"): {"kind": "missing"},
            },
        },
        "containers": [{
            "inspect": {
                "Id": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "Name": "/claw-gateway-1",
                "Image": "sha256:11",
                "State": {"Status": "running", "Running": true, "Pid": 1},
                "Config": {
                    "Image": "ghcr.io/openclaw/openclaw:2026.9.6",
                    "Env": [
                        "HOME=/home/node",
                        format!("OPENCLAW_GATEWAY_PORT={THERE}"),
                        format!("OPENCLAW_GATEWAY_TOKEN={token}"),
                    ],
                    "Labels": labels,
                    "Cmd": ["node", "dist/index.js", "gateway"],
                },
                "Mounts": [bind("state", "/home/node/.openclaw"), bind("gone", "/gone")],
                "HostConfig": {}, "NetworkSettings": {},
            },
            "image": null,
            "package": {"name": "openclaw", "version": "2026.9.6"},
            "files": {
                "/home/node/.openclaw/openclaw.json": {
                    "kind": "file", "at": {"host": at("state/openclaw.json")}, "owner": owner, "text": config,
                },
            },
        }],
    })
}

#[test]
fn a_replay_reads_nothing_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let project = folder.path().canonicalize().unwrap().join("claw");
    let file = elsewhere.path().canonicalize().unwrap().join("claw.json");
    fs::write(&file, snapshot(&project).to_string()).unwrap();
    let args = ["inspect", "--snapshot", file.to_str().unwrap(), "--format", "json", "--reveal"];
    let replayed = || {
        let files = Watched::new(&file);
        let env = [("HOME".to_owned(), project.to_str().unwrap().into())].into();
        let cwd = file.parent().unwrap().to_owned();
        let host = World { files: Arc::clone(&files) as Arc<dyn Files>, ..World::on_disk(env, cwd) };
        let (exit, report) = run(&host, &args);
        assert!(matches!(exit, Exit::Ok | Exit::Findings), "{exit:?}: {report}");
        // What decides about findings is that of the folder where the command is run.
        let mut others = files.others();
        others.retain(|path| path.file_name().is_none_or(|name| name != "clawdock.toml"));
        assert_eq!(others, Vec::<PathBuf>::new(), "a replay asked this machine for files");
        let mut report: Value = serde_json::from_str(&report).unwrap();
        without_prints(&mut report);
        report
    };
    lay_out(&project);
    let with_others = replayed();
    let text = with_others.to_string();
    assert!(text.contains(&project.join("compose.yml").display().to_string()), "the project was not read");
    assert!(text.contains(THERE) && !text.contains(HERE), "{with_others:#}");
    fs::remove_dir_all(&project).unwrap();
    let with_none = replayed();
    assert_eq!(with_others, with_none);
}

/// Fingerprints of values are made with a key of each run.
fn without_prints(node: &mut Value) {
    match node {
        Value::Object(map) => {
            if map.contains_key("length") {
                map.remove("fingerprint");
            }
            map.values_mut().for_each(without_prints);
        }
        Value::Array(items) => items.iter_mut().for_each(without_prints),
        _ => {}
    }
}

/// A project in memory, whose proxy's key says that it is good until the end of 2024.
fn with_key_until_2025(clock: Clock) -> World {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("compose-fixtures/CD310-fires");
    let texts = ["compose.yml", ".env", "state/openclaw.json"].map(|name| {
        (Path::new("/srv/claw").join(name), fs::read_to_string(fixture.join(name)).expect("the fixture"))
    });
    let files = Recorded { texts: texts.into(), ..Recorded::default() };
    World { cwd: "/srv/claw".into(), files: Arc::new(files), clock, ..World::default() }
}

#[test]
fn a_clock_can_be_set() {
    const END: i64 = 1_735_689_600_000;
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let told = |now: i64| {
        let host = with_key_until_2025(Clock::At(now));
        let (_, report) = run(&host, &["lint", "--select", "CD310", "--format", "json"]);
        let report: Value = serde_json::from_str(&report).unwrap();
        let target = &report["targets"][0];
        assert_eq!(target["name"], "openclaw-gateway");
        let findings = target["findings"].as_array().unwrap().iter();
        findings
            .filter(|f| f["rule"] == "CD310")
            .map(|f| format!("{} {}", f["severity"].as_str().unwrap(), f["message"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(END - 8 * DAY), Vec::<String>::new());
    let soon = told(END - 6 * DAY);
    assert!(soon.len() == 1 && soon[0].contains("expires 2025-01-01 00:00 UTC"), "{soon:?}");
    let over = told(END + 1);
    assert!(over.len() == 1 && over[0].contains("expired 2025-01-01 00:00 UTC"), "{over:?}");
    assert_ne!(soon[0].split(' ').next(), over[0].split(' ').next(), "{soon:?} {over:?}");
}

#[test]
fn files_are_named_from_the_folder_that_is_passed() {
    let log = "2026-11-25T21:47:36Z Gateway failed to start: another gateway instance is already listening on ws://127.0.0.1:18789\n";
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path().to_owned();
    let texts = [(cwd.join("gateway.log"), log.to_owned())].into();
    let files = Recorded { texts, ..Recorded::default() };
    let host = World { cwd, files: Arc::new(files), ..World::default() };
    let line = ["clawdock", "diagnose", "gateway.log", "--format", "json=found.json"];
    let exit = run::run(&Cli::parse_from(line), &host);
    let report = fs::read_to_string(folder.path().join("found.json")).unwrap();
    assert_eq!(exit, Exit::Findings, "{report}");
    assert!(report.contains("already listening"), "{report}");
}

/// Rust files below a folder, by their path below `src`.
fn sources(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            let name = path.strip_prefix(root).unwrap().display().to_string();
            all.push((name, fs::read_to_string(path).unwrap()));
        }
    }
}

#[test]
fn no_other_module_has_a_way_out() {
    // What clippy.toml bans elsewhere; whoever adds a door says here which.
    const DOORS: [&str; 11] = [
        "cli/mod.rs",
        "cli/output.rs",
        // A test that reads the source.
        "openclaw/facts_have_readers.rs",
        "world/clock.rs",
        "world/disk.rs",
        "world/engine/http.rs",
        "world/engine/ssh.rs",
        "world/engine/wire.rs",
        "world/host.rs",
        "world/replace.rs",
        "world/stdin.rs",
    ];
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let mut doors: Vec<&str> = Vec::new();
    for (name, text) in &all {
        let program = text.split("#[cfg(test)]").next().unwrap_or_default();
        let program = program.split("#[cfg(all(test").next().unwrap_or_default();
        if program.contains("(clippy::disallowed_methods")
            && !text.contains("cfg_attr(test, allow(clippy::disa")
        {
            doors.push(name);
        }
        for hidden in ["thread_local!", "static mut "] {
            assert!(!text.contains(hidden), "{name} keeps something in a {hidden}");
        }
    }
    doors.sort_unstable();
    assert_eq!(doors, DOORS);
}
