//! The address of an engine behind SSH, and what ssh is told.

use std::fmt;

/// Whom ssh is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct SshTarget {
    user: Option<String>,
    host: String,
    port: Option<u16>,
    /// The engine's socket there; the default one without it.
    socket: Option<String>,
}

/// Without the user.
impl fmt::Display for SshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ssh://{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))?;
        f.write_str(self.socket.as_deref().unwrap_or_default())
    }
}

impl fmt::Debug for SshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SshTarget {
    /// `[USER@]HOST[:PORT][/SOCKET]` (docker/cli `cli/connhelper/ssh`).
    ///
    /// # Errors
    /// A phrase free of the address.
    pub(super) fn parse(rest: &str) -> Result<Self, &'static str> {
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err("holds a password, which ssh takes from nobody but you");
        }
        let (host, port) = match host.strip_prefix('[') {
            Some(ipv6) => {
                let (host, after) = ipv6.split_once(']').ok_or("is not a host and a port")?;
                (host, after.strip_prefix(':'))
            }
            None => host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port))),
        };
        let is_plain = |text: &str, also: &str| {
            text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
                && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
        };
        let port = port.filter(|port| !port.is_empty()).map(str::parse).transpose();
        let (true, Ok(port)) = (is_plain(host, "-._:%"), port) else {
            return Err("is not a host and a port");
        };
        if user.is_some_and(|user| !is_plain(user, "-._+\\")) {
            return Err("has a user name that ssh would take for an option");
        }
        let socket = Some(path).filter(|path| path.len() > 1);
        if socket.is_some_and(|path| !path.chars().all(|c| c.is_ascii_alphanumeric() || "/-._".contains(c))) {
            return Err("holds a path that is no socket's");
        }
        Ok(Self {
            user: user.map(str::to_owned),
            host: host.to_owned(),
            port,
            socket: socket.map(str::to_owned),
        })
    }

    /// The host, or its name in ssh's configuration.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The words behind `ssh`.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = ["-o", "ConnectTimeout=30", "-T"].map(str::to_owned).to_vec();
        if let Some(user) = &self.user {
            words.extend(["-l".to_owned(), user.clone()]);
        }
        if let Some(port) = self.port {
            words.extend(["-p".to_owned(), port.to_string()]);
        }
        words.extend(["--".to_owned(), self.host.clone(), "docker".to_owned()]);
        if let Some(socket) = &self.socket {
            words.extend(["--host".to_owned(), format!("unix://{socket}")]);
        }
        words.extend(["system", "dial-stdio"].map(str::to_owned));
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_docker_command() {
        for (address, words) in [
            ("nas", "-o ConnectTimeout=30 -T -- nas docker system dial-stdio"),
            (
                "me@10.0.0.2:2222",
                "-o ConnectTimeout=30 -T -l me -p 2222 -- 10.0.0.2 docker system dial-stdio",
            ),
            (
                "me@nas/run/user/1000/docker.sock",
                "-o ConnectTimeout=30 -T -l me -- nas docker --host unix:///run/user/1000/docker.sock system dial-stdio",
            ),
            ("[fe80::1%eth0]:22", "-o ConnectTimeout=30 -T -p 22 -- fe80::1%eth0 docker system dial-stdio"),
        ] {
            assert_eq!(SshTarget::parse(address).expect(address).words().join(" "), words);
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for address in ["", "-oProxyCommand=x", "u:p@h", "-l@h", "h:x", "h/$(x)", "h;x"] {
            assert!(SshTarget::parse(address).is_err(), "{address}");
        }
    }
}
