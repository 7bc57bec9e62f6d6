//! CD511

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    openclaw::{read::command::OpenClawCommand, release::number::Release},
    provenance::{Candidate, Layer},
    text::secret::Text,
    vocabulary::{
        deployment::{Healthcheck, Role},
        finding::{Confidence, Finding, Impact, Severity},
        setting::{Consumer, Setting, State},
        setting_key::SettingKey,
    },
};
use std::net::{IpAddr, Ipv4Addr};

pub(crate) static RULE: Rule = Rule {
    id: "CD511",
    name: "proxy-takes-local",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "requests to a model server next to the gateway, or of its health check, go to the proxy",
    impact: Impact::Reach,
    effect: "local requests go to the proxy",
    page: include_str!("../../../docs/rules/CD511.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// The release whose requests were watched; what earlier ones do was not tried.
const TRIED: Release = Release::new(2026, 9, 6);

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if case.target.role != Role::Gateway {
        return;
    }
    findings.extend(to_models(case));
    findings.extend(health_check(case));
}

/// OpenClaw's proxy rules make no exception for loopback (openclaw 2026.9.6, `proxy-env`, watched with
/// a local proxy); a managed proxy (`proxy.proxyUrl`) goes by rules of its own.
fn to_models(case: &RuleContext<'_>) -> Vec<Finding> {
    let target = case.target;
    if is_set(case, "proxy.proxyUrl").is_some() {
        return Vec::new();
    }
    let tried = target.openclaw.as_ref().and_then(|v| Release::parse(&v.version)).is_none_or(|r| r >= TRIED);
    let mut findings = Vec::new();
    let of_models = |s: &&Setting| matches!(s.key, SettingKey::ProviderBaseUrl(_));
    for setting in target.settings.iter().filter(of_models) {
        let winner = target.view(&setting.key, &Consumer::Gateway).and_then(|v| v.winner.as_ref());
        let Some(winner) = winner.filter(|w| w.layer != Layer::Default) else { continue };
        let Some(address) = winner.value.as_ref().and_then(|v| ProxiedAddress::of(v.expose())) else {
            continue;
        };
        // A proxy for HTTP is one for HTTPS too, where that has none of its own.
        let of_tls = is_set(case, "HTTPS_PROXY").filter(|_| address.is_tls);
        let Some(proxy) = of_tls.or_else(|| is_set(case, "HTTP_PROXY")) else { continue };
        let of_proxy = proxy.value.as_ref().and_then(|v| ProxiedAddress::of(v.expose()));
        if !address.is_local() || excepted(case, &address) || of_proxy.is_some_and(|p| p.host == address.host)
        {
            continue;
        }
        let finding = RULE
            .finding(format!(
                "requests to {} go to the proxy of {}, which {}",
                setting.name(),
                proxy.name,
                address.not_reached()
            ))
            .at(proxy.place, "takes these requests too")
            .and(winner.place, "the address of the model server")
            .help(help(case, &address))
            .key(&setting.key);
        findings.push(if tried { finding } else { finding.confidence(Confidence::Medium) });
    }
    findings
}

/// `curl` looks at the lower-case variable only, `wget` too.
fn health_check(case: &RuleContext<'_>) -> Option<Finding> {
    let check: &Healthcheck = case.target.deployment.healthcheck.as_ref()?;
    let words = OpenClawCommand::of_healthcheck(check);
    let name = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let client = words.words().map(name).find(|word| word == "curl" || word == "wget")?;
    if words.words().any(|w| w.starts_with("--noproxy") || w.starts_with("--no-proxy")) {
        return None;
    }
    let address = words.words().filter_map(ProxiedAddress::of).find(|a| a.is_loopback() && !a.is_tls)?;
    let proxy = case.target.variable("http_proxy")?.winner.as_ref().filter(|w| !w.is_blank())?;
    // curl takes either spelling for the exceptions.
    let excepts = |name: &str| {
        let value = case.target.variable(name).and_then(|v| v.value()).map_or("", Text::expose);
        matches(value, &address)
    };
    if excepts("no_proxy") || excepts("NO_PROXY") {
        return None;
    }
    Some(
        RULE.finding(format!(
            "the health check of {} asks the proxy: {client} uses http_proxy for {} too",
            case.subject(),
            address.host
        ))
        .confidence(Confidence::Medium)
        .at(check.place, "goes to the proxy")
        .and(proxy.place, "this one")
        .help(help(case, &address))
        .key("http_proxy"),
    )
}

fn help(case: &RuleContext<'_>, address: &ProxiedAddress) -> String {
    let own = if address.is_loopback() {
        "localhost,127.0.0.1".to_owned()
    } else {
        format!("localhost,127.0.0.1,{}", address.host)
    };
    format!(
        "set both NO_PROXY and no_proxy to `{own}` (and what else is near) in {}, and {}",
        case.target.advice.environment(),
        case.target.advice.recreate()
    )
}

fn is_set<'a>(case: &'a RuleContext<'_>, setting: &str) -> Option<&'a Candidate> {
    let view = case.target.view(&setting.into(), &Consumer::Gateway)?;
    view.winner.as_ref().filter(|_| view.state == State::Set)
}

fn excepted(case: &RuleContext<'_>, address: &ProxiedAddress) -> bool {
    let list = is_set(case, "NO_PROXY").and_then(|c| c.value.as_ref());
    list.is_some_and(|list| matches(list.expose(), address))
}

/// Where a request goes.
#[derive(Debug)]
struct ProxiedAddress {
    is_tls: bool,
    host: String,
    port: u16,
}

impl ProxiedAddress {
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let is_tls = matches!(scheme, "https" | "wss");
        let authority = rest.split(['/', '?', '#']).next()?;
        let authority = authority.rsplit('@').next()?;
        let (host, port) = match authority.strip_prefix('[') {
            Some(v6) => {
                let (host, rest) = v6.split_once(']')?;
                (host, rest.strip_prefix(':'))
            }
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            Some(port) => port.parse().ok()?,
            None if is_tls => 443,
            None => 80,
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        (!host.is_empty()).then_some(Self { is_tls, host, port })
    }

    fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.ip().is_some_and(|ip| ip.is_loopback())
    }

    /// Nothing outside of this host or its network knows the name or the address.
    fn is_local(&self) -> bool {
        let private = |ip: IpAddr| match ip {
            IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
        };
        let name = self.host.as_str();
        self.is_loopback()
            || self.ip().is_some_and(private)
            || (self.ip().is_none()
                && (!name.contains('.') || name == "host.docker.internal" || name.ends_with(".local")))
    }

    /// Goes on «the proxy, which …».
    fn not_reached(&self) -> &'static str {
        if self.is_loopback() {
            "looks for the server on its own loopback"
        } else {
            "may not know the server, as its name or address is of this network only"
        }
    }
}

