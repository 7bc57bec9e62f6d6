//! An engine behind SSH, as the docker command reaches it: `ssh HOST docker system dial-stdio`, whose standard
//! input and output are the connection (docker/cli `cli/connhelper`, `commandconn`). The user's own ssh does
//! it, with its keys, agent and configuration.
#![expect(clippy::disallowed_methods, reason = "the one program that is run: the user's ssh")]

use super::{error::Unreachable, ssh_target::SshTarget};
use std::{
    fmt,
    io::{self, Read as _},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long ssh may take to say why it ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Most of what it says is looked at.
const SAID: u64 = 4096;

/// The connections of one engine behind SSH.
pub(super) struct SshCarrier {
    target: SshTarget,
    running: Mutex<Vec<Child>>,
}

impl SshCarrier {
    pub(super) fn new(target: &SshTarget) -> Self {
        Self { target: target.clone(), running: Mutex::default() }
    }

    /// Starts one; the other end of its standard input and output.
    pub(super) fn connect(&self) -> io::Result<UnixStream> {
        let (ours, its) = UnixStream::pair()?;
        let its_input: OwnedFd = its.try_clone()?.into();
        let its_output: OwnedFd = its.into();
        let child = Command::new("ssh")
            .args(self.target.words())
            .stdin(Stdio::from(its_input))
            .stdout(Stdio::from(its_output))
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => io::Error::other(SshFailure(Unreachable::NoSsh)),
                _ => error,
            })?;
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push(child);
        ours.set_nonblocking(true)?;
        Ok(ours)
    }

    /// Why a connection ended without an answer, where one of them has ended and said so.
    pub(super) fn failure(&self) -> Option<io::Error> {
        let until = Instant::now() + LAST_WORDS;
        loop {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = running.iter_mut().position(|child| matches!(child.try_wait(), Ok(Some(_))));
            if let Some(at) = ended {
                let mut child = running.swap_remove(at);
                let mut said = Vec::new();
                if let Some(errors) = child.stderr.take() {
                    let _ = errors.take(SAID).read_to_end(&mut said);
                }
                let _ = child.wait();
                let why = SshFailure(Unreachable::said_by_ssh(&String::from_utf8_lossy(&said)));
                return Some(io::Error::other(why));
            }
            drop(running);
            if Instant::now() >= until {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The engine was asked for the last time.
impl Drop for SshCarrier {
    fn drop(&mut self) {
        let running = self.running.get_mut().unwrap_or_else(PoisonError::into_inner);
        for child in running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Why ssh ended; nothing of what it said.
#[derive(Debug)]
pub(super) struct SshFailure(pub(super) Unreachable);

impl fmt::Display for SshFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SshFailure {}

impl Unreachable {
    /// By the words of OpenSSH, of shells and of docker, of which nothing is repeated.
    fn said_by_ssh(said: &str) -> Self {
        let has = |words: &str| said.contains(words);
        if has("Host key verification failed") {
            Self::HostKey
        } else if has("Permission denied") && has("docker.sock") {
            Self::Denied
        } else if has("Permission denied") || has("Too many authentication failures") {
            Self::SshDenied
        } else if has("Could not resolve hostname") {
            Self::UnknownHost
        } else if has("Connection refused") || has("Connection timed out") || has("No route to host") {
            Self::Refused
        } else if has("command not found") || has("not found") {
            Self::NoDockerThere
        } else {
            Self::Dropped
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons() {
        for (said, why) in [
            ("me@nas: Permission denied (publickey).", Unreachable::SshDenied),
            ("Host key verification failed.", Unreachable::HostKey),
            ("bash: line 1: docker: command not found", Unreachable::NoDockerThere),
            ("ssh: Could not resolve hostname x: Name or service not known", Unreachable::UnknownHost),
        ] {
            assert_eq!(Unreachable::said_by_ssh(said), why);
        }
    }
}
