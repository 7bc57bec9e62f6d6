//! The options of `docker run` (docker/cli `cli/command/container/opts.go`) and of `podman run`, put on a
//! container.

use super::{
    super::environment::{EnvironmentBuilder, inherited},
    RunWord,
};
use crate::{
    compose::values::{quantity, volume},
    provenance::{Candidate, InspectedSource, Layer, Provenance},
    secrets,
    syntax::{
        interpolate::UNKNOWN,
        node::{Node, NodeKind},
    },
    text::{
        secret::Text,
        source::{Place, Sources},
    },
    vocabulary::deployment::{Deployment, Healthcheck, Located, Mount, MountKind, Port, Relabel},
    world::host::World,
};
use std::path::{Path, PathBuf};

/// Options without a value; of all others the value is a word of its own, or stands behind `=`.
const SWITCHES: [&str; 21] = [
    "detach",
    "interactive",
    "tty",
    "rm",
    "init",
    "privileged",
    "read-only",
    "publish-all",
    "quiet",
    "no-healthcheck",
    "oom-kill-disable",
    "sig-proxy",
    "disable-content-trust",
    "help",
    "replace",
    "env-host",
    "http-proxy",
    "no-hosts",
    "tls-verify",
    "rmi",
    "use-api-socket",
];
const SHORT_SWITCHES: &str = "ditqP";

/// The long name of a short option.
fn long_name(short: char) -> Option<&'static str> {
    Some(match short {
        'e' => "env",
        'v' => "volume",
        'p' => "publish",
        'u' => "user",
        'w' => "workdir",
        'h' => "hostname",
        'l' => "label",
        'm' => "memory",
        'a' => "attach",
        'c' => "cpu-shares",
        'd' => "detach",
        'i' => "interactive",
        't' => "tty",
        'q' => "quiet",
        'P' => "publish-all",
        _ => return None,
    })
}

/// A container, as far as its options were read.
pub(crate) struct RunContainer<'a> {
    pub(crate) host: &'a World,
    pub(crate) directory: &'a Path,
    /// The layers of its variables, one by one and of files.
    pub(crate) layers: (Layer, Layer),
    pub(crate) deployment: Deployment,
    pub(crate) name: Option<String>,
    /// Placeholders in it are meant to be filled in.
    pub(crate) is_example: bool,
    pub(crate) variables: Vec<RunWord>,
    pub(crate) env_files: Vec<RunWord>,
    /// Words that stand for options which are not known.
    unknown_options: Vec<RunWord>,
}

impl<'a> RunContainer<'a> {
    pub(crate) fn new(host: &'a World, directory: &'a Path, layers: (Layer, Layer)) -> Self {
        let deployment = Deployment::default();
        Self {
            host,
            directory,
            layers,
            deployment,
            name: None,
            is_example: false,
            variables: Vec::new(),
            env_files: Vec::new(),
            unknown_options: Vec::new(),
        }
    }

