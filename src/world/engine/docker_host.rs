//! Which engine to talk to: `--host`, `--context`, `DOCKER_HOST` and contexts, in the order in
//! which the docker command itself takes them.
//!
//! Checked against docker CLI 28.2.2: `--host` with `--context` is refused; `--context` beats
//! `DOCKER_HOST`, which beats `DOCKER_CONTEXT`, which beats `currentContext` of `config.json`;
//! the context `default` means `DOCKER_HOST` or the default socket; a `config.json` that cannot
//! be parsed is passed over, a context that does not exist is an error.
//!
//! An address may carry a user name and a password: they are dropped when it is parsed, and an
//! address that cannot be parsed is never repeated in a message.

use super::ssh_target::SshTarget;
use crate::world::{
    files::{Files, ReadError},
    host::World,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::{
    fmt::{self, Write as _},
    path::{Path, PathBuf},
};

/// The socket that docker uses when nothing else is said.
pub const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// The name of the context that needs no file.
const DEFAULT_CONTEXT: &str = "default";
/// Port of an address without one: `DefaultHTTPPort`, docker CLI 28.2.2.
const DEFAULT_PORT: u16 = 2375;
/// Address under `DOCKER_TLS_VERIFY` when nothing names a host: `DefaultTLSHost`, docker CLI 28.2.2.
const DEFAULT_TLS_AUTHORITY: &str = "localhost:2376";
/// Largest `config.json` or `meta.json`, in bytes.
pub(crate) const CONFIG_LIMIT: u64 = 1 << 20;

/// The engine to talk to, and why that one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Where it listens.
    pub address: EngineAddress,
    /// What chose it.
    pub chosen_by: ChosenBy,
}

/// Where an engine listens. Holds neither user names nor passwords.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EngineAddress {
    /// A socket file.
    Unix(PathBuf),
    /// A TCP port.
    Tcp {
        /// `host:port`.
        authority: String,
        /// Certificates; none means plain HTTP.
        tls: Option<TlsFiles>,
    },
    /// Another machine, by ssh.
    Ssh(SshTarget),
}

/// The three files that a client certificate needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsFiles {
    /// `ca.pem`.
    pub ca: PathBuf,
    /// `cert.pem`.
    pub cert: PathBuf,
    /// `key.pem`.
    pub key: PathBuf,
}

impl TlsFiles {
    fn in_dir(dir: &Path) -> Self {
        Self { ca: dir.join("ca.pem"), cert: dir.join("cert.pem"), key: dir.join("key.pem") }
    }

    /// The first of the three that is not there.
    #[must_use]
    pub fn first_missing(&self, files: &dyn Files) -> Option<&Path> {
        [&self.ca, &self.cert, &self.key].into_iter().find(|p| !files.is_file(p)).map(PathBuf::as_path)
    }
}

impl fmt::Display for EngineAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Ssh(target) => target.fmt(f),
            Self::Tcp { authority, tls: None } => write!(f, "tcp://{authority}"),
            Self::Tcp { authority, tls: Some(_) } => write!(f, "tcp://{authority} with TLS"),
        }
    }
}

/// What chose an [`Endpoint`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChosenBy {
    /// `--host`.
    HostFlag,
    /// The variable `DOCKER_HOST`.
    DockerHost,
    /// `--context NAME`.
    ContextFlag(String),
    /// The variable `DOCKER_CONTEXT`.
    DockerContext(String),
    /// `currentContext` of that `config.json`.
    CurrentContext {
        /// The context.
        name: String,
        /// The file that names it.
        file: PathBuf,
    },
    /// Nothing: it is the default.
    Default,
}

impl fmt::Display for ChosenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostFlag => f.write_str("--host"),
            Self::DockerHost => f.write_str("DOCKER_HOST"),
            Self::ContextFlag(name) => write!(f, "--context {}", name.escape_debug()),
            Self::DockerContext(name) => write!(f, "DOCKER_CONTEXT={}", name.escape_debug()),
            Self::CurrentContext { name, file } => {
                write!(f, "the current context {} of {}", name.escape_debug(), file.display())
            }
            Self::Default => f.write_str("docker's default"),
        }
    }
}

