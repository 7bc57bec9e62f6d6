//! The Docker engine: every call to it is in this file.
//!
//! The outside sees plain functions; the runtime that the client library needs is inside. Errors
//! of the library are never shown and never `Debug`-printed: they carry answers of the engine,
//! which hold the environment of containers (see [`super::engine_error`]).
//!
//! Requests carry no API version (bollard 0.21.1), so an engine answers in its newest dialect;
//! that is why answers are read leniently, see [`super::container`].

pub use super::engine_error::{EngineError, Found, Unreachable};
use super::{
    archive,
    container::{Container, Image, Summary},
    container_names::{checked, perhaps},
    docker_host::{self, Address, Endpoint},
    engine_problem::{Problem, Says},
    engine_wire::Wire,
    files,
    host::Host,
    log_frames,
};
use crate::{
    deployment::Owner,
    limits,
    text::{Bytes, Text},
};
use bollard::{
    API_DEFAULT_VERSION, BollardRequest, Docker,
    container::LogOutput,
    errors::Error as Library,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
    query_parameters::{
        ContainerArchiveInfoOptionsBuilder, DownloadFromContainerOptionsBuilder,
        ListContainersOptionsBuilder, LogsOptionsBuilder,
    },
};
use futures_util::{StreamExt as _, future};
use serde::Serialize;
use serde_json::Value;
use std::{
    cell::OnceCell, collections::HashMap, fmt, future::Future, ops::ControlFlow, path::Path, path::PathBuf,
    sync::Arc, time::Duration,
};
use tokio::io::AsyncWriteExt as _;

/// Ids of this length and longer are not mistaken for a service's name.
const SHORT_ID: usize = 12;
/// Most symbolic links that are followed for one path, as Linux does.
pub const MAX_LINKS: usize = 40;
/// What a tar of one small file has besides the file: headers and padding.
const TAR_OVERHEAD: u64 = 64 << 10;
/// Most bytes beyond what is kept that are waited for: a command that writes more may never end.
const MOST_DROPPED: usize = 16 << 20;
/// How long killing a command that outlived its time may take.
const REAP: Duration = Duration::from_secs(2);
/// How often the runtime turns until a request is on its way.
const TURNS: u32 = 6;
/// An exec's exit code may arrive a moment after its output ended.
const EXIT_CODE_TRIES: u32 = 20;
/// How long a followed log may be silent before that is told.
const LOG_PAUSE: Duration = Duration::from_millis(400);

/// How to reach an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// `--host`.
    pub host: Option<String>,
    /// `--context`.
    pub context: Option<String>,
    /// `--timeout`, for each call.
    pub timeout: Option<Duration>,
}

/// Which containers to list.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Stopped ones too.
    pub all: bool,
    /// Those that carry all of these labels, as `name` or `name=value`.
    pub labels: Vec<String>,
}

/// What a path in a container is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stat {
    /// Nothing.
    Absent,
    /// A regular file.
    File {
        /// Size in bytes.
        size: u64,
        /// Last change, RFC 3339 with nanoseconds.
        modified: Option<String>,
    },
    /// A directory.
    Directory {
        /// Last change, RFC 3339 with nanoseconds.
        modified: Option<String>,
    },
    /// A symbolic link, and where it leads in the container, all links followed.
    Link(String),
    /// A FIFO, a socket or a device.
    Special(&'static str),
    /// Links that lead in a circle.
    Loop,
}

/// What reading a path in a container gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileRead {
    /// Nothing is there.
    Absent,
    /// A regular file.
    File {
        /// Its path, symbolic links followed.
        path: String,
        /// Its bytes.
        bytes: Bytes,
        /// Who owns it, and who may read it.
        owner: Option<Owner>,
    },
    /// A directory.
    Directory,
    /// A FIFO, a socket or a device.
    Special(&'static str),
    /// Larger than what is read.
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// Links that lead in a circle.
    Loop,
}