    /// Takes the options off the words; answers what is left: the image and its command.
    pub(crate) fn take_options<'w>(&mut self, mut words: &'w [RunWord]) -> &'w [RunWord] {
        while let Some((word, rest)) = words.split_first() {
            let text = word.text.as_str();
            if text == "--" {
                return rest;
            }
            if let Some(long) = text.strip_prefix("--") {
                words = rest;
                let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
                if SWITCHES.contains(&name) {
                    self.switch(name, value.is_none_or(|v| v != "false"), word.place);
                } else if let Some(value) = value {
                    self.option(name, &word.with(value));
                } else if let Some((value, rest)) = rest.split_first() {
                    self.option(name, value);
                    words = rest;
                }
                continue;
            }
            let Some(short) = text.strip_prefix('-').filter(|s| !s.is_empty()) else {
                if !word.may_be_options() || !rest.iter().any(RunWord::may_be_image) {
                    return words;
                }
                // `"${OPTIONS[@]}"`: what they set is not known.
                self.unknown_options.push(word.clone());
                words = rest;
                continue;
            };
            words = rest;
            for (at, letter) in short.char_indices() {
                let Some(name) = long_name(letter) else { continue };
                if SHORT_SWITCHES.contains(letter) {
                    self.switch(name, true, word.place);
                    continue;
                }
                let value = &short[at + letter.len_utf8()..];
                if !value.is_empty() {
                    self.option(name, &word.with(value.strip_prefix('=').unwrap_or(value)));
                } else if let Some((value, rest)) = rest.split_first() {
                    self.option(name, value);
                    words = rest;
                }
                break;
            }
        }
        words
    }

    fn switch(&mut self, name: &str, on: bool, place: Place) {
        let flag = || Some(Located { value: on, place: Some(place) });
        match name {
            "privileged" => self.deployment.privileged = flag(),
            "read-only" => self.deployment.read_only = flag(),
            "no-healthcheck" if on => {
                let none = Located { value: "NONE".into(), place: Some(place) };
                self.deployment.healthcheck = Some(Healthcheck { test: vec![none], place: Some(place) });
            }
            _ => {}
        }
    }

    /// An option with its value.
    pub(crate) fn option(&mut self, name: &str, value: &RunWord) {
        let known = value.known();
        let deployment = &mut self.deployment;
        match name {
            "env" => self.variables.push(value.clone()),
            "env-file" => self.env_files.push(value.clone()),
            "name" => self.name = known.map(|name| name.value),
            // Some user is named, whoever it is.
            "user" => {
                let named = value.text.replace(UNKNOWN, "?");
                deployment.user = Some(Located { value: named, place: Some(value.place) });
            }
            "workdir" => deployment.working_dir = known,
            "network" | "net" => {
                // A network of one's own is no mode.
                let is_mode =
                    |mode: &str| matches!(mode, "host" | "none" | "bridge") || mode.starts_with("container:");
                deployment.network_mode = known.filter(|mode| is_mode(&mode.value));
            }
            "userns" => deployment.userns_mode = known,
            "pid" => deployment.pid_mode = known,
            "entrypoint" => {
                let words = (!value.text.is_empty()).then(|| value.located());
                deployment.entrypoint = Some(words.into_iter().collect());
            }
            "memory" => deployment.memory_limit = bytes(value),
            "cap-add" => deployment.cap_add.extend(known.map(capability)),
            "security-opt" => deployment.security_opt.extend(known),
            "label" => deployment.labels.extend(known.map(|label| {
                let name = label.value.split('=').next().unwrap_or_default().to_owned();
                Located { value: name, ..label }
            })),
            "add-host" => deployment.extra_hosts.extend(known.map(|host| {
                let name = host.value.split([':', '=']).next().unwrap_or_default().to_owned();
                Located { value: name, ..host }
            })),
            "health-cmd" => {
                let word = |text: &str| Located { value: text.into(), place: Some(value.place) };
                let test = vec![word("CMD-SHELL"), word(&value.text)];
                deployment.healthcheck = Some(Healthcheck { test, place: Some(value.place) });
            }
            "volumes-from" => deployment.volumes_from = true,
            "publish" => deployment.ports.extend(port(value)),
            "volume" => {
                let mount = self.volume(value);
                self.deployment.mounts.extend(mount);
            }
            "mount" => {
                let mount = self.mount(value);
                self.deployment.mounts.extend(mount);
            }
            "tmpfs" => {
                let target = value.text.split(':').next().unwrap_or_default();
                if value.is_known() && !target.is_empty() {
                    let place = Some(value.place);
                    deployment.mounts.push(Mount { place, ..Mount::new(MountKind::Tmpfs, target) });
                }
            }
            _ => {}
        }
    }

    /// `SOURCE:TARGET:OPTIONS`.
    pub(crate) fn volume(&self, word: &RunWord) -> Option<Mount> {
        let place = Some(word.place);
        let text = &word.text;
        if text.contains(UNKNOWN) {
            let mut parts = text.rsplit(':').filter(|part| part.starts_with('/'));
            let target = parts.next().filter(|part| !part.contains(UNKNOWN))?;
            return Some(Mount { place, ..Mount::new(MountKind::Other, target) });
        }
        let volume = volume::parse(text).ok()?;
        let relabel = match volume.selinux {
            Some('z') => Some(Relabel::Shared),
            Some(_) => Some(Relabel::Private),
            None => None,
        };
        let is_path = volume.source.starts_with(['/', '.', '~']);
        let (kind, source) = if is_path {
            (MountKind::Bind, Some(self.path(&volume.source).display().to_string()))
        } else {
            (MountKind::Volume, Some(volume.source).filter(|name| !name.is_empty()))
        };
        Some(Mount { source, read_only: volume.read_only, relabel, place, ..Mount::new(kind, volume.target) })
    }

    /// `type=bind,source=…,target=…`.
    pub(crate) fn mount(&self, word: &RunWord) -> Option<Mount> {
        let text = &word.text;
        let field = |names: &[&str]| {
            let fields = text.split(',').map(|f| f.split_once('=').unwrap_or((f, "true")));
            fields.filter(|(name, _)| names.contains(&name.trim())).map(|(_, value)| value).next_back()
        };
        let target = field(&["target", "dst", "destination"]).filter(|t| !t.contains(UNKNOWN))?;
        let source = field(&["source", "src"]);
        let is_unknown = source.is_some_and(|source| source.contains(UNKNOWN));
        let kind = match field(&["type"]).unwrap_or("volume") {
            _ if is_unknown => MountKind::Other,
            "bind" => MountKind::Bind,
            "volume" => MountKind::Volume,
            "tmpfs" => MountKind::Tmpfs,
            _ => MountKind::Other,
        };
        let path = |source: &str| match kind {
            MountKind::Bind => self.path(source).display().to_string(),
            _ => source.to_owned(),
        };
        let read_only = field(&["readonly", "ro"]).is_some_and(|value| matches!(value, "true" | "1"));
        let source = source.filter(|_| !is_unknown).map(path);
        Some(Mount { source, read_only, place: Some(word.place), ..Mount::new(kind, target) })
    }

    /// A path of the host, from where the command is typed.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        let home =
            path.strip_prefix("~/").and_then(|below| Some(Path::new(self.host.var("HOME")?).join(below)));
        let full = home.unwrap_or_else(|| self.directory.join(path));
        PathBuf::from(crate::compose::values::path::clean(&full.to_string_lossy()))
    }

    /// The environment: files first, then what is given one by one (docker/cli `opts.ReadKVEnvStrings`).
    pub(crate) fn environment(
        &mut self,
        sources: &mut Sources,
    ) -> (EnvironmentBuilder, Vec<InspectedSource>, Vec<PathBuf>) {
        let mut builder = EnvironmentBuilder::default();
        let (mut looked_at, mut read) = (Vec::new(), Vec::new());
        let (single, of_file) = self.layers;
        for file in std::mem::take(&mut self.env_files) {
            let Some(text) = file.known() else { continue };
            let path = self.path(&text.value);
            let seen = builder.read_file(&path, of_file, self.host, sources);
            let value = path.display().to_string();
            self.deployment.env_files.push(Located { value, place: Some(file.place) });
            if seen.state.is_read() {
                read.push(path);
            }
            looked_at.push(seen);
        }
        // They may set any variable, as a file that is not here may.
        for word in std::mem::take(&mut self.unknown_options) {
            let written = sources.get(word.place.source).text().get(word.place.span.range());
            let value = written.unwrap_or_default().trim_matches('"').to_owned();
            self.deployment.env_files.push(Located { value, place: Some(word.place) });
        }
        for word in std::mem::take(&mut self.variables) {
            let (name, value) = word.text.split_once('=').map_or((&*word.text, None), |(n, v)| (n, Some(v)));
            if name.is_empty() || name.contains(UNKNOWN) {
                continue;
            }
            let (value, via) = match value {
                Some(value) if value.contains(UNKNOWN) || self.is_example && is_left_open(value) => {
                    (None, word.via.clone())
                }
                Some(value) => (Some(Text::from(value)), word.via.clone()),
                None => match word.inherits.clone() {
                    Some((value, via)) => (value, via),
                    None => inherited(name, self.host, Provenance::default()),
                },
            };
            builder.set(Candidate {
                layer: single,
                place: Some(word.place),
                via,
                value,
                name: name.to_owned(),
            });
        }
        (builder, looked_at, read)
    }
}

