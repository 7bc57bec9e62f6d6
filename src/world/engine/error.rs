//! Why the engine gave no answer, in words of our own: the engine's own texts, and those of the
//! client library, can hold the environment of a container or an address with a password.

use crate::world::engine::{
    container::ContainerSummary,
    docker_host::{Endpoint, EngineAddress, HostError},
};
use std::{fmt, path::PathBuf, time::Duration};

/// Why the engine gave no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EngineError {
    /// No engine could be chosen.
    Host(HostError),
    /// Nothing answers there.
    Unreachable {
        /// Where.
        endpoint: Box<Endpoint>,
        /// What happened.
        why: Unreachable,
        /// Sockets of other engines that are there.
        others: Vec<PathBuf>,
    },
    /// It took longer than `--timeout`.
    Timeout {
        /// Where.
        endpoint: Box<Endpoint>,
        /// How long was waited.
        after: Duration,
    },
    /// That cannot be the name of a container.
    BadName {
        /// What was asked for, made fit for a terminal.
        name: String,
    },
    /// No container and no compose service is called that.
    NotFound {
        /// What was asked for.
        name: String,
        /// Containers that were perhaps meant.
        candidates: Vec<FoundSocket>,
    },
    /// Several containers answer to that.
    Ambiguous {
        /// What was asked for.
        name: String,
        /// All of them.
        candidates: Vec<FoundSocket>,
    },
    /// A container is gone, or an image.
    Gone {
        /// Its name or id.
        name: String,
    },
    /// The container does not run, so nothing can be run in it.
    NotRunning {
        /// Its name or id.
        name: String,
    },
    /// The engine answered with an error.
    Server {
        /// HTTP status.
        status: u16,
        /// What it was asked to do, a phrase.
        doing: &'static str,
    },
    /// The engine answered with something that is no answer.
    Garbled {
        /// What it was asked to do, a phrase.
        doing: &'static str,
    },
    /// Something of ours failed.
    Internal(&'static str),
}

/// How an engine cannot be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreachable {
    /// There is no such socket.
    Absent,
    /// Nobody listens.
    Refused,
    /// This user may not use the socket.
    Denied,
    /// The host name leads nowhere.
    UnknownHost,
    /// The connection ended before there was an answer.
    Dropped,
    /// The two sides do not speak the same protocol.
    Protocol,
    /// TLS failed.
    Tls,
    /// There is no ssh here.
    NoSsh,
    /// ssh does not know the host's key, or knows another one.
    HostKey,
    /// The other machine lets nobody in with these keys.
    SshDenied,
    /// There is no docker on the other machine, or it is not on the PATH there.
    NoDockerThere,
    /// Anything else.
    Other,
}

/// A container that a message names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundSocket {
    /// Its name.
    pub name: String,
    /// The full id.
    pub id: String,
    /// Its compose project and service.
    pub service: Option<(String, String)>,
    /// `running`, `exited` …
    pub state: String,
}

impl From<&ContainerSummary> for FoundSocket {
    fn from(summary: &ContainerSummary) -> Self {
        let labels = &summary.labels;
        let service = labels.project().zip(labels.service());
        Self {
            name: summary.name.clone(),
            id: summary.id.clone(),
            service: service.map(|(project, service)| (project.to_owned(), service.to_owned())),
            state: summary.state.clone(),
        }
    }
}

/// `openclaw-gateway-1 (abc012345678, service gateway of openclaw, running)`
impl fmt::Display for FoundSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.name, self.id.get(..12).unwrap_or(&self.id))?;
        if let Some((project, service)) = &self.service {
            write!(f, ", service {} of {}", service.escape_debug(), project.escape_debug())?;
        }
        write!(f, ", {})", self.state.escape_debug())
    }
}

