//! Where a command line connects to, and whether it would.
//!
//! `buildGatewayConnectionDetails` of openclaw 2026.9.6 (`connection-details`) and 2026.3.24
//! (`call`); in which release each part came is in [`super::behaviour`].

use crate::openclaw::{
    Model,
    read::environment::VariableLookup as _,
    release::behaviour::Plaintext,
    settings::{
        auth,
        network::{self, DEFAULT_PORT},
        precedence::{CandidateState, RankedCandidate, decide},
    },
};
use crate::{
    provenance::{
        Candidate, Layer, Reason, Shadowed,
        reason::{AddressFault, Mode},
    },
    syntax::node::NodeKind,
    text::secret::{Text, js_trim},
    vocabulary::setting::{Category, Consumer, Resolution, Setting},
    vocabulary::setting_key::SettingKey,
};
use std::net::IpAddr;

/// What [`look`] finds.
#[derive(Debug)]
pub struct Client {
    /// The setting `gateway.remote.url`, where something is said about it.
    pub setting: Option<Setting>,
    /// The address, also when it would be refused.
    pub address: Text,
}

const PATH: [&str; 3] = ["gateway", "remote", "url"];

/// The address of the command line of this container.
#[must_use]
pub fn look(model: &Model<'_>) -> Client {
    let remote = auth::is_remote(model);
    let mut ranked: Vec<RankedCandidate> = Vec::new();
    let flag = model.own_flag("--url").map(|url| RankedCandidate::new(CandidateState::Value(url)));
    ranked.extend(flag);
    for name in model.behaviour.credentials.client_url_variables {
        ranked.extend(RankedCandidate::variable(model.env.get(name)));
    }
    let configured = network::plain(model, &PATH);
    let mut ignored = Vec::new();
    let is_said = ranked.iter().any(|r| matches!(&r.offer, CandidateState::Value(c) if !c.is_blank()))
        || configured.is_some()
        || remote;
    match configured {
        Some(configured) if remote => ranked.push(configured),
        Some(RankedCandidate { offer: CandidateState::Value(c), .. }) => {
            ignored.push(Shadowed::new(c, Reason::ModeExcludes(Mode::NotRemote)));
        }
        _ => {}
    }
    let own = own_gateway(model);
    let named = ranked.iter().any(|r| !matches!(&r.offer, CandidateState::Value(c) if c.is_blank()));
    if remote && !named {
        // `ensureRemoteModeUrlConfigured`, which every release has.
        ignored.push(Shadowed::new(own.clone(), Reason::ModeExcludes(Mode::RemoteWithoutUrl)));
    } else {
        ranked.push(RankedCandidate::new(CandidateState::Value(own.clone())));
    }
    let view = decide(Consumer::Cli, ranked, ignored);
    let address = view.winner.as_ref().and_then(|w| w.value.clone());
    let address = address.or(own.value).unwrap_or_default();
    let has_cli = model.consumers().contains(&Consumer::Cli);
    let setting = (is_said && has_cli).then(|| Setting {
        key: SettingKey::RemoteUrl,
        variables: model.behaviour.credentials.client_url_variables.iter().map(|v| (*v).to_owned()).collect(),
        category: Category::Network,
        secret: false,
        views: vec![unless_refused(model, view)],
    });
    Client { setting, address }
}

/// The gateway of the same container.
fn own_gateway(model: &Model<'_>) -> Candidate {
    let port = network::port(model).views.into_iter().find(|v| v.consumer == Consumer::Cli);
    let port = port.and_then(|v| v.winner?.value);
    let tls =
        model.config.node(&["gateway", "tls", "enabled"]).is_some_and(|n| n.kind == NodeKind::Bool(true));
    let scheme = if tls { "wss" } else { "ws" };
    let url = format!("{scheme}://127.0.0.1:{}", port.as_ref().map_or(DEFAULT_PORT, |p| js_trim(p.expose())));
    Candidate::new(Layer::Default, "built-in default", None, url.into())
}

/// An address that the command line refuses is none.
fn unless_refused(model: &Model<'_>, mut view: Resolution) -> Resolution {
    let refused = view.winner.as_ref().and_then(|w| w.value.as_ref()).and_then(|url| {
        let asked = model.env.value("OPENCLAW_ALLOW_INSECURE_PRIVATE_WS") == Some("1");
        refusal(model.behaviour.network.plaintext, asked, js_trim(url.expose()))
    });
    let Some(fault) = refused else { return view };
    let lost = view.winner.take().into_iter().map(|url| Shadowed::new(url, Reason::AddressRefused(fault)));
    let ignored = lost.chain(view.losers).chain(view.ignored).collect();
    decide(view.consumer, Vec::new(), ignored)
}