/// A command to run in a container. The engine writes `argv` into its event log: secrets go
/// through `env` or `stdin`.
#[derive(Clone, Debug, Default)]
pub struct Exec {
    /// The command.
    pub argv: Vec<String>,
    /// Variables beside those of the container.
    pub env: Vec<(String, Text)>,
    /// What it reads; its input ends after it.
    pub stdin: Option<Bytes>,
    /// How long it may take; the engine's own limit when none.
    pub timeout: Option<Duration>,
    /// Most bytes kept of each of its outputs.
    pub max_output: usize,
}

/// What a command did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExecOutcome {
    /// What it wrote.
    pub stdout: Bytes,
    /// What it wrote beside it.
    pub stderr: Bytes,
    /// Its exit code, when the engine told it. A command that does not exist is 126 (Docker
    /// 20.10.24) or 127 (Podman 4.3.1), and no error.
    pub exit_code: Option<i64>,
    /// It wrote more than was kept.
    pub truncated: bool,
}

/// Which part of a container's log to read.
#[derive(Clone, Debug, Default)]
pub struct LogRequest {
    /// Only what was written from this time on, in seconds since 1970.
    pub since: Option<i64>,
    /// Only so many of the last lines.
    pub tail: Option<u64>,
    /// Go on with what is written from now on, until the container ends.
    pub follow: bool,
}

/// A container and the image it was made from.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// The container.
    pub container: Container,
    /// Its image; none when the engine no longer has it.
    pub image: Option<Image>,
}

/// A connection to an engine.
pub struct Engine {
    docker: Docker,
    /// None for an engine that is not on a Unix socket.
    wire: Option<Arc<Wire>>,
    runtime: tokio::runtime::Runtime,
    endpoint: Endpoint,
    timeout: Duration,
    /// The time limit was asked for, and holds for commands too that may take longer.
    strict: bool,
    others: Vec<PathBuf>,
    shares_files: OnceCell<bool>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Engine({})", self.endpoint.address)
    }
}

