//! CD606

use crate::rules::support::proposals::Proposal;
use crate::rules::{Rule, RuleContext, Sink, exposure::dood_path_parity::sandbox_is_wanted};
use crate::{
    model::gateway_clients,
    text::{secret::Text, source::Place},
    vocabulary::{
        deployment::{Mount, MountKind, Role, repository},
        finding::{Confidence, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD606",
    name: "host-access",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the gateway's container can take over its host, and so can what its agents run",
    impact: Impact::Stranger,
    effect: "the container can take over the host",
    page: include_str!("../../../docs/rules/CD606.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

/// Sockets of engines: whoever writes to one starts a container with the host's files in it.
const SOCKETS: [&str; 3] = ["docker.sock", "containerd.sock", "podman.sock"];
/// Directories of the host that hold such sockets, or what the host starts from.
const OF_HOST: [&str; 8] = ["/", "/etc", "/proc", "/sys", "/dev", "/run", "/var/run", "/var/lib/docker"];
/// Capabilities that are as good as root on the host.
const STRONG: [&str; 5] = ["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE"];

/// A way from the container to the host.
struct Way {
    place: Option<Place>,
    key: &'static str,
    /// Goes on «service x …».
    what: String,
    label: &'static str,
    help: &'static str,
    severity: Severity,
}

impl Way {
    /// What is taken out altogether is tried; a narrower mount or a proxy is a choice.
    fn removal(&self, case: &RuleContext<'_>) -> Proposal {
        let is_removal = self.help.starts_with("take ");
        case.take_out(self.help, self.place.filter(|_| is_removal))
    }
}

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    let ways = if target.role == Role::Other {
        proxy(case).or_else(|| beside(case)).into_iter().collect()
    } else {
        ways(case)
    };
    for way in ways {
        findings.push(
            RULE.finding(format!("{} {}", case.subject(), way.what))
                .severity(way.severity)
                .confidence(if way.severity == Severity::Warning {
                    Confidence::High
                } else {
                    Confidence::Medium
                })
                .at(way.place, way.label)
                .propose(way.removal(case), &format!(", and {}", target.advice.recreate()))
                .key(way.key),
        );
    }
}

fn ways(case: &RuleContext<'_>) -> Vec<Way> {
    let deployment = &case.target.deployment;
    let mut ways = Vec::new();
    let mut add = |place, key, what: String, label, help, severity| {
        ways.push(Way { place, key, what, label, help, severity });
    };
    if let Some(privileged) = deployment.privileged.as_ref().filter(|p| p.value) {
        add(
            privileged.place,
            "privileged",
            "is privileged: whatever runs in it has the devices and the kernel of the host".to_owned(),
            "all of the host's devices",
            "take `privileged` out; a single device is given by `devices:`",
            Severity::Warning,
        );
    }
    if let Some(mount) = deployment.mounts.iter().find(|m| is_socket(m)) {
        // The sandboxes of agents are containers beside the gateway: it must be able to start them.
        let wanted = sandbox_is_wanted(case);
        let only_read = if mount.read_only { " (`:ro` changes nothing: it is a socket)" } else { "" };
        add(
            mount.place,
            "docker.sock",
            format!(
                "has the engine's socket{only_read}: whatever runs in it can start a container that has the whole host"
            ),
            "as good as root on the host",
            "take the socket out, or let a proxy in front of the socket pass only what is needed",
            if wanted { Severity::Info } else { Severity::Warning },
        );
    }
    if let Some(mount) = deployment.mounts.iter().find(|m| is_of_host(m)) {
        let source = mount.source.as_deref().unwrap_or_default().trim_end_matches('/');
        let severity = if mount.read_only { Severity::Info } else { Severity::Warning };
        let source = if source.is_empty() { "/" } else { source };
        add(
            mount.place,
            "host-directory",
            format!("has the host's {source} mounted at {}", mount.target),
            "a directory of the host's own",
            "mount only the folder that the agents work on",
            severity,
        );
    }
    if let Some(pid) = deployment.pid_mode.as_ref().filter(|p| p.value == "host") {
        add(
            pid.place,
            "pid",
            "sees every process of the host, with its arguments and its environment".to_owned(),
            "the host's processes",
            "take `pid: host` out",
            Severity::Warning,
        );
    }
    if let Some(capability) = deployment.cap_add.iter().find(|c| STRONG.contains(&c.value.as_str())) {
        add(
            capability.place,
            "cap_add",
            format!("is given the capability {}, which is as good as root on the host", capability.value),
            "a strong capability",
            "take it out of `cap_add`",
            Severity::Warning,
        );
    }
    let is_off = |option: &str| {
        matches!(option.replace('=', ":").as_str(), "seccomp:unconfined" | "apparmor:unconfined")
    };
    if let Some(option) = deployment.security_opt.iter().find(|o| is_off(o.value.trim())) {
        add(
            option.place,
            "security_opt",
            format!(
                "runs without a filter of the engine's ({}): every system call of the kernel is open to it",
                option.value.trim()
            ),
            "no filter",
            "take it out, or name a profile that allows what is missing",
            Severity::Info,
        );
    }
    if let Some(network) = deployment.network_mode.as_ref().filter(|n| n.value == "host") {
        add(
            network.place,
            "network_mode",
            "uses the host's network: it reaches every service that listens on the host's loopback"
                .to_owned(),
            "the host's network",
            "use a bridge network with published ports, unless this is meant",
            Severity::Info,
        );
    }
    if let Some(user) = deployment.user.as_ref().filter(|u| is_root(&u.value)) {
        add(
            user.place,
            "user",
            "runs as root, which OpenClaw's own image does not: what runs in it owns all files that are mounted".to_owned(),
            "root",
            // Another user has another home, where nothing is mounted.
            match case.target.facts.as_ref().is_some_and(|f| f.state_dir.starts_with("/root/")) {
                true => "mount the state at /home/node/.openclaw instead and take `user` out, or keep root for a container that nobody else's folders are mounted into",
                false => "take `user` out, or give the id of the user that owns the mounted folders",
            },
            Severity::Info,
        );
    }
    ways
}

/// What has the gateway's token or its state, and the engine's socket.
fn beside(case: &RuleContext<'_>) -> Option<Way> {
    let gateway = case.gateways().next()?;
    let mounts = &case.target.deployment.mounts;
    let socket = mounts.iter().find(|m| is_socket(m))?;
    let state = gateway.facts.as_ref().and_then(|f| gateway.deployment.mount_of(&f.state_dir));
    let state = state.and_then(|m| m.source.as_deref());
    let shares = state.is_some() && mounts.iter().any(|m| m.source.as_deref() == state);
    let carries = gateway_clients::carried(case.target, "TOKEN").is_some();
    (shares || carries).then(|| Way {
        place: socket.place,
        key: "docker.sock",
        what: format!(
            "has the engine's socket and {} of {}: who gets into it has the whole host",
            if shares { "the state" } else { "the token" },
            gateway.name
        ),
        label: "as good as root on the host",
        help: "let a proxy in front of the socket pass only what is needed",
        severity: Severity::Info,
    })
}

/// A proxy in front of the engine's socket that lets clients run commands or make containers.
fn proxy(case: &RuleContext<'_>) -> Option<Way> {
    case.gateways().next()?;
    let image = case.target.deployment.image.as_ref()?;
    let name = repository(&image.value);
    let has_socket = case.target.deployment.mounts.iter().any(is_socket);
    if !name.contains("socket-proxy") || !has_socket {
        return None;
    }
    let is_on = |name: &str| {
        let value = case.target.variable(name).and_then(|v| v.value()).map(Text::expose);
        value.is_some_and(|v| matches!(v.trim(), "1" | "true" | "yes"))
    };
    // All other sections are for reading (tecnativa/docker-socket-proxy, README "Access" at v0.3).
    let allowed = ["EXEC", "POST", "ALLOW_START"].iter().find(|name| is_on(name))?;
    let winner = case.target.variable(allowed)?.winner.as_ref()?;
    Some(Way {
        place: winner.place,
        key: "socket-proxy",
        what: format!(
            "passes requests of {allowed} on to the engine: who reaches the proxy can run commands in other containers, or make new ones"
        ),
        label: "more than reading",
        help: "turn off what is not needed, and put only the services that need it on its network",
        severity: Severity::Info,
    })
}

/// A bind of an engine's socket.
pub(crate) fn is_socket(mount: &Mount) -> bool {
    let ends = |path: &str| SOCKETS.iter().any(|socket| path.ends_with(socket));
    matches!(mount.kind, MountKind::Bind | MountKind::Other)
        && (mount.source.as_deref().is_some_and(ends) || ends(&mount.target))
}

fn is_of_host(mount: &Mount) -> bool {
    let source = mount.source.as_deref().filter(|_| mount.kind == MountKind::Bind);
    source.is_some_and(|source| {
        let path = source.trim_end_matches('/');
        OF_HOST.contains(&if path.is_empty() && source.starts_with('/') { "/" } else { path })
    })
}

fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("root" | "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_of_the_host() {
        let bind = |source: &str, target: &str| Mount {
            source: Some(source.to_owned()),
            ..Mount::new(MountKind::Bind, target)
        };
        assert!(is_socket(&bind("/var/run/docker.sock", "/var/run/docker.sock")));
        assert!(is_socket(&bind("/run/user/1000/podman/podman.sock", "/var/run/docker.sock")));
        assert!(is_of_host(&bind("/", "/host")) && is_of_host(&bind("/etc/", "/x")));
        assert!(
            !is_of_host(&bind("/etc/localtime", "/etc/localtime")) && !is_of_host(&bind("/srv/x", "/etc"))
        );
        assert!(!is_socket(&bind("/srv/x", "/x")));
    }

    #[test]
    fn root_by_name_and_number() {
        assert!(is_root("root") && is_root("0:0") && !is_root("1000:0") && !is_root(""));
    }
}