/// Why the command line does not connect to an address; none when it does.
fn refusal(allowed: Plaintext, asked: bool, url: &str) -> Option<AddressFault> {
    let Some(at) = parse(url) else {
        return Some(AddressFault::NoWebSocket);
    };
    if allowed == Plaintext::Anywhere || at.tls || is_loopback(at.host) {
        return None;
    }
    let private = is_private(at.host);
    let local_name = at.host.trim_end_matches('.').ends_with(".local")
        || at.host.trim_end_matches('.').ends_with(".ts.net");
    let is_name = at.host.parse::<IpAddr>().is_err();
    let fits = (private
        && (asked && allowed >= Plaintext::PrivateOnRequest || allowed >= Plaintext::Private))
        || (local_name && allowed >= Plaintext::Private)
        || (is_name && asked && allowed >= Plaintext::NamesOnRequest);
    if fits {
        return None;
    }
    Some(match (is_name, allowed) {
        (true, Plaintext::NamesOnRequest | Plaintext::Private) => AddressFault::PlainName,
        (false, Plaintext::PrivateOnRequest | Plaintext::NamesOnRequest) if private => {
            AddressFault::PlainBeyondLoopback
        }
        _ => AddressFault::Plain,
    })
}

/// An address in its parts, the host in lower case as it is written otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GatewayAddress<'a> {
    /// It is encrypted.
    pub tls: bool,
    /// The host, without the brackets of IPv6.
    pub host: &'a str,
    /// The port.
    pub port: u16,
}

/// The parts of `ws://host:port/…`; none when it is something else.
#[must_use]
pub fn parse(url: &str) -> Option<GatewayAddress<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    let tls = match scheme.to_ascii_lowercase().as_str() {
        "wss" | "https" => true,
        "ws" | "http" => false,
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, after) = v6.split_once(']')?;
            (host, after.strip_prefix(':'))
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = match port {
        Some(port) if !port.is_empty() => port.parse().ok()?,
        _ => {
            if tls {
                443
            } else {
                80
            }
        }
    };
    (!host.is_empty()).then_some(GatewayAddress { tls, host, port })
}

/// This very machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// RFC 1918, CGNAT, link-local and their like in IPv6.
fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            ip.is_private() || ip.is_link_local() || ip.is_loopback() || (a == 100 && (64..128).contains(&b))
        }
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the trials with openclaw 2026.9.6, and what the code of other releases says.
    #[test]
    fn plain_addresses() {
        use Plaintext::{Anywhere, Loopback, NamesOnRequest, Private, PrivateOnRequest};
        for (allowed, asked, url, connects) in [
            (Anywhere, false, "ws://openclaw-gateway:18789", true),
            (Loopback, false, "ws://127.0.0.1:18789", true),
            (Loopback, false, "ws://localhost:18789", true),
            (Loopback, true, "ws://10.0.0.2:18789", false),
            (Loopback, false, "wss://claw.example.com", true),
            (PrivateOnRequest, false, "ws://10.0.0.2:18789", false),
            (PrivateOnRequest, true, "ws://10.0.0.2:18789", true),
            (PrivateOnRequest, true, "ws://openclaw-gateway:18789", false),
            (NamesOnRequest, true, "ws://openclaw-gateway:18789", true),
            (NamesOnRequest, true, "ws://8.8.8.8:18789", false),
            (NamesOnRequest, false, "ws://openclaw-gateway:18789", false),
            (Private, false, "ws://172.18.0.2:18789", true),
            (Private, false, "ws://100.100.1.2:18789", true),
            (Private, false, "ws://claw.ts.net:18789", true),
            (Private, false, "ws://openclaw-gateway:18789", false),
            (Private, false, "ws://host.docker.internal:18789", false),
            (Private, true, "ws://openclaw-gateway:18789", true),
            (Private, true, "ws://8.8.8.8:18789", false),
            (Private, true, "openclaw-gateway:18789", false),
        ] {
            assert_eq!(refusal(allowed, asked, url).is_none(), connects, "{allowed:?} {asked} {url}");
        }
    }

    #[test]
    fn addresses() {
        let parts = |url| parse(url).map(|a| (a.tls, a.host, a.port));
        assert_eq!(parts("ws://h:1/x"), Some((false, "h", 1)));
        assert_eq!(parts("WSS://u:p@h?q"), Some((true, "h", 443)));
        assert_eq!(parts("ws://[::1]:5"), Some((false, "::1", 5)));
        for wrong in ["", "h:1", "ftp://h", "ws://", "ws://h:x", "ws://[::1"] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
