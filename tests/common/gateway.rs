//! Gateways of the real OpenClaw in a network of the test, with a server that stands in for what
//! they ask: model providers, a channel's service, the place where logins are renewed.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]
use super::engine::{Container, docker};
use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// The user of the images.
const NODE: u32 = 1000;
/// How long a gateway may take on a loaded machine.
pub const PATIENCE: Duration = Duration::from_secs(420);
/// The token of the gateways.
pub const TOKEN: &str = "PLANTEDgatewaytokenzqxwvk";

/// A release to run.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    /// As in the names of logs.
    pub name: &'static str,
    /// The image.
    pub image: &'static str,
    /// The variables begin with it: `OPENCLAW`.
    pub prefix: &'static str,
    /// The name of its config.
    pub config: &'static str,
    /// Its state directory.
    pub state: &'static str,
    program: &'static str,
}

/// OpenClaw of this year.
pub const CURRENT: Release = Release {
    name: "2026.9.6",
    image: "openclaw:2026.9.6",
    prefix: "OPENCLAW",
    config: "openclaw.json",
    state: "/home/node/.openclaw",
    program: "dist/index.js",
};
/// OpenClaw of March.
pub const MARCH: Release = Release { name: "2026.3.24", image: "openclaw:2026.3.24", ..CURRENT };
/// OpenClaw of August.
pub const AUGUST: Release = Release { name: "2026.8.1", image: "openclaw:2026.8.1", ..CURRENT };
/// OpenClaw of June.
pub const JUNE: Release = Release { name: "2026.6.11", image: "openclaw:2026.6.11", ..CURRENT };
/// Before it was called so.
pub const LEGACY: Release = Release {
    name: "2026.1.24-3",
    image: "clawdbot:legacy",
    prefix: "CLAWDBOT",
    config: "clawdbot.json",
    state: "/home/node/.clawdbot",
    program: "dist/entry.js",
};

/// A network with the server in it; all of it is removed when this goes.
pub struct Lab {
    // Before the network, which cannot be removed with a container in it.
    provider: Container,
    network: Network,
    /// What the server's own certificate is signed with, for gateways that are to trust it.
    certificates: tempfile::TempDir,
}

struct Network(String);

impl Drop for Network {
    fn drop(&mut self) {
        let _ = docker(&["network", "rm", &self.0]);
    }
}

/// Waits until something is there, with what to say when it does not come.
pub fn wait_for<T>(what: &str, mut there: impl FnMut() -> Option<T>, otherwise: impl Fn() -> String) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = there() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what} took more than {PATIENCE:?}: {}", otherwise());
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn script(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common").join(name);
    format!("{}:/{name}:ro", path.display())
}

/// Writes a file that the gateway's user may read and write, with the folders above it.
pub fn write(path: &Path, text: &[u8]) {
    let folder = path.parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    fs::write(path, text).unwrap();
    open(path, 0o666);
    own(path);
    // Those of the state directory, which is a temporary one.
    for folder in folder.ancestors().take_while(|f| *f != std::env::temp_dir()) {
        open(folder, 0o777);
        own(folder);
    }
}

/// Gives a file or folder to the gateway's user: openclaw 2026.9.6 ends when it wants to change the
/// permissions of what is another's.
fn own(path: &Path) {
    give(path, NODE);
}

/// Gives a file or folder to a user.
pub fn give(path: &Path, user: u32) {
    if chown(path, Some(user), Some(user)).is_err() {
        let (mount, user) = (format!("{}:/given", path.display()), format!("{user}:{user}"));
        let chown = ["--entrypoint", "chown", CURRENT.image, &user, "/given"];
        let run = ["run", "--rm", "--user", "0", "--network", "none", "-v", &mount];
        docker(&[&run[..], &chown].concat()).unwrap();
    }
}

/// Sets the permissions of a file or folder.
pub fn open(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

impl Lab {
    /// Starts the server, and waits until it answers.
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let network = Network(format!("clawdock-test-{}-{count}", std::process::id()));
        docker(&["network", "create", &network.0]).unwrap();
        let certificates = tempfile::tempdir().unwrap();
        open(certificates.path(), 0o777);
        let folder = format!("{}:/certificates", certificates.path().display());
        let (provider, client) = (script("provider.mjs"), script("gateway-client.mjs"));
        let options = ["--user", "0", "--network", &network.0, "-v", &provider, "-v", &client, "-v", &folder];
        // Where logins are renewed, in the releases of this year and of the one before.
        let names = ["provider", "platform.claude.com", "console.anthropic.com"];
        let names: Vec<&str> = names.iter().flat_map(|name| ["--network-alias", name]).collect();
        let command = ["--entrypoint", "node", CURRENT.image, "/provider.mjs"];
        let provider = Container::start("run", "provider", &[&options[..], &names, &command].concat());
        let log = || docker(&["logs", &provider.id]).unwrap_or_default();
        wait_for("the provider", || log().contains("ready").then_some(()), log);
        Self { provider, network, certificates }
    }

    /// Runs clients of the gateway beside it: for the gateway they are not on its own machine.
    pub fn clients(&self, connections: &serde_json::Value) -> String {
        run_clients(&self.provider, connections).unwrap()
    }
}

