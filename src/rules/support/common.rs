//! What several rules ask in the same way.

use crate::rules::RuleContext;
use crate::{
    model::target::{Target, TargetKind},
    openclaw::settings::network::DEFAULT_PORT,
    provenance::{Candidate, Layer, StepKind},
    text::{
        secret::{Text, js_trim},
        source::{Language, Place, Source, SourceId},
    },
    vocabulary::{
        deployment::{HostSide, Port, Role},
        setting::{Category, Consumer, Setting, State},
        setting_key::SettingKey,
    },
};
use std::collections::BTreeSet;

/// The names of `$NAME` and `${NAME…}` in what is written in a compose file or a dotenv file; `$$`
/// is a dollar.
pub(crate) fn variables_in(written: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = written;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let name = rest.strip_prefix('{').unwrap_or(rest);
        let length = name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        if length > 0 && !name.starts_with(|c: char| c.is_ascii_digit()) {
            names.push(&name[..length]);
        }
    }
    names
}

/// The host's side of a mount or port as it is written: what is before the last colon that is not
/// inside of `${…}`, or the line of the long syntax that has it.
pub(crate) fn host_part<'a>(written: &'a str, key: &str) -> &'a str {
    if let Some(line) = written.lines().find(|line| line.trim_start().starts_with(key)) {
        return line.split_once(':').map_or(line, |(_, value)| value.trim());
    }
    let mut depth = 0_u32;
    let mut last = 0;
    for (at, c) in written.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => last = at,
            _ => {}
        }
    }
    written[..last].trim_start_matches(['"', '\''])
}

/// The numbers of a port or of a range of ports.
pub(crate) fn port_range(text: &str) -> Option<std::ops::RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// The container port that a gateway listens on; none when that cannot be known.
pub(crate) fn listens_on(gateway: &Target) -> Option<u16> {
    let view = gateway.view(&SettingKey::GatewayPort, &Consumer::Gateway)?;
    let Some(winner) = &view.winner else { return DEFAULT_PORT.parse().ok() };
    winner.value.as_ref().map(Text::expose)?.trim().parse().ok()
}

/// The port is a TCP port that leads to the container port.
pub(crate) fn leads_to(port: &Port, container_port: u16) -> bool {
    port.protocol == "tcp" && port_range(&port.target).is_some_and(|range| range.contains(&container_port))
}

/// The name of a path's last step.
pub(crate) fn last_step(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Directories that OpenClaw and its earlier names keep their state in.
pub(crate) const STATE_NAMES: [&str; 4] = [".openclaw", ".clawdbot", ".moltbot", ".moldbot"];

/// A base URL that requests go to.
#[derive(Clone, Copy)]
pub(crate) struct BaseUrl<'a> {
    /// The setting: `models.providers.openai.baseUrl`, or the variable of a tool.
    pub(crate) setting: &'a Setting,
    /// What gives it.
    pub(crate) winner: &'a Candidate,
    /// Its characters.
    pub(crate) text: &'a str,
}

impl<'a> BaseUrl<'a> {
    /// The model provider; none for the base URL of a tool.
    pub(crate) fn provider(&self) -> Option<&'a str> {
        self.setting.key.provider()
    }
}

