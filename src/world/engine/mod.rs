//! The Docker engine: every call to it is in this folder.
//!
//! The outside sees plain functions; the runtime that the client library needs is inside. Errors
//! of the library are never shown and never `Debug`-printed: they carry answers of the engine,
//! which hold the environment of containers (see [`super::engine_error`]).
//!
//! Requests carry no API version (bollard 0.21.1), so an engine answers in its newest dialect;
//! that is why answers are read leniently, see [`super::container`].

pub(crate) mod archive;
pub mod container;
pub(crate) mod container_names;
mod containers;
pub mod docker_host;
pub mod error;
mod events;
mod exec;
pub mod http;
pub(crate) mod log_frames;
mod logs;
mod paths;
mod problem;
pub mod settings;
mod ssh;
pub mod ssh_target;
mod wire;

pub use self::{
    containers::{Inspected, ListFilter},
    exec::{Exec, ExecOutcome},
    logs::LogRequest,
    paths::{FileRead, MAX_LINKS, Stat},
};
pub use super::engine::error::{EngineError, FoundSocket, Unreachable};

use self::{problem::EngineProblem, wire::EngineWire};
use super::{
    engine::docker_host::{Endpoint, EngineAddress},
    files::{self, Files},
    host::World,
};
use crate::text::limits;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker, errors::Error as Library};
use serde::Serialize;
use serde_json::Value;
use std::{cell::OnceCell, fmt, future::Future, path::Path, path::PathBuf, sync::Arc, time::Duration};

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

/// A connection to an engine.
pub struct Engine {
    docker: Docker,
    /// None for an engine on a TCP port.
    wire: Option<Arc<EngineWire>>,
    runtime: tokio::runtime::Runtime,
    endpoint: Endpoint,
    timeout: Duration,
    /// The time limit was asked for, and holds for commands too that may take longer.
    strict: bool,
    others: Vec<PathBuf>,
    shares_files: OnceCell<bool>,
    /// This host, as far as it is passed along.
    host: World,
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
    pub fn connect(options: &EngineOptions, world: &World) -> Result<Self, EngineError> {
        let endpoint = docker_host::resolve(options.host.as_deref(), options.context.as_deref(), world)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| EngineError::Internal("the system gives no event queue"))?;
        let mut others = docker_host::other_sockets(world);
        others.retain(|path| endpoint.address != EngineAddress::Unix(path.clone()));
        let timeout = options.timeout.unwrap_or(limits::ENGINE);
        match client(&*world.files, &endpoint.address, timeout) {
            Ok((docker, wire)) => {
                let (strict, shares_files) = (options.timeout.is_some(), OnceCell::new());
                Ok(Self {
                    docker,
                    wire,
                    runtime,
                    endpoint,
                    timeout,
                    strict,
                    others,
                    shares_files,
                    host: world.clone(),
                })
            }
            Err(why) => Err(EngineError::Unreachable { endpoint: Box::new(endpoint), why, others }),
        }
    }

    /// Where the engine is, and what chose it.
    #[must_use]
    #[cfg_attr(not(feature = "library"), expect(dead_code, reason = "asked by who uses the library"))]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The host that it is asked from.
    #[must_use]
    pub fn host(&self) -> &World {
        &self.host
    }

    /// Where ports that the engine publishes are reached from here.
    #[must_use]
    pub fn host_address(&self) -> String {
        match &self.endpoint.address {
            EngineAddress::Unix(_) => "127.0.0.1".to_owned(),
            EngineAddress::Ssh(target) => target.host().to_owned(),
            EngineAddress::Tcp { authority, .. } => {
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
            ["dockerd", "podman", "systemd"].contains(&name.as_str())
                && files::has_our_root(&*self.host.files, pid)
        })
    }

    /// The process that listens on the engine's socket, and its name.
    fn server(&self) -> Option<(i32, String)> {
        let pid = self.wire.as_ref()?.server()?;
        let name = self.host.files.read_text(Path::new(&format!("/proc/{pid}/comm")), 64).ok()?;
        Some((pid, name.trim_end().to_owned()))
    }

    fn run<T>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, EngineProblem>>,
    ) -> Result<T, EngineProblem> {
        self.runtime.block_on(async {
            tokio::time::timeout(limit, work).await.unwrap_or(Err(EngineProblem::Timeout))
        })
    }

    fn error(&self, problem: EngineProblem, doing: &'static str, name: &str) -> EngineError {
        self.error_after(problem, doing, name, self.timeout)
    }

    fn error_after(
        &self,
        problem: EngineProblem,
        doing: &'static str,
        name: &str,
        after: Duration,
    ) -> EngineError {
        let endpoint = Box::new(self.endpoint.clone());
        match problem {
            EngineProblem::Unreachable(why) => {
                EngineError::Unreachable { endpoint, why, others: self.others.clone() }
            }
            EngineProblem::Timeout => EngineError::Timeout { endpoint, after },
            EngineProblem::Status(404, _) if !name.is_empty() => EngineError::Gone { name: name.to_owned() },
            EngineProblem::Status(status, _) => EngineError::Server { status, doing },
            EngineProblem::Body(_) | EngineProblem::Garbled => EngineError::Garbled { doing },
        }
    }
}