/// Why no engine could be chosen. Holds no part of an address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HostError {
    /// Both flags were given.
    #[error("--host and --context exclude each other, as they do for docker")]
    HostAndContext,
    /// There is no such context.
    #[error("there is no docker context {:?} ({chosen_by})", name.as_str())]
    ContextNotFound {
        /// Its name.
        name: String,
        /// What asked for it.
        chosen_by: ChosenBy,
        /// The contexts there are.
        known: Vec<String>,
    },
    /// The file of a context cannot be used.
    #[error("{} of the docker context {:?} {why}", file.display(), name.as_str())]
    ContextUnusable {
        /// The context.
        name: String,
        /// Its file.
        file: PathBuf,
        /// A phrase free of values.
        why: String,
    },
    /// Another scheme, or no address at all.
    #[error("the address given by {chosen_by} {why}")]
    Address {
        /// What gave the address.
        chosen_by: ChosenBy,
        /// A phrase free of the address.
        why: &'static str,
    },
    /// A certificate file is missing.
    #[error("TLS is asked for by {asked_by}, but there is no {}", file.display())]
    TlsMissing {
        /// What asked for TLS.
        asked_by: String,
        /// The file that is not there.
        file: PathBuf,
    },
    /// TLS without checking the engine's certificate.
    #[error("{asked_by} asks for TLS without checking the engine's certificate, which is not supported")]
    TlsUnverified {
        /// What asked for it.
        asked_by: String,
    },
}

impl HostError {
    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::HostAndContext => "give one of them".into(),
            Self::ContextNotFound { known, .. } if known.is_empty() => {
                "`docker context ls` lists contexts; `--context default` is the local engine".into()
            }
            Self::ContextNotFound { known, .. } => format!("the contexts there are: {}", known.join(", ")),
            Self::ContextUnusable { name, .. } => {
                format!("`docker context inspect {}` shows it", name.escape_debug())
            }
            Self::Address { .. } => {
                "write it as unix:///path/to/docker.sock, tcp://host:port or ssh://user@host".into()
            }
            Self::TlsMissing { .. } => {
                "ca.pem, cert.pem and key.pem are needed; DOCKER_CERT_PATH names their directory".into()
            }
            Self::TlsUnverified { .. } => {
                "set DOCKER_TLS_VERIFY=1 and put the engine's ca.pem into DOCKER_CERT_PATH".into()
            }
        }
    }
}

/// Finds the engine that the docker command would talk to.
///
/// # Errors
/// Where the docker command would refuse too, and for addresses that are not supported here.
pub fn resolve(host: Option<&str>, context: Option<&str>, world: &World) -> Result<Endpoint, HostError> {
    let context = context.filter(|c| !c.is_empty());
    match (host, context) {
        (Some(_), Some(_)) => Err(HostError::HostAndContext),
        (Some(host), None) => endpoint(host, ChosenBy::HostFlag, world),
        (None, Some(name)) => in_context(name, ChosenBy::ContextFlag(name.into()), world),
        (None, None) => from_environment(world),
    }
}

fn from_environment(world: &World) -> Result<Endpoint, HostError> {
    // Set to blanks it still hides the contexts, and then means the default socket.
    if world.var("DOCKER_HOST").is_some_and(|h| !h.is_empty()) {
        return default_context(ChosenBy::Default, world);
    }
    if let Some(name) = world.var("DOCKER_CONTEXT").filter(|n| !n.is_empty()) {
        return in_context(name, ChosenBy::DockerContext(name.into()), world);
    }
    if let Some(config) = config_dir(world) {
        let file = config.join("config.json");
        if let Some(name) = current_context(&file, &*world.files) {
            return in_context(&name.clone(), ChosenBy::CurrentContext { name, file }, world);
        }
    }
    default_context(ChosenBy::Default, world)
}

fn current_context(file: &Path, files: &dyn Files) -> Option<String> {
    let bytes = files.read(file, CONFIG_LIMIT).ok()?;
    let config: Value = serde_json::from_slice(&bytes).ok()?;
    config["currentContext"].as_str().filter(|n| !n.is_empty()).map(str::to_owned)
}