/// The address of a URL in a text that may have more or less than one.
pub(crate) fn host_in(text: &str) -> Option<&str> {
    let text = js_trim(text);
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', ',']).next()?;
    let authority = authority.rsplit('@').next()?;
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

impl<'a> RuleContext<'a> {
    /// The target tells of what the model providers get: a gateway, or a command line that has no
    /// gateway beside it. A command line beside a gateway shares its config and would repeat it.
    pub(crate) fn runs_models(&self) -> bool {
        match self.target.role {
            Role::Gateway => true,
            Role::Cli => self.gateways().next().is_none(),
            Role::Other => false,
        }
    }

    /// Of a container: what its files would give it if it were created anew.
    pub(crate) fn is_newer(&self, candidate: &Candidate) -> bool {
        self.target.kind == TargetKind::Container
            && matches!(
                candidate.layer,
                Layer::ComposeEnvFile | Layer::ComposeEnvironment | Layer::ComposeCommand
            )
    }

    /// The base URLs in effect that somebody configured.
    pub(crate) fn base_urls(&self) -> impl Iterator<Item = BaseUrl<'a>> + use<'a> {
        let settings = self.target.settings.iter().filter(|s| s.category == Category::BaseUrl);
        settings.filter_map(|setting| {
            let view = setting.views.first().filter(|v| v.state == State::Set)?;
            let winner = view.winner.as_ref().filter(|w| w.layer != Layer::Default)?;
            Some(BaseUrl { setting, winner, text: winner.value.as_ref()?.expose() })
        })
    }

    /// The network of the target is its own: its loopback leads to nothing else.
    pub(crate) fn has_own_network(&self) -> bool {
        let network = self.target.deployment.network();
        let shared = |prefix: &str| network.starts_with(prefix);
        if network == "host" || network == "none" || shared("service:") || shared("container:") {
            return false;
        }
        let target = self.target;
        !target.service.as_deref().into_iter().chain([&*target.name]).any(|n| self.index.shares_network_of(n))
    }
}

/// Programs that listen on a port and pass on what comes.
const SERVERS: [&str; 14] = [
    "apache2",
    "caddy",
    "cloudflared",
    "envoy",
    "haproxy",
    "httpd",
    "lighttpd",
    "nginx",
    "novnc",
    "socat",
    "supervisord",
    "traefik",
    "ttyd",
    "websockify",
];

impl RuleContext<'_> {
    /// A variable that what is written at a place names, and that Compose says is not set.
    pub(crate) fn unset_at(&self, place: Place) -> Option<&str> {
        self.index.unset_at(place)
    }

    /// The dotenv files that were looked at for the target, in the order they were read.
    pub(crate) fn read_dotenvs(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        let paths: BTreeSet<&str> =
            self.target.sources.iter().filter(|s| s.state.is_read()).map(|s| s.path.as_str()).collect();
        let mut ids: Vec<SourceId> =
            paths.into_iter().flat_map(|path| self.index.texts_of(path)).copied().collect();
        ids.sort_unstable();
        let all = ids.into_iter().map(|id| (id, self.sources.get(id)));
        all.filter(|(_, source)| source.language == Language::Dotenv)
    }

    /// Some target of the project reads that file as its config.
    pub(crate) fn reads(&self, config: SourceId) -> bool {
        self.index.is_config(&self.sources.get(config).name.to_string())
    }

    /// A part of a service, which another compose file has the rest of: it names no image, and nothing
    /// to run or to reach.
    pub(crate) fn is_fragment(&self) -> bool {
        let deployment = &self.target.deployment;
        self.target.kind == TargetKind::ComposeService
            && deployment.image.is_none()
            && deployment.build.is_none()
            && deployment.command.is_none()
            && deployment.ports.is_empty()
    }

    /// Another program of the container that may listen on a port and pass on to the gateway: one that the
    /// Dockerfile installs, that a start script runs, or that the image exposes the port for.
    pub(crate) fn other_listener(&self, port: &str) -> Option<&'static str> {
        let facts = self.target.facts.as_ref()?;
        if let Some(server) = facts.image.readers.names_program(&SERVERS) {
            return Some(server);
        }
        let built = facts.image.built.as_ref()?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let runs = || built.runs.iter().flat_map(|run| run.value.expose().split(|c| !is_word(c)));
        let installed = SERVERS.into_iter().find(|server| runs().any(|word| word == *server));
        let is_exposed = |exposed: &crate::vocabulary::deployment::Located<String>| {
            exposed.value.split('/').next() == Some(port)
        };
        installed.or_else(|| built.exposed_ports.iter().any(is_exposed).then_some("another program"))
    }

    /// OpenClaw's image from a registry; one that is named `openclaw:local` was built here, from
    /// whatever Dockerfile.
    pub(crate) fn is_published_image(&self) -> bool {
        let image = self.target.deployment.image.as_ref();
        let official = self.target.facts.as_ref().is_some_and(|f| f.image.is_official());
        official && image.is_some_and(|i| i.value.contains('/'))
    }

    /// Compose refuses something that is written at a place.
    pub(crate) fn is_refused(&self, place: Place) -> bool {
        self.index.is_refused(place)
    }

    /// The config of the target could be looked at. A directory that is to be mounted and is not on
    /// this machine may well hold one where the project runs.
    pub(crate) fn config_seen(&self) -> bool {
        let Some(facts) = &self.target.facts else { return false };
        facts.config_seen && !self.state_is_elsewhere()
    }

    /// The directory that is to be mounted as the state is not on this machine.
    pub(crate) fn state_is_elsewhere(&self) -> bool {
        let Some(facts) = &self.target.facts else { return false };
        let mount = self.target.deployment.mount_of(&facts.state_dir);
        self.target.kind.is_on_disk() && mount.is_some_and(|m| m.host == Some(HostSide::Missing))
    }

    /// An env file of the service, or the project's .env that it is made from, that is not on this
    /// machine: what it would set is not known.
    pub(crate) fn absent_env_file(&self) -> Option<&str> {
        if let Some(file) = self.absent_file_of_service() {
            return Some(file);
        }
        if self.target.kind != TargetKind::ComposeService {
            return None;
        }
        let uses_variables =
            self.target.environment.iter().any(|v| v.winner.as_ref().is_some_and(|w| !w.via.is_empty()));
        (self.whole?.dotenv.is_empty() && uses_variables).then_some(".env")
    }

    /// A file that is not on this machine and may set that variable of the service.
    pub(crate) fn may_set(&self, name: &str) -> Option<&str> {
        if let Some(file) = self.absent_file_of_service() {
            return Some(file);
        }
        let winner = self.target.variable(name)?.winner.as_ref()?;
        let is_made = winner.via.iter().any(|v| matches!(v.step, StepKind::Interpolation { .. }));
        (winner.is_blank() && is_made && self.whole?.dotenv.is_empty()).then_some(".env")
    }

    /// An `env_file` of the service that is not on this machine.
    pub(crate) fn absent_file_of_service(&self) -> Option<&str> {
        let of_service = self.target.deployment.env_files.iter().map(|f| f.value.as_str());
        let known = |path: &str| self.target.sources.iter().find(|s| s.path == path);
        let absent = |path: &&str| known(path).is_none_or(|s| !s.state.is_there());
        of_service.into_iter().find(absent).map(last_step)
    }

    /// The gateway that the target belongs to.
    pub(crate) fn partner(&self) -> Option<&Target> {
        self.index.partners().of(self.target)
    }

    /// The name stands in a compose file of the project, comments aside.
    pub(crate) fn occurs(&self, name: &str) -> bool {
        self.index.occurs(name)
    }

    /// How a command of OpenClaw is run where the gateway runs.
    pub(crate) fn openclaw(&self, command: &str) -> String {
        let is_clawdbot = self.target.facts.as_ref().is_some_and(|f| f.prefix == "CLAWDBOT_");
        let program = if is_clawdbot { "clawdbot" } else { "openclaw" };
        self.target.advice.exec(&format!("{program} {command}"))
    }

    /// What a candidate comes from, for a sentence: `NAME (.env:3)`.
    pub(crate) fn named(&self, candidate: &Candidate) -> String {
        if candidate.place.is_none() && candidate.via.is_empty() {
            return candidate.name.clone();
        }
        format!("{} ({})", candidate.name, self.at(candidate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_templates() {
        assert_eq!(variables_in("${A:-${B}}:$C$$D ${1}"), ["A", "B", "C"]);
        assert_eq!(variables_in("no"), Vec::<&str>::new());
    }

    #[test]
    fn the_hosts_side() {
        assert_eq!(host_part("\"${P:-18789}:18789\"", "published:"), "${P:-18789}");
        assert_eq!(host_part("127.0.0.1:${P}:18789", "published:"), "127.0.0.1:${P}");
        assert_eq!(host_part("target: 1\n  published: ${P}", "published:"), "${P}");
        assert_eq!(host_part("18789", "published:"), "");
    }
}
