//! From what was read to a snapshot.

use super::{
    ID, Snapshot, SnapshotCell, SnapshotContainer, SnapshotHost, SnapshotLook, SnapshotPackage, SnapshotPath,
    SnapshotProgram, keep,
};
use crate::{
    openclaw::read::auth_profiles,
    redact::{self, Disguise, Guard},
    text::{
        secret::{Bytes, Text},
        source::{Language, SourceName, Sources},
    },
    vocabulary::deployment::{HostSide, MountKind, Relabel},
    world::{
        container_fs,
        engine::container::{self, EngineImage, Labels, LiveMount},
        host,
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One container with what was looked at for it.
#[derive(Debug)]
pub struct Taken<'a> {
    /// The container.
    pub container: &'a container::Container,
    /// Its image.
    pub image: Option<&'a EngineImage>,
    /// Name and version of its program.
    pub package: Option<SnapshotPackage>,
    /// What was found at its paths.
    pub looks: BTreeMap<String, container_fs::Look<Bytes>>,
}

/// Makes a snapshot. `sources` are all texts that were read, `sides` what is at mounted paths, and
/// `guard` knows the secrets that a path could hold.
#[must_use]
pub fn take(
    taken: Vec<Taken<'_>>,
    sources: &Sources,
    host: &host::World,
    shares_files: bool,
    sides: &BTreeMap<String, HostSide>,
    disguise: &Disguise,
    guard: &Guard,
) -> Snapshot {
    let writer = Writer { sources, disguise, guard };
    Snapshot {
        schema: ID.to_owned(),
        clawdock: SnapshotProgram { version: env!("CARGO_PKG_VERSION").to_owned() },
        host: SnapshotHost {
            cwd: host.cwd.display().to_string(),
            user: host.user,
            shares_files,
            env: writer.variables(host),
            files: writer.host_files(),
            mounted: sides.iter().map(|(path, side)| (writer.path(path), (*side).into())).collect(),
        },
        containers: taken.into_iter().map(|t| writer.container(t)).collect(),
        holds_stand_ins: true,
    }
}

struct Writer<'a> {
    sources: &'a Sources,
    disguise: &'a Disguise,
    guard: &'a Guard,
}