impl Engine {
    /// Chooses an engine. Nothing is sent yet: one that does not answer shows at the first call.
    ///
    /// # Errors
    /// When no engine can be chosen, or its socket or certificates are not there.
    pub fn connect(options: &EngineOptions, world: &Host) -> Result<Self, EngineError> {
        let endpoint = docker_host::resolve(options.host.as_deref(), options.context.as_deref(), world)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| EngineError::Internal("the system gives no event queue"))?;
        let mut others = docker_host::other_sockets(world);
        others.retain(|path| endpoint.address != Address::Unix(path.clone()));
        let timeout = options.timeout.unwrap_or(limits::ENGINE);
        match client(&endpoint.address, timeout) {
            Ok((docker, wire)) => {
                let (strict, shares_files) = (options.timeout.is_some(), OnceCell::new());
                Ok(Self { docker, wire, runtime, endpoint, timeout, strict, others, shares_files })
            }
            Err(why) => Err(EngineError::Unreachable { endpoint: Box::new(endpoint), why, others }),
        }
    }

    /// Where the engine is, and what chose it.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where ports that the engine publishes are reached from here.
    #[must_use]
    pub fn host_address(&self) -> String {
        match &self.endpoint.address {
            Address::Unix(_) => "127.0.0.1".to_owned(),
            Address::Tcp { authority, .. } => {
                let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host);
                host.trim_matches(['[', ']']).to_owned()
            }
        }
    }

    /// The engine certainly sees the same files as this process: what it calls a host path is one.
    ///
    /// True only where a known engine on this host serves the socket, with the same file system at
    /// its root. A socket that was forwarded over SSH or out of a virtual machine is served by
    /// something else; from inside a container the process behind a mounted socket cannot be seen,
    /// or has another root. Needs no more than a user's rights, and an answer of the engine before
    /// it.
    #[must_use]
    pub fn shares_files(&self) -> bool {
        *self.shares_files.get_or_init(|| {
            let Some((pid, name)) = self.server() else { return false };
            ["dockerd", "podman", "systemd"].contains(&name.as_str()) && files::has_our_root(pid)
        })
    }

    /// The process that listens on the engine's socket, and its name.
    fn server(&self) -> Option<(i32, String)> {
        let pid = self.wire.as_ref()?.server()?;
        let name = files::read_text(Path::new(&format!("/proc/{pid}/comm")), 64).ok()?;
        Some((pid, name.trim_end().to_owned()))
    }

    /// The containers there are.
    ///
    /// # Errors
    /// When the engine cannot be reached or makes no sense.
    pub fn list(&self, filter: &ListFilter) -> Result<Vec<Summary>, EngineError> {
        self.run(self.timeout, self.summaries(filter)).map_err(|p| self.error(p, "list containers", ""))
    }

    async fn summaries(&self, filter: &ListFilter) -> Result<Vec<Summary>, Problem> {
        let mut options = ListContainersOptionsBuilder::default().all(filter.all);
        if !filter.labels.is_empty() {
            options = options.filters(&HashMap::from([("label", filter.labels.clone())]));
        }
        let answer = json(self.docker.list_containers(Some(options.build()))).await?;
        let entries = answer.as_array().ok_or(Problem::Garbled)?;
        Ok(entries.iter().filter_map(Summary::from_json).collect())
    }

    /// One container, by name, id, unique start of an id, or compose service.
    ///
    /// A name beats a service, as docker's own look-up comes first. A text that is both the start
    /// of an id and a service is ambiguous: `db` and `cafe` are likely as either.
    ///
    /// # Errors
    /// When there is no such container, or several, or the engine cannot be reached.
    pub fn inspect(&self, target: &str) -> Result<Container, EngineError> {
        Ok(self.inspect_by(target, false)?.container)
    }

    /// As [`Engine::inspect`], with the image.
    ///
    /// # Errors
    /// As [`Engine::inspect`].
    pub fn inspect_with_image(&self, target: &str) -> Result<Inspected, EngineError> {
        self.inspect_by(target, true)
    }

    /// Many containers by id, all at once.
    #[must_use]
    pub fn inspect_all(&self, ids: &[&str]) -> Vec<Result<Inspected, EngineError>> {
        let one = |id: &str| {
            let id = id.to_owned();
            async move {
                let name = checked(&id)?;
                let limited = tokio::time::timeout(self.timeout, self.inspected(name, true));
                let answer = limited.await.unwrap_or(Err(Problem::Timeout));
                answer.map_err(|p| self.error(p, INSPECT, name))
            }
        };
        self.runtime.block_on(future::join_all(ids.iter().map(|id| one(id))))
    }

    fn inspect_by(&self, target: &str, with_image: bool) -> Result<Inspected, EngineError> {
        let name = checked(target)?;
        let found = self.run(self.timeout, self.inspected(name, with_image));
        let by_prefix = match found {
            Ok(i) if i.container.name == name || name.len() >= SHORT_ID => return Ok(i),
            Ok(inspected) => Some(inspected),
            Err(Problem::Status(404, _) | Problem::Status(_, Says::SeveralIds)) => None,
            Err(problem) => return Err(self.error(problem, INSPECT, name)),
        };
        let all = self.list(&ListFilter { all: true, labels: Vec::new() })?;
        let matches: Vec<&Summary> = all
            .iter()
            .filter(|c| c.id.starts_with(name) || (c.labels.service() == Some(name) && !c.labels.is_oneoff()))
            .collect();
        match (matches.as_slice(), by_prefix) {
            ([one], Some(inspected)) if one.id == inspected.container.id => Ok(inspected),
            ([one], _) => self
                .run(self.timeout, self.inspected(&one.id, with_image))
                .map_err(|p| self.error(p, INSPECT, &one.name)),
            ([], Some(inspected)) => Ok(inspected),
            ([], None) => {
                Err(EngineError::NotFound { name: name.to_owned(), candidates: perhaps(name, &all) })
            }
            (several, _) => Err(EngineError::Ambiguous {
                name: name.to_owned(),
                candidates: several.iter().map(|c| Found::from(*c)).collect(),
            }),
        }
    }

    async fn inspected(&self, name: &str, with_image: bool) -> Result<Inspected, Problem> {
        let answer = json(self.docker.inspect_container(name, None)).await?;
        let container = Container::from_json(&answer).ok_or(Problem::Garbled)?;
        let id = &container.image_id;
        // Ids are not escaped on the wire; this one came from outside.
        let is_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == ':');
        if !with_image || !is_id {
            return Ok(Inspected { container, image: None });
        }
        // What will be asked next is found out while the engine works.
        let meanwhile = async {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            let _ = self.shares_files();
        };
        match future::join(json(self.docker.inspect_image(id)), meanwhile).await.0 {
            Ok(answer) => Ok(Inspected { image: Image::from_json(&answer), container }),
            Err(Problem::Status(404, _)) => Ok(Inspected { container, image: None }),
            Err(problem) => Err(problem),
        }
    }

    /// The image of a name, where the engine has it.
    ///
    /// # Errors
    /// When the engine cannot be reached or makes no sense.
    pub fn image(&self, reference: &str) -> Result<Option<Image>, EngineError> {
        // Names are not escaped on the wire.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        if reference.is_empty() || !reference.chars().all(is_plain) || reference.contains("..") {
            return Ok(None);
        }
        match self.run(self.timeout, json(self.docker.inspect_image(reference))) {
            Ok(answer) => Ok(Image::from_json(&answer)),
            Err(Problem::Status(404, _)) => Ok(None),
            Err(problem) => Err(self.error(problem, "look at an image", "")),
        }
    }

    /// What a path in a container is; its last step is not followed. About 1 ms.
    ///
    /// Mounted files are seen, except those in memory (`tmpfs`). Works on stopped containers.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn stat(&self, container: &str, path: &str) -> Result<Stat, EngineError> {
        let id = checked(container)?;
        self.run(self.timeout, self.stat_of(id, path)).map_err(|p| self.error(p, LOOK, id))
    }

    /// Those of some paths that are certainly not in a container, all asked for at once.
    #[must_use]
    pub fn absent(&self, container: &str, paths: Vec<String>) -> Vec<String> {
        let Ok(id) = checked(container) else { return Vec::new() };
        let one = |path: String| async move {
            let limited = tokio::time::timeout(self.timeout, self.stat_of(id, &path)).await;
            matches!(limited, Ok(Ok(Stat::Absent))).then_some(path)
        };
        self.runtime.block_on(future::join_all(paths.into_iter().map(one))).into_iter().flatten().collect()
    }

    async fn stat_of(&self, id: &str, path: &str) -> Result<Stat, Problem> {
        let options = ContainerArchiveInfoOptionsBuilder::default().path(path).build();
        match self.docker.get_container_archive_info(id, Some(options)).await {
            Ok(stat) => Ok(Stat::from_mode(
                stat.file_mode,
                u64::try_from(stat.size).unwrap_or(0),
                stat.modification_time.map(|t| t.to_string()),
                stat.link_target,
            )),
            Err(error) => match Problem::of(&error) {
                // A HEAD has no body to say whether the file or the container is missing; whoever
                // asks has just seen the container.
                Problem::Status(404, _) => Ok(Stat::Absent),
                // Neither does it say what went wrong; a GET does, and fails as fast.
                Problem::Status(500.., _) => match self.archive(id, path, 0).await {
                    Err(Problem::Status(_, Says::NotADirectory)) => Ok(Stat::Absent),
                    Err(Problem::Status(_, Says::TooManyLinks)) => Ok(Stat::Loop),
                    Err(problem) => Err(problem),
                    Ok(_) => Err(Problem::Garbled),
                },
                problem => Err(problem),
            },
        }
    }

    /// Reads a regular file of at most `limit` bytes out of a container, symbolic links followed
    /// as the container would. About 40 ms where there is a file, 1 ms where there is none.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn read_file(&self, container: &str, path: &str, limit: u64) -> Result<FileRead, EngineError> {
        let id = checked(container)?;
        self.run(self.timeout, self.file(id, path, limit)).map_err(|p| self.error(p, LOOK, id))
    }

    async fn file(&self, id: &str, path: &str, limit: u64) -> Result<FileRead, Problem> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.stat_of(id, &path).await? {
                Stat::Absent => return Ok(FileRead::Absent),
                Stat::Directory { .. } => return Ok(FileRead::Directory),
                Stat::Special(kind) => return Ok(FileRead::Special(kind)),
                Stat::Loop => return Ok(FileRead::Loop),
                Stat::File { size, .. } if size > limit => return Ok(FileRead::TooLarge { size }),
                Stat::File { .. } => {
                    let tar = self.archive(id, &path, limit.saturating_add(TAR_OVERHEAD)).await?;
                    return archive::single(&tar, path, limit).ok_or(Problem::Garbled);
                }
                Stat::Link(target) if target == path => return Ok(FileRead::Loop),
                Stat::Link(target) => path = target,
            }
        }
        Ok(FileRead::Loop)
    }

    /// Reads files of one directory, each of at most `limit` bytes, out of a container, as nearly at
    /// once as can be: with one archive of the directory where several of them are there, and one
    /// of the file where one is. The answers are in the order of `names`.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn read_files(
        &self,
        container: &str,
        dir: &str,
        names: &[&str],
        limit: u64,
    ) -> Result<Vec<FileRead>, EngineError> {
        let id = checked(container)?;
        self.run(self.timeout, self.files(id, dir, names, limit)).map_err(|p| self.error(p, LOOK, id))
    }

    async fn files(&self, id: &str, dir: &str, names: &[&str], limit: u64) -> Result<Vec<FileRead>, Problem> {
        let dir = dir.trim_end_matches('/');
        let path = |name: &str| format!("{dir}/{name}");
        let paths: Vec<String> = names.iter().map(|name| path(name)).collect();
        let stats = future::try_join_all(paths.iter().map(|path| self.stat_of(id, path))).await?;
        let sizes = stats.iter().filter_map(|stat| match stat {
            Stat::File { size, .. } if *size <= limit => Some(*size),
            _ => None,
        });
        let (count, size) =
            sizes.fold((0, 0_u64), |(count, sum), size| (count + 1, sum.saturating_add(size)));
        let mut found = Vec::new();
        if count > 1 {
            let room = size.saturating_add(limits::PASSED_OVER);
            let tar = self.archive(id, &path("."), room).await?;
            found = archive::of_directory(&tar, dir, names, limit);
        }
        let mut reads = Vec::new();
        for (name, path) in names.iter().zip(&paths) {
            let in_archive = found.iter().position(|(found, _)| found == name);
            reads.push(match in_archive {
                Some(at) => found.swap_remove(at).1,
                // Nothing, a link, or behind too much else.
                None => self.file(id, path, limit).await?,
            });
        }
        Ok(reads)
    }

    /// The tar of a path, cut off after `limit` bytes.
    async fn archive(&self, id: &str, path: &str, limit: u64) -> Result<Vec<u8>, Problem> {
        let options = DownloadFromContainerOptionsBuilder::default().path(path).build();
        let mut stream = self.docker.download_from_container(id, Some(options));
        let mut tar = Vec::new();
        while let Some(part) = stream.next().await {
            tar.extend_from_slice(&part.map_err(|e| Problem::of(&e))?);
            if tar.len() as u64 > limit {
                break;
            }
        }
        Ok(tar)
    }

    /// Runs a command in a container, as the container's user. Nothing is left behind but a line
    /// in the engine's event log, which holds `argv`.
    ///
    /// A command that outlives its time, or writes without end, is killed with its process
    /// group where the processes of the engine's host can be seen from here; elsewhere it goes on,
    /// since the engine has no call for it. Give it a limit of its own.
    ///
    /// # Errors
    /// When the container does not run, or the engine cannot be reached.
    pub fn exec(&self, container: &str, exec: &Exec) -> Result<ExecOutcome, EngineError> {
        let mut outcomes = self.exec_all(container, &[exec]);
        outcomes.pop().unwrap_or(Err(EngineError::Internal("no command was run")))
    }

    /// Runs several commands in a container at the same time; see [`Engine::exec`].
    #[must_use]
    pub fn exec_all(&self, container: &str, execs: &[&Exec]) -> Vec<Result<ExecOutcome, EngineError>> {
        let all = async { future::join_all(execs.iter().map(|exec| self.exec_one(container, exec))).await };
        self.runtime.block_on(all)
    }

    async fn exec_one(&self, container: &str, exec: &Exec) -> Result<ExecOutcome, EngineError> {
        let id = checked(container)?;
        let own = exec.timeout.unwrap_or(self.timeout);
        let limit = if self.strict { own.min(self.timeout) } else { own };
        let created = OnceCell::new();
        let limited = tokio::time::timeout(limit, self.executed(id, exec, &created)).await;
        let outcome = limited.unwrap_or(Err(Problem::Timeout));
        if outcome.as_ref().map_or_else(|p| matches!(p, Problem::Timeout), |o| o.exit_code.is_none())
            && let Some(exec) = created.get()
        {
            let _ = tokio::time::timeout(REAP, self.kill(id, exec)).await;
        }
        outcome.map_err(|p| match p {
            Problem::Status(409, _) | Problem::Status(_, Says::NotRunning) => {
                EngineError::NotRunning { name: id.to_owned() }
            }
            problem => self.error_after(problem, "run a command in a container", id, limit),
        })
    }

    /// Kills the process group of a command that still runs. The engine tells its process as its own
    /// host counts; `/proc` there tells how the container counts.
    async fn kill(&self, id: &str, exec: &str) -> Option<()> {
        let state = json(self.docker.inspect_exec(exec)).await.ok()?;
        let pid = state["Pid"].as_u64().filter(|_| state["Running"] == Value::Bool(true))?;
        let status = files::read_text(Path::new(&format!("/proc/{pid}/status")), 8192).ok()?;
        let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
        let inside: u64 = numbers.split_whitespace().next_back()?.parse().ok()?;
        // A process group of 1 would be the container's own.
        if inside <= 1 || numbers.split_whitespace().next()? != pid.to_string() {
            return None;
        }
        let argv = ["kill", "-9", "--", &format!("-{inside}")].map(str::to_owned).into();
        let kill = Exec { argv, ..Exec::default() };
        self.executed(id, &kill, &OnceCell::new()).await.ok()?;
        Some(())
    }

    async fn executed(
        &self,
        id: &str,
        exec: &Exec,
        created_as: &OnceCell<String>,
    ) -> Result<ExecOutcome, Problem> {
        let options = CreateExecOptions {
            cmd: Some(exec.argv.clone()),
            env: Some(exec.env.iter().map(|(name, value)| format!("{name}={}", value.expose())).collect()),
            attach_stdin: Some(exec.stdin.is_some()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..Default::default()
        };
        let created = self.docker.create_exec(id, options).await.map_err(|e| Problem::of(&e))?;
        let _ = created_as.set(created.id.clone());
        let started = self.docker.start_exec(&created.id, None::<StartExecOptions>).await;
        let StartExecResults::Attached { mut output, mut input } = started.map_err(|e| Problem::of(&e))?
        else {
            return Err(Problem::Garbled);
        };
        let write = async {
            if let Some(bytes) = &exec.stdin {
                // A command that does not read to the end is no failure of ours.
                let _ = input.write_all(bytes).await;
                let _ = input.shutdown().await;
            }
        };
        let mut outcome =
            ExecOutcome { stdout: Bytes(vec![]), stderr: Bytes(vec![]), exit_code: None, truncated: false };
        let mut dropped = 0;
        let read = async {
            while let Some(part) = output.next().await {
                let (kept, message) = match part.map_err(|e| Problem::of(&e))? {
                    LogOutput::StdErr { message } => (&mut outcome.stderr.0, message),
                    LogOutput::StdOut { message } | LogOutput::Console { message } => {
                        (&mut outcome.stdout.0, message)
                    }
                    LogOutput::StdIn { .. } => continue,
                };
                let room = exec.max_output.saturating_sub(kept.len()).min(message.len());
                outcome.truncated |= room < message.len();
                kept.extend_from_slice(&message[..room]);
                dropped += message.len() - room;
                if dropped > MOST_DROPPED {
                    break;
                }
            }
            Ok::<_, Problem>(())
        };
        // A command that ends without reading its input must not be waited for.
        tokio::select! {
            biased;
            done = read => done?,
            () = async { write.await; std::future::pending().await } => {}
        }
        if dropped > MOST_DROPPED {
            return Ok(outcome);
        }
        for _ in 0..EXIT_CODE_TRIES {
            let state = json(self.docker.inspect_exec(&created.id)).await?;
            outcome.exit_code = state["ExitCode"].as_i64();
            if outcome.exit_code.is_some() && state["Running"] != Value::Bool(true) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(outcome)
    }

    /// Reads a container's log, both of its streams, each line behind the time at which the engine
    /// got it. `each` is given the pieces in their order, complete lines where there are such, and an
    /// empty one when nothing came for a while; the log ends early when it says so.
    ///
    /// Nothing is kept: a log of any length takes the memory of one line.
    ///
    /// # Errors
    /// When the engine cannot be reached, or goes silent in the middle of a log that is not followed.
    pub fn logs(
        &self,
        container: &str,
        request: &LogRequest,
        each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let id = checked(container)?;
        self.read_log(id, request, each).map_err(|p| self.error(p, "read a log", id))
    }

    /// Waits for one part at a time, so that `each` may ask the engine too.
    fn read_log(
        &self,
        id: &str,
        request: &LogRequest,
        each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Problem> {
        let since = request.since.map_or(0, |s| i32::try_from(s.max(0)).unwrap_or(i32::MAX));
        let tail = request.tail.map_or_else(|| "all".to_owned(), |n| n.to_string());
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .follow(request.follow)
            .since(since)
            .tail(&tail)
            .build();
        let mut stream = self.docker.logs(id, Some(options));
        let mut lines = log_frames::Frames::default();
        let pause = if request.follow { LOG_PAUSE } else { self.timeout };
        loop {
            let next = async { tokio::time::timeout(pause, stream.next()).await };
            match self.runtime.block_on(next) {
                Ok(Some(part)) => {
                    let part = part.map_err(|e| Problem::of(&e))?;
                    let error = matches!(part, LogOutput::StdErr { .. });
                    if lines.add(error, &part.into_bytes(), each).is_break() {
                        return Ok(());
                    }
                }
                Ok(None) => {
                    let _ = lines.finish(each);
                    return Ok(());
                }
                Err(_) if request.follow => {
                    if each(&[]).is_break() {
                        return Ok(());
                    }
                }
                Err(_) => return Err(Problem::Timeout),
            }
        }
    }

    fn run<T>(&self, limit: Duration, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        self.runtime
            .block_on(async { tokio::time::timeout(limit, work).await.unwrap_or(Err(Problem::Timeout)) })
    }

    fn error(&self, problem: Problem, doing: &'static str, name: &str) -> EngineError {
        self.error_after(problem, doing, name, self.timeout)
    }

    fn error_after(&self, problem: Problem, doing: &'static str, name: &str, after: Duration) -> EngineError {
        let endpoint = Box::new(self.endpoint.clone());
        match problem {
            Problem::Unreachable(why) => {
                EngineError::Unreachable { endpoint, why, others: self.others.clone() }
            }
            Problem::Timeout => EngineError::Timeout { endpoint, after },
            Problem::Status(404, _) if !name.is_empty() => EngineError::Gone { name: name.to_owned() },
            Problem::Status(status, _) => EngineError::Server { status, doing },
            Problem::Body(_) | Problem::Garbled => EngineError::Garbled { doing },
        }
    }
}

const INSPECT: &str = "inspect a container";
const LOOK: &str = "look at a file in a container";

impl Stat {
    /// From the `FileMode` of Go, in which the engine writes it.
    fn from_mode(mode: u32, size: u64, modified: Option<String>, target: String) -> Self {
        const KINDS: [(u32, &str); 4] = [
            (1 << 21, "character device"),
            (1 << 24, "socket"),
            (1 << 25, "FIFO"),
            (1 << 26, "block device"),
        ];
        if mode & (1 << 31) != 0 {
            return Self::Directory { modified };
        }
        if mode & (1 << 27) != 0 {
            return Self::Link(target);
        }
        match KINDS.into_iter().find(|(bit, _)| mode & bit != 0) {
            Some((_, kind)) => Self::Special(kind),
            None => Self::File { size, modified },
        }
    }
}

/// An answer as JSON, also where the library knows less words than the engine.
async fn json<T: Serialize>(answer: impl Future<Output = Result<T, Library>>) -> Result<Value, Problem> {
    match answer.await {
        Ok(typed) => serde_json::to_value(typed).map_err(|_| Problem::Garbled),
        Err(error) => match Problem::of(&error) {
            Problem::Body(text) => serde_json::from_str(&text.0).map_err(|_| Problem::Garbled),
            problem => Err(problem),
        },
    }
}

fn client(address: &Address, timeout: Duration) -> Result<(Docker, Option<Arc<Wire>>), Unreachable> {
    // The library counts in seconds, and only up to the headers; `run` limits the whole.
    let seconds = timeout.as_secs().saturating_add(1);
    let client = match address {
        Address::Unix(path) => {
            if let Err(error) = std::fs::metadata(path) {
                return Err(Unreachable::of(error.kind()));
            }
            let wire = Arc::new(Wire::new(path));
            let carrier = Arc::clone(&wire);
            let transport = move |request: BollardRequest| {
                let wire = Arc::clone(&carrier);
                async move { wire.request(request).await }
            };
            let host = Some("http://localhost");
            return Docker::connect_with_custom_transport(transport, host, seconds, API_DEFAULT_VERSION)
                .map(|docker| (docker, Some(wire)))
                .map_err(|_| Unreachable::Other);
        }
        Address::Tcp { authority, tls: None } => {
            Docker::connect_with_http(authority, seconds, API_DEFAULT_VERSION)
        }
        #[cfg(feature = "tls")]
        Address::Tcp { authority, tls: Some(files) } => Docker::connect_with_ssl(
            authority,
            &files.key,
            &files.cert,
            &files.ca,
            seconds,
            API_DEFAULT_VERSION,
        ),
        #[cfg(not(feature = "tls"))]
        Address::Tcp { tls: Some(_), .. } => return Err(Unreachable::Tls),
    };
    client.map(|docker| (docker, None)).map_err(|error| match Problem::of(&error) {
        Problem::Unreachable(why) => why,
        _ => Unreachable::Tls,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_go_file_modes_apart() {
        let kind = |mode| Stat::from_mode(mode, 3, None, "/x".into());
        // As engine 20.10.24 wrote them.
        assert_eq!(kind(0), Stat::File { size: 3, modified: None });
        assert_eq!(kind(134_218_239), Stat::Link("/x".into()));
        assert_eq!(kind(2_147_484_141), Stat::Directory { modified: None });
        assert_eq!(kind(33_554_852), Stat::Special("FIFO"));
    }
}