/// A person is to put something in its place.
fn is_left_open(value: &str) -> bool {
    value.contains(['<', '>', '…']) || value.contains("...") || secrets::is_placeholder(value)
}

fn bytes(word: &RunWord) -> Option<Located<u64>> {
    let node = Node::new(word.place, NodeKind::Str(Text::from(word.text.as_str())));
    let bytes = quantity::bytes(&node).filter(|bytes| *bytes >= 1.0 && *bytes < 1e18)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in these bounds")]
    let value = bytes as u64;
    Some(Located { value, place: Some(word.place) })
}

/// `CAP_NET_ADMIN` and `net_admin` are the same.
fn capability(name: Located<String>) -> Located<String> {
    let upper = name.value.to_ascii_uppercase();
    Located { value: upper.strip_prefix("CAP_").unwrap_or(&upper).to_owned(), ..name }
}

/// `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`.
pub(crate) fn port(word: &RunWord) -> Option<Port> {
    let known = |part: &str| (!part.is_empty() && !part.contains(UNKNOWN)).then(|| part.to_owned());
    let mut parts = word.text.rsplitn(3, ':');
    let target = parts.next()?;
    let (target, protocol) = target.split_once('/').unwrap_or((target, "tcp"));
    let published = parts.next().and_then(known);
    let host_ip = parts.next().map(|ip| ip.trim_matches(['[', ']'])).and_then(known);
    let (target, protocol) = (known(target)?, protocol.to_owned());
    Some(Port { host_ip, published, target, protocol, place: Some(word.place) })
}
