//! The real program: a state is made by a gateway of one release, and started with another one's image.

use crate::truth::{Chat, Ended, Happened};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// The token of every gateway here.
pub const TOKEN: &str = "tok-upgrade-1111";
/// The user that the images run as.
const NODE: u32 = 1000;
/// How long a gateway may take until it answers.
const PATIENCE: &str = "150";

/// The releases that are asked: as npm writes them, and their images. Oldest first.
pub const RELEASES: [(&str, &str); 6] = [
    ("2026.1.24-3", "clawdbot:legacy"),
    ("2026.3.24", "openclaw:2026.3.24"),
    ("2026.5.12", "openclaw:2026.5.12"),
    ("2026.6.11", "openclaw:2026.6.11"),
    ("2026.8.1", "openclaw:2026.8.1"),
    ("2026.9.6", "openclaw:2026.9.6"),
];

/// The image of a release.
pub fn image(release: &str) -> &'static str {
    RELEASES.iter().find(|(name, _)| *name == release).map_or_else(|| panic!("no {release} here"), |r| r.1)
}

/// The variables of every container here: both programs' names, as a project has that lived through the
/// renaming.
pub fn environment(mounted_at: &str) -> Vec<String> {
    let mut all = vec!["npm_config_fetch_retries=0".to_owned(), "OPENCLAW_SKIP_CHANNELS=1".to_owned()];
    if mounted_at != "/home/node" {
        all.extend([format!("OPENCLAW_STATE_DIR={mounted_at}"), format!("CLAWDBOT_STATE_DIR={mounted_at}")]);
    }
    all
}

/// The command of every gateway here.
pub const COMMAND: [&str; 7] = ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"];

fn docker(args: &[&str]) -> Result<String, String> {
    let output =
        Command::new("docker").args(args).stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(format!("docker {}: {}", args[0], text(&output.stderr))),
    }
}

/// A gateway in a container, which is removed with it.
pub struct Gateway {
    name: String,
}

impl Gateway {
    /// Starts one on a state.
    pub fn start(release: &str, state: &Path, mounted_at: &str) -> Result<Self, String> {
        let name = format!("clawdock-upgrade-{}", std::process::id());
        let gateway = Self { name: name.clone() };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade/ask.js");
        let (state, script) =
            (format!("{}:{mounted_at}", state.display()), format!("{}:/ask.js:ro", script.display()));
        let mut args = vec!["run", "-d", "--init", "--no-healthcheck", "--network", "none", "--name", &name];
        args.extend(["-v", &state, "-v", &script]);
        let environment = environment(mounted_at);
        for variable in &environment {
            args.extend(["-e", variable]);
        }
        args.push(image(release));
        args.extend(COMMAND);
        docker(&args)?;
        Ok(gateway)
    }

    /// Waits until it answers or exits, and chats with it.
    pub fn chat(&self, turns: u32) -> Result<(Ended, Option<Chat>), String> {
        let turns = turns.to_string();
        let asked = docker(&["exec", &self.name, "node", "/ask.js", TOKEN, PATIENCE, &turns]);
        let until = Instant::now() + Duration::from_secs(5);
        let mut state = self.state()?;
        // The exec ends with the container, whose end the engine may not have noticed yet.
        while asked.is_err() && state.0 == "running" && Instant::now() < until {
            sleep(Duration::from_millis(200));
            state = self.state()?;
        }
        if state.0 == "exited" {
            return Ok((Ended::Exited(state.1), None));
        }
        let said: Value = serde_json::from_str(&asked?).map_err(|e| e.to_string())?;
        if said["ready"] != true {
            return Ok((Ended::Silent, None));
        }
        let status = said["chat"]["status"].as_u64();
        let key = said["keys"].as_array().and_then(|keys| keys.last()?.as_str()).map(str::to_owned);
        let words = said["chat"]["said"].as_str().unwrap_or_default().to_owned();
        let answered = status == Some(200) && words.contains("pong");
        let failure = (!answered).then(|| format!("{}: {words}", said["chat"]["status"]));
        // One that reports itself ready although a part of it failed exits when it has looked into that.
        let until = Instant::now() + Duration::from_secs(if answered { 0 } else { 90 });
        while Instant::now() < until {
            let (state, code) = self.state()?;
            if state == "exited" {
                return Ok((Ended::Exited(code), Some(Chat { answered, key, failure })));
            }
            sleep(Duration::from_secs(1));
        }
        Ok((Ended::Ready, Some(Chat { answered, key, failure })))
    }

    fn state(&self) -> Result<(String, i32), String> {
        let text = docker(&["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", &self.name])?;
        let (state, code) = text.split_once(' ').ok_or("no state")?;
        Ok((state.to_owned(), code.parse().map_err(|_| "no exit code")?))
    }

    /// Runs its command line.
    pub fn cli(&self, words: &[&str]) -> Result<String, String> {
        docker(&[&["exec", &self.name, "timeout", "90", "node", "dist/index.js"], words].concat())
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        let output = Command::new("docker").args(["logs", &self.name]).output();
        let Ok(output) = output else { return String::new() };
        let all = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&all);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// Ends it as `docker stop` does, or at once.
    pub fn end(&self, gently: bool) {
        let _ =
            if gently { docker(&["stop", "-t", "25", &self.name]) } else { docker(&["kill", &self.name]) };
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = docker(&["rm", "-f", "-v", &self.name]);
    }
}