/// An answer as JSON, also where the library knows less words than the engine.
async fn json<T: Serialize>(
    answer: impl Future<Output = Result<T, Library>>,
) -> Result<Value, EngineProblem> {
    match answer.await {
        Ok(typed) => serde_json::to_value(typed).map_err(|_| EngineProblem::Garbled),
        Err(error) => match EngineProblem::of(&error) {
            EngineProblem::Body(text) => serde_json::from_str(&text.0).map_err(|_| EngineProblem::Garbled),
            problem => Err(problem),
        },
    }
}

/// A client over connections that are made here.
fn over(wire: EngineWire, seconds: u64) -> Result<(Docker, Option<Arc<EngineWire>>), Unreachable> {
    let wire = Arc::new(wire);
    let carrier = Arc::clone(&wire);
    let transport = move |request: BollardRequest| {
        let wire = Arc::clone(&carrier);
        async move { wire.request(request).await }
    };
    let host = Some("http://localhost");
    Docker::connect_with_custom_transport(transport, host, seconds, API_DEFAULT_VERSION)
        .map(|docker| (docker, Some(wire)))
        .map_err(|_| Unreachable::Other)
}

fn client(
    files: &dyn Files,
    address: &EngineAddress,
    timeout: Duration,
) -> Result<(Docker, Option<Arc<EngineWire>>), Unreachable> {
    // The library counts in seconds, and only up to the headers; `run` limits the whole.
    let seconds = timeout.as_secs().saturating_add(1);
    let client = match address {
        EngineAddress::Unix(path) => {
            if let Err(error) = files.metadata(path) {
                return Err(Unreachable::of(error.kind()));
            }
            return over(EngineWire::to_socket(path), seconds);
        }
        EngineAddress::Ssh(target) => return over(EngineWire::over_ssh(target), seconds),
        EngineAddress::Tcp { authority, tls: None } => {
            Docker::connect_with_http(authority, seconds, API_DEFAULT_VERSION)
        }
        #[cfg(feature = "tls")]
        EngineAddress::Tcp { authority, tls: Some(tls) } => {
            Docker::connect_with_ssl(authority, &tls.key, &tls.cert, &tls.ca, seconds, API_DEFAULT_VERSION)
        }
        #[cfg(not(feature = "tls"))]
        EngineAddress::Tcp { tls: Some(_), .. } => return Err(Unreachable::Tls),
    };
    client.map(|docker| (docker, None)).map_err(|error| match EngineProblem::of(&error) {
        EngineProblem::Unreachable(why) => why,
        _ => Unreachable::Tls,
    })
}