/// `DOCKER_HOST` when it names something, else docker's default.
fn default_context(chosen_by: ChosenBy, world: &World) -> Result<Endpoint, HostError> {
    match world.var("DOCKER_HOST").filter(|h| !h.trim().is_empty()) {
        Some(host) => endpoint(host, ChosenBy::DockerHost, world),
        None => endpoint("", chosen_by, world),
    }
}

/// An address given outright: its TLS comes from `DOCKER_TLS_VERIFY` and its kin.
fn endpoint(raw: &str, chosen_by: ChosenBy, world: &World) -> Result<Endpoint, HostError> {
    let on = |name| world.var(name).is_some_and(|v| !v.is_empty());
    let verify = on("DOCKER_TLS_VERIFY");
    let tls = || -> Result<Option<TlsFiles>, HostError> {
        if !verify {
            let asked_by = "DOCKER_TLS".to_owned();
            return if on("DOCKER_TLS") { Err(HostError::TlsUnverified { asked_by }) } else { Ok(None) };
        }
        let dir = world.var("DOCKER_CERT_PATH").filter(|p| !p.is_empty()).map(PathBuf::from);
        let dir = dir.or_else(|| config_dir(world)).unwrap_or_default();
        complete(TlsFiles::in_dir(&dir), "DOCKER_TLS_VERIFY".into(), world).map(Some)
    };
    let address = match parse(raw, &chosen_by)? {
        ParsedHost::Default if verify => {
            EngineAddress::Tcp { authority: DEFAULT_TLS_AUTHORITY.into(), tls: tls()? }
        }
        ParsedHost::Default => EngineAddress::Unix(DEFAULT_SOCKET.into()),
        ParsedHost::Unix(path) => EngineAddress::Unix(path),
        ParsedHost::Ssh(target) => EngineAddress::Ssh(target),
        ParsedHost::Tcp(authority) => EngineAddress::Tcp { authority, tls: tls()? },
    };
    Ok(Endpoint { address, chosen_by })
}

fn complete(files: TlsFiles, asked_by: String, world: &World) -> Result<TlsFiles, HostError> {
    match files.first_missing(&*world.files).map(Path::to_owned) {
        Some(file) => Err(HostError::TlsMissing { asked_by, file }),
        None => Ok(files),
    }
}

/// An address given by a context: its TLS comes from the context's own directory.
fn in_context(name: &str, chosen_by: ChosenBy, world: &World) -> Result<Endpoint, HostError> {
    if name == DEFAULT_CONTEXT {
        return default_context(chosen_by, world);
    }
    let contexts = config_dir(world).unwrap_or_default().join("contexts");
    let id = hex(&Sha256::digest(name.as_bytes()));
    let file = contexts.join("meta").join(&id).join("meta.json");
    let unusable =
        |why: String| HostError::ContextUnusable { name: name.to_owned(), file: file.clone(), why };
    let bytes = world.files.read(&file, CONFIG_LIMIT).map_err(|error| match error {
        ReadError::Absent => HostError::ContextNotFound {
            name: name.to_owned(),
            chosen_by: chosen_by.clone(),
            known: known_contexts(&contexts, &*world.files),
        },
        other => unusable(format!("cannot be read: it {other}")),
    })?;
    let meta: Value = serde_json::from_slice(&bytes).map_err(|_| unusable("is not JSON".into()))?;
    let docker = &meta["Endpoints"]["docker"];
    if !docker.is_object() {
        return Err(unusable("names no docker endpoint".into()));
    }
    let address = match parse(docker["Host"].as_str().unwrap_or_default(), &chosen_by)? {
        ParsedHost::Default => EngineAddress::Unix(DEFAULT_SOCKET.into()),
        ParsedHost::Unix(path) => EngineAddress::Unix(path),
        ParsedHost::Ssh(target) => EngineAddress::Ssh(target),
        ParsedHost::Tcp(authority) => {
            let asked_by = format!("the docker context {}", name.escape_debug());
            let dir = contexts.join("tls").join(&id).join("docker");
            let tls = if docker["SkipTLSVerify"] == Value::Bool(true) {
                return Err(HostError::TlsUnverified { asked_by });
            } else if world.files.is_directory(&dir) {
                Some(complete(TlsFiles::in_dir(&dir), asked_by, world)?)
            } else {
                None
            };
            EngineAddress::Tcp { authority, tls }
        }
    };
    Ok(Endpoint { address, chosen_by })
}

