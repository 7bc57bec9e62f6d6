//! What the client library's errors mean. The only place that reads the texts they carry, which
//! may hold the environment of a container; nothing of them goes further.

use super::{Unreachable, ssh::SshFailure};
use bollard::errors::Error as Library;
use std::{error::Error, fmt, io};

/// An error of the library, without the texts that it carries.
#[derive(Debug)]
pub(super) enum EngineProblem {
    Unreachable(Unreachable),
    Timeout,
    Status(u16, Says),
    Body(ProblemBody),
    Garbled,
}

/// An answer that the library did not understand; it may hold secrets.
pub(super) struct ProblemBody(pub(super) String);

impl fmt::Debug for ProblemBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// What the engine's message says, of what matters here (engine 20.10.24).
#[derive(Debug)]
pub(super) enum Says {
    SeveralIds,
    NotADirectory,
    TooManyLinks,
    NotRunning,
    Else,
}

impl Says {
    fn of(message: &str) -> Self {
        let has = |words: &str| message.contains(words);
        if has("multiple IDs found with provided prefix") || has("more than one result for container") {
            Self::SeveralIds
        } else if has("not a directory") {
            Self::NotADirectory
        } else if has("too many links") || has("too many levels of symbolic links") {
            Self::TooManyLinks
        } else if has("is not running") || has("is paused") || has("can only create exec sessions on running")
        {
            Self::NotRunning
        } else {
            Self::Else
        }
    }
}

impl EngineProblem {
    pub(super) fn of(error: &Library) -> Self {
        match error {
            Library::DockerResponseServerError { status_code, message } => {
                Self::Status(*status_code, Says::of(message))
            }
            Library::JsonDataError { contents, .. } => Self::Body(ProblemBody(contents.clone())),
            Library::RequestTimeoutError => Self::Timeout,
            Library::SocketNotFoundError(_) => Self::Unreachable(Unreachable::Absent),
            Library::HyperLegacyError { .. } => Self::Unreachable(Unreachable::in_chain(error.source())),
            Library::HyperResponseError { err } => Self::Unreachable(Unreachable::in_chain(Some(err))),
            Library::IOError { err } => Self::Unreachable(Unreachable::in_chain(Some(err))),
            _ => Self::Garbled,
        }
    }
}

impl Unreachable {
    pub(super) fn of(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::NotFound => Self::Absent,
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
                Self::Dropped
            }
            // The TLS library reports what it does not understand so.
            io::ErrorKind::InvalidData => Self::Tls,
            _ => Self::Other,
        }
    }

    /// Looks for the system's error behind the library's; of the texts in between only fixed ones
    /// of the HTTP and TLS libraries are looked at.
    fn in_chain(mut source: Option<&(dyn Error + 'static)>) -> Self {
        while let Some(cause) = source {
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                let inner = io.get_ref().and_then(|inner| inner.downcast_ref::<SshFailure>());
                if let Some(SshFailure(why)) = inner {
                    return *why;
                }
                match Self::of(io.kind()) {
                    Self::Other => {}
                    known => return known,
                }
            }
            let words = cause.to_string();
            if words.starts_with("dns error") {
                return Self::UnknownHost;
            }
            let tls = ["invalid peer certificate", "received corrupt message", "received fatal alert"];
            if tls.iter().any(|start| words.starts_with(start)) {
                return Self::Tls;
            }
            if words.starts_with("invalid HTTP") {
                return Self::Protocol;
            }
            if words.starts_with("connection closed before message completed") {
                return Self::Dropped;
            }
            source = cause.source();
        }
        Self::Other
    }
}