/// The entries of `NO_PROXY`: names with their subdomains, `host:port`, networks, `*`
/// (`matchesNoProxy` of `proxy-env`, openclaw 2026.9.6).
fn matches(list: &str, address: &ProxiedAddress) -> bool {
    if list.trim() == "*" {
        return true;
    }
    list.split([',', ' ', '\t', '\n']).map(|e| e.trim().to_ascii_lowercase()).filter(|e| !e.is_empty()).any(
        |entry| {
            let (host, port) = match entry.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
                Some((host, rest)) => (host.to_owned(), rest.strip_prefix(':').map(str::to_owned)),
                None if entry.matches(':').count() == 1 => {
                    let (host, port) = entry.split_once(':').unwrap_or((&entry, ""));
                    (host.to_owned(), Some(port.to_owned()))
                }
                None => (entry.clone(), None),
            };
            if port.is_some_and(|port| port != address.port.to_string()) {
                return false;
            }
            let host = host.trim_start_matches('*').trim_start_matches('.').trim_end_matches('.');
            let subdomain = || address.host.strip_suffix(host).is_some_and(|rest| rest.ends_with('.'));
            !host.is_empty() && (address.host == host || subdomain() || is_in_network(address, host))
        },
    )
}

/// `10.0.0.0/8`, `192.168.*`
fn is_in_network(address: &ProxiedAddress, entry: &str) -> bool {
    let Some(IpAddr::V4(ip)) = address.ip() else { return false };
    if let Some((network, bits)) = entry.split_once('/') {
        let (Ok(network), Ok(bits)) = (network.parse::<Ipv4Addr>(), bits.parse::<u32>()) else {
            return false;
        };
        let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
        return bits <= 32 && ip.to_bits() & mask == network.to_bits() & mask;
    }
    let octets = ip.octets().map(|o| o.to_string());
    let wanted: Vec<&str> = entry.split('.').collect();
    entry.contains('*')
        && wanted.len() <= 4
        && wanted.iter().zip(&octets).all(|(want, octet)| *want == "*" || want == octet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> ProxiedAddress {
        ProxiedAddress::of(url).unwrap()
    }

    #[test]
    fn addresses_of_this_network() {
        for url in [
            "http://127.0.0.1:11434/v1",
            "http://ollama:11434",
            "http://host.docker.internal:11434",
            "http://192.168.1.5",
            "http://[::1]:8080",
        ] {
            assert!(address(url).is_local(), "{url}");
        }
        for url in ["https://api.anthropic.com", "https://8.8.8.8", "https://user:x@example.org/v1"] {
            assert!(!address(url).is_local(), "{url}");
        }
        assert!(ProxiedAddress::of("not a url").is_none());
    }

    #[test]
    fn exceptions() {
        let ollama = address("http://ollama:11434");
        assert!(
            matches("localhost, ollama", &ollama)
                && matches("*", &ollama)
                && matches("ollama:11434", &ollama)
        );
        assert!(!matches("ollama:80", &ollama) && !matches("", &ollama) && !matches("llama", &ollama));
        let private = address("http://192.168.1.5");
        assert!(matches("192.168.0.0/16", &private) && matches("192.168.*", &private));
        assert!(!matches("10.0.0.0/8", &private));
        let name = address("https://a.corp.example");
        assert!(
            matches(".corp.example", &name)
                && matches("*.corp.example", &name)
                && matches("corp.example", &name)
        );
    }
}