/// The names of all docker contexts, in order.
#[must_use]
pub fn context_names(world: &World) -> Vec<String> {
    let contexts = config_dir(world).unwrap_or_default().join("contexts");
    known_contexts(&contexts, &*world.files)
}

fn known_contexts(contexts: &Path, files: &dyn Files) -> Vec<String> {
    let meta = contexts.join("meta");
    let Ok(dirs) = files.list(&meta) else { return Vec::new() };
    let mut names: Vec<String> = dirs
        .into_iter()
        .filter_map(|dir| files.read(&meta.join(dir.name).join("meta.json"), CONFIG_LIMIT).ok())
        .filter_map(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .filter_map(|meta| Some(meta["Name"].as_str()?.escape_debug().to_string()))
        .chain([DEFAULT_CONTEXT.to_owned()])
        .collect();
    names.sort();
    names
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// `DOCKER_CONFIG`, else `~/.docker`.
/// The folder of the docker client's `config.json`.
pub(crate) fn config_dir(world: &World) -> Option<PathBuf> {
    let given = world.var("DOCKER_CONFIG").filter(|d| !d.is_empty()).map(PathBuf::from);
    given.or_else(|| Some(home(world)?.join(".docker")))
}

fn home(world: &World) -> Option<PathBuf> {
    world.var("HOME").or_else(|| world.var("USERPROFILE")).filter(|h| !h.is_empty()).map(PathBuf::from)
}

enum ParsedHost {
    Default,
    Unix(PathBuf),
    Tcp(String),
    Ssh(SshTarget),
}

/// `opts.ParseHost`, docker CLI 28.2.2, for what is supported here.
fn parse(raw: &str, chosen_by: &ChosenBy) -> Result<ParsedHost, HostError> {
    let raw = raw.trim();
    let refuse = |why| Err(HostError::Address { chosen_by: chosen_by.clone(), why });
    if raw.is_empty() {
        return Ok(ParsedHost::Default);
    }
    let (scheme, rest) = raw.split_once("://").unwrap_or(("tcp", raw));
    match scheme {
        "unix" if rest.is_empty() => Ok(ParsedHost::Unix(DEFAULT_SOCKET.into())),
        "unix" => Ok(ParsedHost::Unix(rest.into())),
        "tcp" => authority(rest).map_or_else(refuse, |a| Ok(ParsedHost::Tcp(a))),
        "ssh" => SshTarget::parse(rest).map_or_else(refuse, |target| Ok(ParsedHost::Ssh(target))),
        "npipe" => refuse("is a Windows named pipe, which cannot be reached from here"),
        "fd" => refuse("uses fd://, which only the daemon understands"),
        "http" | "https" => refuse("uses a scheme that docker refuses: it writes tcp://"),
        _ => refuse("uses a scheme that docker does not know"),
    }
}

/// `host:port` without a user name, with docker's defaults for what is left out.
fn authority(rest: &str) -> Result<String, &'static str> {
    // A password may hold a slash, so the user name goes first.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, after)| after);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !path.is_empty() {
        return Err("holds a path after its port, which is not supported");
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(ipv6) => {
            let (host, after) = ipv6.split_once(']').ok_or("is not a host and a port")?;
            (format!("[{host}]"), after.strip_prefix(':').unwrap_or_default())
        }
        None => {
            let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
            (host.to_owned(), port)
        }
    };
    let host = if host.is_empty() { "localhost".to_owned() } else { host };
    let port = if port.is_empty() { Ok(DEFAULT_PORT) } else { port.parse::<u16>() };
    let letters = |c: char| c.is_ascii_alphanumeric() || "-._:[]%".contains(c);
    match port {
        Ok(port) if host.chars().all(letters) => Ok(format!("{host}:{port}")),
        _ => Err("is not a host and a port"),
    }
}