/// Runs a command of a release on a state, in a container of its own.
pub fn one_off(release: &str, state: &Path, mounted_at: &str, words: &[&str]) -> Result<String, String> {
    let mount = format!("{}:{mounted_at}", state.display());
    let mut args = vec!["run", "--rm", "--init", "--network", "none", "-v", &mount];
    let environment = environment(mounted_at);
    for variable in &environment {
        args.extend(["-e", variable]);
    }
    args.extend([image(release), "node", "dist/index.js"]);
    args.extend(words);
    docker(&args)
}

/// Gives everything below a folder to the user of the images.
pub fn give_away(path: &Path) {
    chown(path, Some(NODE), Some(NODE)).expect("the recording runs as root");
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).expect("a folder") {
            give_away(&entry.expect("an entry").path());
        }
    }
}

/// What is left out of a state: copies of what the image has, and what a start writes anew. The workspace
/// is not: since 2026.8.1 a gateway does not answer that knows of one and finds none.
const LEFT_OUT: [&str; 8] =
    [".cache", "cache", ".npm", "logs", ".git", "*memory-reindex*", "agent-cli", "plugin-runtime-deps"];

/// Packs a state.
pub fn pack(state: &Path, file: &Path) -> Result<(), String> {
    let mut tar = Command::new("tar");
    tar.env("XZ_OPT", "-9e");
    for name in LEFT_OUT {
        tar.arg(format!("--exclude={name}"));
    }
    tar.args(["--sort=name", "--numeric-owner", "-cJf"]).arg(file).arg("-C").arg(state).arg(".");
    tar.status().map_err(|e| e.to_string())?.success().then_some(()).ok_or_else(|| "tar failed".to_owned())
}

/// Unpacks one.
pub fn unpack(file: &Path, into: &Path) -> Result<(), String> {
    fs::create_dir_all(into).map_err(|e| e.to_string())?;
    let status = Command::new("tar").arg("-xJf").arg(file).arg("-C").arg(into).status();
    status.map_err(|e| format!("tar: {e}"))?.success().then_some(()).ok_or_else(|| "tar failed".to_owned())
}

/// The `user_version` of every database of a state.
pub fn layouts(state: &Path) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    for file in files(state) {
        let name = file.strip_prefix(state).expect("below").display().to_string();
        let is_store = name.ends_with(".sqlite") && !name.contains("lock") && !name.contains("reindex");
        if !is_store {
            continue;
        }
        // Opening one writes beside it; the state is a copy.
        let version = rusqlite::Connection::open(&file)
            .and_then(|database| database.query_row("PRAGMA user_version", [], |row| row.get(0)));
        if let Ok(version) = version {
            all.insert(name, version);
        }
    }
    all
}

/// Every file below a folder, but those that are left out, and the workspace, which is the user's.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_left_out = LEFT_OUT.iter().any(|out| *out == name) || name == "workspace";
            if is_left_out {
                continue;
            }
            if path.is_dir() && !path.is_symlink() { open.push(path) } else { all.push(path) }
        }
    }
    all.sort();
    all
}

/// The text of the config, and its path, wherever a release keeps it.
pub fn config(state: &Path) -> Option<(String, String)> {
    let named = ["openclaw.json", "clawdbot.json"];
    let all = files(state);
    let found = named.iter().find_map(|name| all.iter().find(|file| file.ends_with(name)))?;
    let name = found.strip_prefix(state).expect("below").display().to_string();
    Some((name, fs::read_to_string(found).ok()?))
}

/// What a start with a release did to a state.
pub fn upgrade(release: &str, state: &Path, mounted_at: &str) -> Result<Happened, String> {
    let before = (config(state), layouts(state), names(state));
    let gateway = Gateway::start(release, state, mounted_at)?;
    let (ended, chat) = gateway.chat(1)?;
    let log = gateway.log();
    gateway.end(false);
    drop(gateway);
    let after = (config(state), layouts(state), names(state));
    let version = |config: &Option<(String, String)>| {
        let value: Value = serde_json::from_str(&config.as_ref()?.1).ok()?;
        value["meta"]["lastTouchedVersion"].as_str().map(str::to_owned)
    };
    let shows = ended != Ended::Ready || chat.as_ref().is_some_and(|chat| !chat.answered);
    Ok(Happened {
        ended,
        chat,
        config_rewritten: before.0.as_ref().map(|c| &c.1) != after.0.as_ref().map(|c| &c.1),
        config_version: version(&after.0),
        layouts_before: before.1.clone(),
        layouts: after.1.into_iter().filter(|(name, version)| before.1.get(name) != Some(version)).collect(),
        gone: before.2.iter().filter(|name| !after.2.contains(name)).cloned().collect(),
        log: if shows { log } else { String::new() },
    })
}

fn names(state: &Path) -> Vec<String> {
    let is_stable = |name: &String| {
        !["-wal", "-shm", "-journal", ".lock", ".tmp"].iter().any(|end| name.ends_with(end))
            && !name.contains("lock.sqlite")
    };
    let below = |file: PathBuf| file.strip_prefix(state).expect("below").display().to_string();
    files(state).into_iter().map(below).filter(is_stable).collect()
}

/// A folder for one run, which others may go through but not list.
pub fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).expect("its mode");
    folder
}