impl Writer<'_> {
    fn path(&self, path: &str) -> String {
        self.guard.path(path).into_owned()
    }

    /// A name, unless it has the shape of a secret: somebody wrote one where a name belongs.
    fn name(&self, name: &str) -> String {
        if redact::name(name, false) == name {
            name.to_owned()
        } else {
            self.disguise.value("", &name.into())
        }
    }

    /// Variables that the files of a project can use, and those that choose its files.
    fn variables(&self, host: &host::World) -> BTreeMap<String, String> {
        let texts: Vec<&str> = self
            .sources
            .iter()
            .filter(|(_, s)| matches!(s.language, Language::Yaml | Language::Dotenv))
            .map(|(_, s)| s.text())
            .collect();
        // The command line of the host reads some by itself.
        let used = |name: &str| name.starts_with("OPENCLAW_") || texts.iter().any(|text| text.contains(name));
        let chooses = |name: &str| name.starts_with("COMPOSE_") || ["PWD", "HOME"].contains(&name);
        let wanted = host.env.iter().filter(|(name, _)| chooses(name) || used(name));
        wanted
            .map(|(name, value)| {
                let kept = chooses(name);
                let value = if kept { value.expose().to_owned() } else { self.disguise.value(name, value) };
                (name.clone(), value)
            })
            .collect()
    }

    fn host_files(&self) -> BTreeMap<String, String> {
        let of_host = self.sources.iter().filter_map(|(_, source)| match &source.name {
            // What an image was built from is told by the image itself; a script whose
            // words are disguised says something else.
            SourceName::Host(path)
                if !matches!(source.language, Language::Toml | Language::Dockerfile | Language::Shell) =>
            {
                Some((
                    self.path(&path.display().to_string()),
                    self.text(source.text(), Some(source.language)),
                ))
            }
            _ => None,
        });
        of_host.collect()
    }

    fn text(&self, text: &str, language: Option<Language>) -> String {
        match language {
            Some(Language::Json5) => self.disguise.text(text, Language::Json5, &keep::of_json(text)),
            Some(language) => self.disguise.text(text, language, &keep::of_lines(text, language)),
            // A file that holds nothing but a secret.
            None => self.disguise.value("", &text.into()),
        }
    }

    fn container(&self, taken: Taken<'_>) -> SnapshotContainer {
        let looks = taken.looks;
        SnapshotContainer {
            inspect: self.inspect(taken.container),
            image: taken.image.map(|image| self.image(image)),
            package: taken.package,
            files: looks
                .iter()
                .filter(|(path, _)| !path.ends_with("-wal") && !path.ends_with("-journal"))
                .map(|(path, look)| (self.path(path), self.look(path, look, &looks)))
                .collect(),
        }
    }

    fn look(
        &self,
        path: &str,
        look: &container_fs::Look<Bytes>,
        all: &BTreeMap<String, container_fs::Look<Bytes>>,
    ) -> SnapshotLook {
        use container_fs::Look as Found;
        match look {
            Found::Absent => SnapshotLook::Absent,
            Found::Directory { empty } => SnapshotLook::Directory { empty: *empty },
            Found::Unreadable { name, why } => {
                SnapshotLook::Unreadable { at: self.at(name), why: why.to_string() }
            }
            Found::InImage => SnapshotLook::InImage,
            Found::Unseen { why } => SnapshotLook::Unseen { why: why.clone() },
            Found::Text { name, text, .. } if path.ends_with(".sqlite") => {
                let log = match all.get(&format!("{path}-wal")) {
                    Some(Found::Text { text, .. }) => text.0.as_slice(),
                    _ => &[],
                };
                match auth_profiles::cells(&text.0, log) {
                    Some((version, cells)) => SnapshotLook::Database {
                        at: self.at(name),
                        version,
                        cells: cells.into_iter().map(|(cell, text)| self.cell(cell, text)).collect(),
                    },
                    // Not a database that can be read; nor will what stands for it be one.
                    None => SnapshotLook::File { at: self.at(name), owner: None, text: "broken".to_owned() },
                }
            }
            // A script whose words are disguised says something else.
            Found::Text { name, .. } if self.language(path, name) == Some(Language::Shell) => {
                SnapshotLook::Unreadable {
                    at: self.at(name),
                    why: "is a script, which a snapshot leaves out".to_owned(),
                }
            }
            Found::Text { name, text, owner } => match std::str::from_utf8(&text.0) {
                Ok(text) => SnapshotLook::File {
                    at: self.at(name),
                    owner: owner.map(Into::into),
                    text: self.text(text, self.language(path, name)),
                },
                Err(error) => SnapshotLook::Unreadable {
                    at: self.at(name),
                    why: format!("is not UTF-8 text (byte {})", error.valid_up_to()),
                },
            },
        }
    }

    fn cell(
        &self,
        [table, key_column, value_column, key]: [&'static str; 4],
        text: Option<String>,
    ) -> SnapshotCell {
        SnapshotCell {
            table: table.to_owned(),
            key_column: key_column.to_owned(),
            value_column: value_column.to_owned(),
            key: key.to_owned(),
            text: text.map(|text| self.text(&text, Some(Language::Json5))),
        }
    }

    /// What it was read as; a store of credentials is JSON, a secret's own file is none.
    fn language(&self, path: &str, name: &SourceName) -> Option<Language> {
        let read = self.sources.iter().find(|(_, source)| source.name == *name).map(|(_, s)| s.language);
        read.or_else(|| path.ends_with(".json").then_some(Language::Json5))
    }

    fn inspect(&self, c: &container::Container) -> Value {
        let words = |words: &Option<Vec<Text>>| words.as_ref().map(|w| self.disguise.words(w));
        let mounts: Vec<Value> = c.mounts.iter().map(|m| self.mount(m)).collect();
        let tmpfs: BTreeMap<&str, &str> = c
            .mounts
            .iter()
            .filter(|m| m.mount.kind == MountKind::Tmpfs && m.host_path.is_none())
            .map(|m| (m.mount.target.as_str(), ""))
            .collect();
        let mounts: Vec<Value> = mounts.into_iter().filter(|m| m["Type"] != "tmpfs").collect();
        let mut bindings: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for port in &c.ports {
            let binding = json!({"HostIp": port.host_ip.as_deref().unwrap_or_default(),
                                 "HostPort": port.published.as_deref().unwrap_or_default()});
            bindings.entry(format!("{}/{}", port.target, port.protocol)).or_default().push(binding);
        }
        let args = self.disguise.words(&[std::slice::from_ref(&c.path), c.args.as_slice()].concat());
        json!({
            "Id": c.id,
            "Name": format!("/{}", self.name(&c.name)),
            "Image": c.image_id,
            "Created": c.created,
            "Path": args.first(),
            "Args": args.get(1..),
            "RestartCount": c.state.restart_count,
            "State": {
                "Status": c.state.status,
                "Running": c.state.running,
                "ExitCode": c.state.exit_code,
                "OOMKilled": c.state.oom_killed,
                "Error": c.state.error.as_ref().map(|e| self.guard.message(e.expose())),
                "StartedAt": c.state.started_at,
                "FinishedAt": c.state.finished_at,
                "Health": c.state.health.as_ref().map(|h| json!({"Status": h})),
            },
            "Config": {
                "Image": c.image,
                "Env": self.env(&c.env),
                "Labels": self.labels(&c.labels),
                "User": c.user,
                "Entrypoint": words(&c.entrypoint),
                "Cmd": words(&c.command),
                "WorkingDir": c.working_dir,
                "Healthcheck": c.healthcheck.as_ref().map(|h| json!({"Test": self.disguise.words(h)})),
            },
            "HostConfig": {
                "NetworkMode": c.network_mode,
                "UsernsMode": c.userns_mode,
                "PidMode": c.pid_mode,
                "Privileged": c.privileged,
                "ReadonlyRootfs": c.read_only,
                "CapAdd": c.cap_add,
                "SecurityOpt": c.security_opt,
                "ExtraHosts": c.extra_hosts,
                "RestartPolicy": {"Name": c.restart.as_deref().unwrap_or("no")},
                "Memory": c.memory_limit.unwrap_or_default(),
                "PortBindings": bindings,
                "Tmpfs": tmpfs,
            },
            "Mounts": mounts,
        })
    }

    fn image(&self, image: &EngineImage) -> Value {
        let words = |words: &Option<Vec<Text>>| words.as_ref().map(|w| self.disguise.words(w));
        json!({
            "Id": image.id,
            "RepoTags": image.tags,
            "Config": {
                "Env": self.env(&image.env),
                "Labels": self.labels(&image.labels),
                "User": image.user,
                "WorkingDir": image.working_dir,
                "Entrypoint": words(&image.entrypoint),
                "Cmd": words(&image.command),
            },
        })
    }

    fn env(&self, env: &[(String, Option<Text>)]) -> Vec<String> {
        let line = |(name, value): &(String, Option<Text>)| match value {
            Some(value) => format!("{}={}", self.name(name), self.disguise.value(name, value)),
            None => self.name(name),
        };
        env.iter().map(line).collect()
    }

    /// The labels that say where a container comes from; of others the names.
    fn labels(&self, labels: &Labels) -> BTreeMap<String, String> {
        let told = ["com.docker.compose.", "org.opencontainers.image."];
        let label = |(name, value): (&str, &Text)| {
            let kept = told.iter().any(|prefix| name.starts_with(prefix));
            let value = if kept { self.path(value.expose()) } else { self.disguise.value("", value) };
            (self.name(name), value)
        };
        labels.iter().map(label).collect()
    }

    fn mount(&self, live: &LiveMount) -> Value {
        let mount = &live.mount;
        let kind = match mount.kind {
            MountKind::Bind => "bind",
            MountKind::Volume => "volume",
            MountKind::Tmpfs => "tmpfs",
            MountKind::EmptyDir | MountKind::Other => "other",
        };
        let mode = match mount.relabel {
            Some(Relabel::Shared) => "z",
            Some(Relabel::Private) => "Z",
            None => "",
        };
        let volume = (mount.kind == MountKind::Volume).then(|| mount.source.clone()).flatten();
        let host = live.host_path.as_ref().map(|p| self.path(&p.display().to_string()));
        let own = mount.source.as_ref().filter(|_| mount.kind != MountKind::Volume);
        let source = host.or_else(|| own.map(|s| self.path(s)));
        json!({"Type": kind, "Name": volume, "Source": source, "Destination": self.path(&mount.target),
           "RW": !mount.read_only, "Mode": mode})
    }

    fn at(&self, name: &SourceName) -> SnapshotPath {
        match name {
            SourceName::Host(path) => SnapshotPath::Host(self.path(&path.display().to_string())),
            SourceName::Container { path, .. } => SnapshotPath::Container(self.path(path)),
            SourceName::Record { file, .. } | SourceName::WrittenBy(file) => self.at(file),
            SourceName::Stdin => SnapshotPath::Container(String::new()),
        }
    }
}