/// Sockets of other engines on this host, to be named where the chosen one does not answer:
/// rootless Docker, Docker Desktop, Podman with and without root, Colima.
#[must_use]
pub fn other_sockets(world: &World) -> Vec<PathBuf> {
    let runtime = world.var("XDG_RUNTIME_DIR").filter(|d| !d.is_empty()).map(PathBuf::from);
    let in_runtime = |path: &str| runtime.as_ref().map(|d| d.join(path));
    let in_home = |path: &str| home(world).map(|d| d.join(path));
    [
        Some(PathBuf::from(DEFAULT_SOCKET)),
        in_runtime("docker.sock"),
        in_home(".docker/run/docker.sock"),
        in_home(".docker/desktop/docker.sock"),
        in_home(".colima/default/docker.sock"),
        in_runtime("podman/podman.sock"),
        Some(PathBuf::from("/run/podman/podman.sock")),
    ]
    .into_iter()
    .flatten()
    .filter(|path| world.files.exists(path))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(env: &[(&str, &str)]) -> World {
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect();
        World::on_disk(env, PathBuf::from("/"))
    }

    /// A docker configuration with the contexts `name host`.
    fn config(contexts: &[(&str, &str)], current: Option<&str>) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (name, host) in contexts {
            let meta = dir.path().join("contexts/meta").join(hex(&Sha256::digest(name.as_bytes())));
            std::fs::create_dir_all(&meta).expect("the context's directory");
            let json = serde_json::json!({"Name": name, "Metadata": {},
                "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": false}}});
            std::fs::write(meta.join("meta.json"), json.to_string()).expect("the context's file");
        }
        if let Some(name) = current {
            let json = serde_json::json!({ "currentContext": name });
            std::fs::write(dir.path().join("config.json"), json.to_string()).expect("config.json");
        }
        dir
    }

    fn shown(host: Option<&str>, context: Option<&str>, world: &World) -> String {
        match resolve(host, context, world) {
            Ok(endpoint) => format!("{} by {}", endpoint.address, endpoint.chosen_by),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn takes_the_order_of_the_docker_command() {
        let dir = config(&[("foo", "tcp://10.0.0.1:9"), ("bar", "unix:///bar.sock")], Some("bar"));
        let config = dir.path().to_str().expect("a path in UTF-8");
        let file = dir.path().join("config.json");
        let bare = world(&[("DOCKER_CONFIG", config)]);
        let env = |more: &[(&'static str, &'static str)]| {
            let mut world = bare.clone();
            world.env.extend(more.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())));
            world
        };
        let host = ("DOCKER_HOST", "unix:///env.sock");
        let context = ("DOCKER_CONTEXT", "foo");

        let current = format!("unix:///bar.sock by the current context bar of {}", file.display());
        assert_eq!(shown(None, None, &bare), current);
        assert_eq!(shown(None, None, &env(&[("DOCKER_HOST", "")])), current);
        assert_eq!(shown(None, None, &env(&[context])), "tcp://10.0.0.1:9 by DOCKER_CONTEXT=foo");
        assert_eq!(shown(None, None, &env(&[context, host])), "unix:///env.sock by DOCKER_HOST");
        assert_eq!(shown(None, Some("bar"), &env(&[host])), "unix:///bar.sock by --context bar");
        assert_eq!(shown(Some("unix:///x"), None, &env(&[host, context])), "unix:///x by --host");
        assert_eq!(resolve(Some("unix:///x"), Some("foo"), &bare), Err(HostError::HostAndContext));
        assert_eq!(shown(None, Some("default"), &env(&[host])), "unix:///env.sock by DOCKER_HOST");
        let fallback = "unix:///var/run/docker.sock by";
        assert_eq!(shown(None, Some("default"), &bare), format!("{fallback} --context default"));
        assert_eq!(shown(None, None, &env(&[("DOCKER_HOST", " ")])), format!("{fallback} docker's default"));
    }

    #[test]
    fn reads_addresses_as_the_docker_command_does() {
        let bare = world(&[]);
        for (raw, address) in [
            ("127.0.0.1:9", "tcp://127.0.0.1:9"),
            ("127.0.0.1", "tcp://127.0.0.1:2375"),
            (":9", "tcp://localhost:9"),
            ("tcp://", "tcp://localhost:2375"),
            ("tcp://[::1]:9", "tcp://[::1]:9"),
            ("unix://", "unix:///var/run/docker.sock"),
            (" unix:///run/d.sock", "unix:///run/d.sock"),
            ("tcp://user:pass@h:9", "tcp://h:9"),
            ("tcp://user:pa/s@h:9/", "tcp://h:9"),
            ("ssh://me@nas:22", "ssh://nas:22"),
        ] {
            assert_eq!(shown(Some(raw), None, &bare), format!("{address} by --host"), "{raw}");
        }
    }

    #[test]
    fn repeats_no_part_of_an_address_it_cannot_use() {
        let bare = world(&[]);
        for raw in [
            "fd://hunter2",
            "http://u:hunter2@h:9",
            "ssh://u:hunter2@h",
            "hunter2://h",
            "UNIX:///hunter2",
            "tcp://h:hunter2",
            "tcp://h:9/hunter2",
            "npipe:////./pipe/hunter2",
            "tcp://[hunter2",
            "tcp://h hunter2:9",
        ] {
            let error = resolve(Some(raw), None, &bare).expect_err(raw);
            let all = format!("{error} {} {error:?}", error.advice());
            assert!(!all.contains("hunter2"), "{all}");
        }
    }

    #[test]
    fn names_the_contexts_there_are() {
        let dir = config(&[("foo", "tcp://10.0.0.1:9")], None);
        let world = world(&[("DOCKER_CONFIG", dir.path().to_str().expect("UTF-8"))]);
        let error = resolve(None, Some("fo"), &world).expect_err("no such context");
        assert_eq!(error.to_string(), "there is no docker context \"fo\" (--context fo)");
        assert_eq!(error.advice(), "the contexts there are: default, foo");
    }

    #[test]
    fn passes_over_a_config_that_is_not_json() {
        let dir = config(&[], None);
        std::fs::write(dir.path().join("config.json"), "{").expect("config.json");
        let world = world(&[("DOCKER_CONFIG", dir.path().to_str().expect("UTF-8"))]);
        assert_eq!(shown(None, None, &world), "unix:///var/run/docker.sock by docker's default");
    }

    #[test]
    fn wants_all_three_certificates() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().to_str().expect("UTF-8");
        let verify =
            world(&[("DOCKER_TLS_VERIFY", "0"), ("DOCKER_CERT_PATH", path), ("DOCKER_HOST", "tcp://h:1")]);
        let missing = |name: &str| {
            format!("error: TLS is asked for by DOCKER_TLS_VERIFY, but there is no {path}/{name}")
        };
        assert_eq!(shown(None, None, &verify), missing("ca.pem"));
        for file in ["ca.pem", "key.pem"] {
            std::fs::write(dir.path().join(file), "").expect("a certificate");
        }
        assert_eq!(shown(None, None, &verify), missing("cert.pem"));
        std::fs::write(dir.path().join("cert.pem"), "").expect("a certificate");
        assert_eq!(shown(None, None, &verify), "tcp://h:1 with TLS by DOCKER_HOST");
        let bare = world(&[("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", path)]);
        assert_eq!(shown(None, None, &bare), "tcp://localhost:2376 with TLS by docker's default");
        assert!(matches!(
            resolve(Some("tcp://h"), None, &world(&[("DOCKER_TLS", "1")])),
            Err(HostError::TlsUnverified { .. })
        ));
    }

    #[test]
    fn takes_the_certificates_of_the_context() {
        let dir = config(&[("foo", "tcp://h:1")], None);
        let tls = dir.path().join("contexts/tls").join(hex(&Sha256::digest(b"foo"))).join("docker");
        std::fs::create_dir_all(&tls).expect("the directory");
        for file in ["ca.pem", "cert.pem", "key.pem"] {
            std::fs::write(tls.join(file), "").expect("a certificate");
        }
        let world = world(&[("DOCKER_CONFIG", dir.path().to_str().expect("UTF-8"))]);
        let endpoint = resolve(None, Some("foo"), &world).expect("an endpoint");
        assert_eq!(
            endpoint.address,
            EngineAddress::Tcp { authority: "h:1".into(), tls: Some(TlsFiles::in_dir(&tls)) }
        );
    }
}