impl From<HostError> for EngineError {
    fn from(error: HostError) -> Self {
        Self::Host(error)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(error) => error.fmt(f),
            Self::Unreachable { endpoint, why, .. } => {
                write!(f, "no Docker engine answers at {} ", endpoint.address)?;
                write!(f, "(chosen by {}): {why}", endpoint.chosen_by)
            }
            Self::Timeout { endpoint, after } => {
                write!(f, "the Docker engine at {} ", endpoint.address)?;
                write!(f, "(chosen by {}) ", endpoint.chosen_by)?;
                write!(f, "did not answer within {} s", after.as_secs_f64())
            }
            Self::BadName { name } => write!(f, "\"{name}\" cannot be the name of a container"),
            Self::NotFound { name, .. } => write!(f, "no container or compose service is called \"{name}\""),
            Self::Ambiguous { name, candidates } => {
                write!(f, "\"{name}\" may mean any of {} containers", candidates.len())
            }
            Self::Gone { name } => write!(f, "{name} is no longer there"),
            Self::NotRunning { name } => write!(f, "{name} is not running, so nothing can be run in it"),
            Self::Server { status, doing } => {
                write!(f, "the Docker engine answered with an error (HTTP {status}) when asked to {doing}")
            }
            Self::Garbled { doing } => {
                write!(f, "the Docker engine gave an answer that makes no sense when asked to {doing}")
            }
            Self::Internal(what) => f.write_str(what),
        }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "there is no such socket",
            Self::Refused => "connection refused",
            Self::Denied => "permission denied",
            Self::UnknownHost => "the host name cannot be resolved",
            Self::Dropped => "the connection ended without an answer",
            Self::Protocol => "what answers is not a Docker engine, or wants TLS",
            Self::Tls => "TLS failed",
            Self::NoSsh => "there is no ssh here",
            Self::HostKey => "ssh does not know the host's key",
            Self::SshDenied => "ssh is not let in",
            Self::NoDockerThere => "there is no docker on that machine",
            Self::Other => "the connection failed",
        })
    }
}

impl std::error::Error for EngineError {}

impl EngineError {
    /// What to do about it, one line each.
    #[must_use]
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Host(error) => vec![error.advice()],
            Self::Unreachable { endpoint, why, others } => unreachable(endpoint, *why, others),
            Self::Timeout { .. } => vec!["`--timeout SECONDS` waits longer".into()],
            Self::BadName { .. } => {
                vec!["a name begins with a letter or digit and goes on with those, `_`, `.` and `-`".into()]
            }
            Self::NotFound { candidates, .. } if candidates.is_empty() => {
                vec!["`docker ps --all` lists every container; `clawdock lint` needs none".into()]
            }
            Self::NotFound { candidates, .. } => {
                candidates.iter().map(|found| format!("perhaps {found}")).collect()
            }
            Self::Ambiguous { candidates, .. } => candidates.iter().map(ToString::to_string).collect(),
            Self::NotRunning { name } => vec![format!("`docker start {name}` starts it")],
            Self::Server { status: 500.., .. } => {
                vec!["the engine's own log says more".into()]
            }
            Self::Server { status: 401 | 403, .. } => {
                vec!["something in front of the engine, such as a socket proxy, does not allow this".into()]
            }
            Self::Server { status: 404, .. } => vec!["is it a Docker engine that answers there?".into()],
            Self::Garbled { .. } => vec!["is there a proxy in front of the engine?".into()],
            Self::Gone { .. } | Self::Server { .. } | Self::Internal(_) => Vec::new(),
        }
    }
}

fn unreachable(endpoint: &Endpoint, why: Unreachable, others: &[PathBuf]) -> Vec<String> {
    let mut advice = Vec::new();
    match (&endpoint.address, why) {
        (EngineAddress::Unix(path), Unreachable::Denied) => advice.push(format!(
            "run it with sudo, or join the group that owns {}: `sudo usermod -aG docker $USER`, then log in again",
            path.display()
        )),
        (EngineAddress::Unix(_), Unreachable::Absent | Unreachable::Refused) => {
            advice.push("is the engine running? `sudo service docker start`".into());
        }
        (EngineAddress::Tcp { tls: None, .. }, Unreachable::Protocol | Unreachable::Dropped) => {
            advice.push("if the engine wants TLS, set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH".into());
        }
        (EngineAddress::Tcp { tls: Some(_), .. }, Unreachable::Tls | Unreachable::Protocol) => {
            advice.push("check that the port speaks TLS and that ca.pem signed its certificate".into());
        }
        (EngineAddress::Ssh(_), Unreachable::NoSsh) => {
            advice.push("install OpenSSH's client, or forward the socket and pass `--host unix:///path/to/it`".into());
        }
        (EngineAddress::Ssh(target), why) => {
            advice.push(match why {
                Unreachable::HostKey => {
                    "connect once by hand (`ssh HOST true`) and compare the key that it shows".to_owned()
                }
                Unreachable::NoDockerThere => {
                    "docker has to be on the PATH of a command that ssh runs there: `ssh HOST docker version`".to_owned()
                }
                _ => "`ssh HOST docker system dial-stdio` has to work without a question: use a key and an agent".to_owned(),
            }.replace("HOST", target.host()));
        }
        _ => advice.push("`docker version` shows whether docker itself reaches it".into()),
    }
    advice
        .extend(others.iter().map(|socket| format!("another engine: `--host unix://{}`", socket.display())));
    advice
}
