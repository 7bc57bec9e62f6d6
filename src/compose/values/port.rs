//! The short syntax of `ports:`, docker/go-connections `nat/nat.go: ParsePortSpec`.

use std::net::IpAddr;

/// One published port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PortSpec {
    pub(crate) host_ip: Option<String>,
    /// A port, or a range to pick one from.
    pub(crate) published: Option<String>,
    pub(crate) target: u16,
    pub(crate) protocol: String,
}

/// Reads `[[host_ip:]published:]target[/protocol]`, where the two ports may be ranges.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse(spec: &str) -> Result<Vec<PortSpec>, &'static str> {
    let mut parts = spec.rsplitn(3, ':');
    let target = parts.next().unwrap_or_default();
    let published = parts.next().filter(|p| !p.is_empty());
    let host_ip = parts.next().map(str::to_owned).filter(|ip| !ip.is_empty());
    let (target, protocol) = match target.split_once('/') {
        Some((target, protocol)) if !protocol.is_empty() => (target, protocol.to_lowercase()),
        Some((target, _)) => (target, "tcp".to_owned()),
        None => (target, "tcp".to_owned()),
    };
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err("a port has an unknown protocol");
    }
    let host_ip = match host_ip {
        Some(ip) => {
            let bare = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(&ip).to_owned();
            bare.parse::<IpAddr>().map_err(|_| "a port has an invalid host address")?;
            Some(bare)
        }
        None => None,
    };
    if target.is_empty() {
        return Err("a port has no container port");
    }
    let targets = range(target).ok_or("a port has an invalid container port")?;
    let hosts = match published {
        Some(published) => Some(range(published).ok_or("a port has an invalid host port")?),
        None => None,
    };
    let single = targets.0 == targets.1;
    if let Some(hosts) = hosts
        && targets.1 - targets.0 != hosts.1 - hosts.0
        && !single
    {
        return Err("a port has ranges of different lengths");
    }
    let port = |target: u16| {
        let published = hosts.map(|(first, last)| match single && first != last {
            true => format!("{first}-{last}"),
            false => (first + (target - targets.0)).to_string(),
        });
        PortSpec { host_ip: host_ip.clone(), published, target, protocol: protocol.clone() }
    };
    Ok((targets.0..=targets.1).map(port).collect())
}

fn range(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_syntax() {
        let shown = |spec: &str| -> Result<Vec<String>, &'static str> {
            let line = |p: PortSpec| {
                let host = p.host_ip.unwrap_or_default();
                format!("{host}|{}|{}/{}", p.published.unwrap_or_default(), p.target, p.protocol)
            };
            Ok(parse(spec)?.into_iter().map(line).collect())
        };
        assert_eq!(shown("127.0.0.1:18789:18789").unwrap(), ["127.0.0.1|18789|18789/tcp"]);
        assert_eq!(shown("[::1]:1:2/udp").unwrap(), ["::1|1|2/udp"]);
        assert_eq!(shown("80").unwrap(), ["||80/tcp"]);
        assert_eq!(shown("1-2:3-4").unwrap(), ["|1|3/tcp", "|2|4/tcp"]);
        assert_eq!(shown("8000-8010:80").unwrap(), ["|8000-8010|80/tcp"]);
        assert!(shown("1-2:3-5").is_err());
        assert!(shown("x:1").is_err());
    }
}