fn run_clients(container: &Container, connections: &serde_json::Value) -> Result<String, String> {
    docker(&["exec", &container.id, "node", "/gateway-client.mjs", &connections.to_string()])
}

/// What is unusual about a start.
#[derive(Default)]
pub struct Circumstances {
    /// Options of `docker run`.
    pub engine: &'static [&'static str],
    /// Lines of a shell that run before the gateway; `"$@"` is its command.
    pub before: &'static str,
    /// More arguments of the gateway.
    pub arguments: &'static [&'static str],
}

/// A gateway with a state directory of its own on this host.
pub struct Gateway {
    /// Its container.
    pub container: Container,
    /// Its state directory.
    pub state: tempfile::TempDir,
}

impl Gateway {
    /// Starts one in the lab, or without any network; `prepare` is given its state directory.
    pub fn start(
        lab: Option<&Lab>,
        release: &Release,
        name: &str,
        config: Option<&str>,
        env: &[&str],
        prepare: impl Fn(&Path),
    ) -> Self {
        Self::start_so(lab, release, name, config, env, prepare, &Circumstances::default())
    }

    /// The same under circumstances of its own.
    pub fn start_so(
        lab: Option<&Lab>,
        release: &Release,
        name: &str,
        config: Option<&str>,
        env: &[&str],
        prepare: impl Fn(&Path),
        circumstances: &Circumstances,
    ) -> Self {
        let state = tempfile::tempdir().unwrap();
        open(state.path(), 0o777);
        if let Some(config) = config {
            write(&state.path().join(release.config), config.as_bytes());
        }
        prepare(state.path());
        let mount = format!("{}:{}", state.path().display(), release.state);
        let place = format!("{}_STATE_DIR={}", release.prefix, release.state);
        let client = script("gateway-client.mjs");
        let mut options = vec!["--init", "-e", "HOME=/home/node", "-e", &place, "-v", &mount, "-v", &client];
        let trusted;
        match lab {
            Some(lab) => {
                trusted = format!("{}:/certificates", lab.certificates.path().display());
                options.extend(["--network", &lab.network.0, "--network-alias", "gateway", "-v", &trusted]);
                options.extend(["-e", "NODE_EXTRA_CA_CERTS=/certificates/authority.pem"]);
            }
            None => options.extend(["--network", "none"]),
        }
        env.iter().for_each(|variable| options.extend(["-e", *variable]));
        let Circumstances { engine, before, arguments } = circumstances;
        options.extend(*engine);
        let gateway = ["node", release.program, "gateway", "--bind", "lan", "--port", "18789"];
        let shell = format!("{before}\nexec \"$@\"");
        let shell: &[&str] = if before.is_empty() { &[] } else { &["sh", "-c", &shell, "sh"] };
        let command = [&[release.image], shell, &gateway, *arguments].concat();
        Self { container: Container::start("run", name, &[&options[..], &command].concat()), state }
    }

    /// Waits until it takes requests.
    pub fn wait_until_it_answers(&self) {
        // Also in releases without /startupz: a request without a token is refused.
        let ask = "fetch('http://127.0.0.1:18789/startupz').then(r => r.status < 500 ? 0 : 1, () => 1).then(process.exit)";
        let asked = || docker(&["exec", &self.container.id, "node", "-e", ask]).ok();
        let ended = || docker(&["inspect", "--format", "{{.State.Running}}", &self.container.id]);
        let there = || {
            assert_eq!(ended().as_deref(), Ok("true"), "the gateway ended: {}", self.last_words());
            asked().map(|_| ())
        };
        wait_for("the gateway's start", there, || self.last_words());
    }

    /// Runs clients of the gateway inside its container.
    pub fn clients(&self, connections: &serde_json::Value) -> String {
        let answer = run_clients(&self.container, connections);
        answer.unwrap_or_else(|why| panic!("{why}; the gateway says: {}", self.last_words()))
    }

    /// Starts clients, and does not wait for them.
    pub fn clients_in_background(&self, connections: &serde_json::Value) {
        let client = ["node", "/gateway-client.mjs", &connections.to_string()];
        docker(&[&["exec", "--detach", &self.container.id][..], &client].concat()).unwrap();
    }

    /// Its whole log so far, both streams in their order.
    pub fn log(&self) -> String {
        let logs = format!("docker logs {} 2>&1", self.container.id);
        let output = std::process::Command::new("sh").args(["-c", &logs]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The end of its log.
    pub fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // What it made belongs to its user, and it must not make more.
        let mount = format!("{}:/state", self.state.path().display());
        let _ = docker(&["rm", "--force", "--volumes", &self.container.name]);
        if fs::remove_dir_all(self.state.path()).is_ok() {
            return;
        }
        let open = ["--user", "0", "--entrypoint", "chmod", CURRENT.image, "-R", "a+rwX", "/state"];
        let _ = docker(&[&["run", "--rm", "--network", "none", "-v", &mount][..], &open].concat());
    }
}
