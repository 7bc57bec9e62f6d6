//! Who runs OpenClaw, and as what.

use super::names::{
    IDLE, NameOf, PREPARES, UTILITIES, VARIANTS, is_beside, last, name_of, names_program, tag, words,
};
use crate::{
    model::target::RoleSign,
    openclaw::{
        read::{
            command::OpenClawCommand,
            images::{self, bases::BaseImageFamily},
            installed::{self, InstalledProgram},
        },
        settings::network::DEFAULT_PORT,
    },
    provenance::Variable,
    vocabulary::deployment::{Deployment, Mount, Role, repository},
};

/// What is known about a container or service before its settings are looked at.
#[derive(Clone, Copy, Debug)]
pub struct RoleEvidence<'a> {
    /// Container or service name.
    pub name: &'a str,
    /// How it is run.
    pub deployment: &'a Deployment,
    /// Its environment.
    pub environment: &'a [Variable],
    /// `name` of `/app/package.json` or the title label of the image, where one was read.
    pub package: Option<&'a str>,
    /// What its Dockerfile, or the script that starts it, installs.
    pub program: Option<&'a InstalledProgram>,
    /// Another service of the project is certain to be a gateway.
    pub beside_gateway: bool,
}

/// The weight of what decides alone.
const CERTAIN: i32 = 10;
/// What weaker signs have to weigh together.
const ENOUGH: i32 = 3;
/// The same where another service of the project is certain to be a gateway.
const ENOUGH_BESIDE_GATEWAY: i32 = 4;

/// What a container or service does, and the signs that say so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleJudgement {
    /// What it does for OpenClaw.
    pub role: Role,
    /// The signs for and against it, the strongest first.
    pub signs: Vec<RoleSign>,
}

impl RoleJudgement {
    /// It is certain that it runs OpenClaw's gateway.
    #[must_use]
    pub fn is_certain_gateway(&self) -> bool {
        self.role == Role::Gateway && self.signs.iter().any(|sign| sign.weight >= CERTAIN)
    }
}

/// Weighs what is known of a container or service.
#[must_use]
pub fn judge(subject: &RoleEvidence<'_>) -> RoleJudgement {
    let command = OpenClawCommand::words_of(subject.deployment);
    let mut signs = signs_of(subject, &command);
    signs.sort_by_key(|sign| std::cmp::Reverse(sign.weight.abs()));
    let (role, decisive) = if runs_openclaw(&signs, subject.beside_gateway) {
        role_of(subject, &command)
    } else {
        (Role::Other, None)
    };
    if let Some(says) = decisive {
        let weight = if role == Role::Other { -CERTAIN } else { CERTAIN };
        signs.insert(0, RoleSign { weight, says });
    }
    RoleJudgement { role, signs }
}

/// Whether it runs OpenClaw, as far as the signs tell.
fn runs_openclaw(signs: &[RoleSign], beside_gateway: bool) -> bool {
    if signs.iter().any(|sign| sign.weight >= CERTAIN) {
        return true;
    }
    let enough = if beside_gateway { ENOUGH_BESIDE_GATEWAY } else { ENOUGH };
    signs.iter().map(|sign| sign.weight).sum::<i32>() >= enough
}

/// What something that has OpenClaw does with it, and what decides that; nothing where it is a gateway
/// because nothing says otherwise.
fn role_of(subject: &RoleEvidence<'_>, command: &OpenClawCommand) -> (Role, Option<String>) {
    if is_built_only(subject) {
        return (Role::Other, Some("it is only built: nothing says how it is run".to_owned()));
    }
    match command.role() {
        Some(Role::Gateway) => return (Role::Gateway, Some("its command starts the gateway".to_owned())),
        Some(role) => {
            return (role, Some("its command is one of the CLI's, other than the gateway".to_owned()));
        }
        None => {}
    }
    let is_cli = words(subject.name).any(|w| w == "cli");
    let idles = command.first_program().is_some_and(|word| IDLE.contains(&word)) || command.is_idle_loop();
    if is_cli && idles {
        let says = "its name says that it is the CLI, and its command waits for `docker exec`";
        return (Role::Cli, Some(says.to_owned()));
    }
    let utility = command.first_program().filter(|word| UTILITIES.contains(word));
    if let Some(word) = utility {
        return (Role::Other, Some(format!("its command runs {word}")));
    }
    if command.is_another_script() {
        return (Role::Other, Some("its command is a shell script that does not start OpenClaw".to_owned()));
    }
    if subject.deployment.entrypoint.is_some() && command.names_openclaw() {
        return (Role::Cli, Some("its entrypoint is the CLI without a command".to_owned()));
    }
    if command.ends_with_program() {
        return (Role::Cli, Some("its command is the CLI without a command".to_owned()));
    }
    if is_cli {
        return (Role::Cli, Some("its name says that it is the CLI".to_owned()));
    }
    let prepares = words(subject.name).any(|w| PREPARES.contains(&w));
    if prepares && subject.deployment.ports.is_empty() {
        return (
            Role::Other,
            Some("its name says that it prepares something for another service".to_owned()),
        );
    }
    (Role::Gateway, None)
}

/// Variables that tell a client where its gateway is.
const ADDRESSES: [&str; 8] = [
    "GATEWAY_URL",
    "OPENCLAW_URL",
    "OPENCLAW_API_URL",
    "OPENCLAW_BASE_URL",
    "OPENCLAW_WS_URL",
    "CLAWDBOT_URL",
    "OPENCLAW_HOST",
    "GATEWAY_HOST",
];

fn signs_of(subject: &RoleEvidence<'_>, command: &OpenClawCommand) -> Vec<RoleSign> {
    let mut signs = Vec::new();
    let mut add = |weight, says: String| signs.push(RoleSign { weight, says });
    let deployment = subject.deployment;
    if let Some(package) = subject.package.filter(|package| names_program(package)) {
        add(CERTAIN, format!("its package.json or image label says {package}"));
    }
    if command.names_openclaw() {
        add(CERTAIN, "its command runs OpenClaw".to_owned());
    }
    if let Some(program) = subject.program {
        let version = program.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        add(CERTAIN, format!("it installs {}{version}", program.package));
    }
    let image = deployment.image.as_ref().map(|i| i.value.as_str()).filter(|i| !repository(i).is_empty());
    let built = deployment.build.as_ref().and_then(|build| build.image.as_ref());
    // What a Dockerfile begins with is more than what its image is called.
    let origin = built.and_then(|built| built.base.image()).map(|base| base.value.as_str()).or(image);
    let is_known = |name: &str| images::known().any(|profile| profile.is_of(name));
    if let Some(base) = origin.map(repository).filter(|base| built.is_some() && is_known(base)) {
        add(CERTAIN, format!("its Dockerfile begins with {base}, which is known to run OpenClaw"));
    }
    let mut of_names = 0;
    if let Some(image) = image {
        let name = repository(image);
        let of_tag = tag(image).unwrap_or_default();
        let is_sandbox = words(of_tag).chain(words(subject.name)).any(|w| w == "sandbox");
        let is_own = installed::of_reference(image).is_some();
        let folder = name.rsplit('/').nth(1).unwrap_or_default();
        let whole = match name_of(last(name)) {
            NameOf::Nothing if name_of(folder) == NameOf::Program && VARIANTS.contains(&last(name)) => {
                NameOf::Program
            }
            NameOf::Nothing if names_program(name) => NameOf::Related,
            other => other,
        };
        if is_sandbox {
            add(-3, "its name or tag says that it is a sandbox".to_owned());
        } else if is_beside(last(name)) {
            add(-3, format!("the image name {name} is that of another program"));
        } else if is_own && built.is_none() {
            add(CERTAIN, format!("{name} is OpenClaw's own image"));
        } else if is_known(name) && built.is_none() {
            add(CERTAIN, format!("{name} is an image that is known to run OpenClaw"));
        } else {
            match whole {
                NameOf::Program => of_names += 4,
                NameOf::Related => of_names += 1,
                NameOf::Nothing => {}
            }
        }
    }
    match name_of(subject.name) {
        _ if is_beside(subject.name) => {
            add(-3, format!("the name {} is that of another program", subject.name))
        }
        NameOf::Program => of_names += 3,
        // An image and its service are commonly called the same.
        NameOf::Related => of_names = of_names.max(1),
        NameOf::Nothing => {}
    }
    let has = |name: &str| subject.environment.iter().any(|v| v.name == name);
    if words(subject.name).any(|word| word == "gateway") && has("OPENCLAW_GATEWAY_TOKEN") {
        of_names = of_names.max(2);
    }
    let installs_nothing = subject.program.is_none() && built.is_some_and(|built| built.complete);
    if installs_nothing {
        let opaque = built.is_some_and(|built| built.runs.iter().any(|run| is_opaque(run.value.expose())));
        let is_known = origin.is_some_and(|image| BaseImageFamily::of(image).is_some());
        let base = origin.map_or("scratch", repository);
        match (is_known, opaque) {
            (true, false) => {
                of_names = 0;
                add(-4, format!("its Dockerfile begins with {base} and installs no OpenClaw"));
            }
            (true, true) => add(-2, format!("its Dockerfile begins with {base} and names no OpenClaw")),
            (false, _) if origin.is_some_and(names_program) => of_names += 2,
            (false, _) => add(-1, "its Dockerfile names no OpenClaw".to_owned()),
        }
    } else if built.is_none() && origin.is_some_and(|image| BaseImageFamily::of(image).is_some()) {
        add(-2, format!("{} has no OpenClaw", origin.map_or("", repository)));
    }
    if of_names > 0 {
        // Beside a gateway that is certain a name says no more than that it has to do with it.
        let weight = if subject.beside_gateway { of_names.min(ENOUGH) } else { of_names };
        add(weight, "it is called after OpenClaw".to_owned());
    }
    let is_state = |mount: &&Mount| STATE_NAMES.contains(&last(mount.target.trim_end_matches('/')));
    if let Some(mount) = deployment.mounts.iter().filter(|mount| !mount.read_only).find(is_state) {
        // What is built from what is not here may be anything; the mount says what.
        let weight = if image.is_none() && built.is_none() { 3 } else { 2 };
        add(weight, format!("a state directory is mounted at {}", mount.target));
    }
    if deployment.ports.iter().any(|port| port.target == DEFAULT_PORT) {
        add(2, format!("it publishes port {DEFAULT_PORT}"));
    } else if built.is_some_and(|built| built.exposed_ports.iter().any(|port| port.value == DEFAULT_PORT)) {
        add(1, format!("its Dockerfile exposes port {DEFAULT_PORT}"));
    }
    let check = deployment.healthcheck.as_ref().map(OpenClawCommand::of_healthcheck);
    if check.is_some_and(|check| check.words().any(|word| word.contains(DEFAULT_PORT))) {
        add(2, format!("its health check asks port {DEFAULT_PORT}"));
    }
    let is_address = |v: &&Variable| {
        ADDRESSES.iter().any(|end| v.name.ends_with(end)) && v.value().is_some_and(|value| !value.is_blank())
    };
    if let Some(variable) = subject.environment.iter().find(is_address) {
        add(-3, format!("{} names the address of a gateway", variable.name));
    }
    for (weight, names) in [
        (1, &["OPENCLAW_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"][..]),
        (2, &["OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR", "OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH"]),
        (1, &["OPENCLAW_GATEWAY_BIND", "OPENCLAW_GATEWAY_PORT", "OPENCLAW_GATEWAY_MODE"]),
    ] {
        if let Some(name) = names.iter().find(|name| has(name)) {
            add(weight, format!("{name} is set"));
        }
    }
    signs
}

/// Directories that OpenClaw and its earlier names keep their state in.
const STATE_NAMES: [&str; 4] = [".openclaw", ".clawdbot", ".moltbot", ".moldbot"];

/// A command of a Dockerfile that runs something which cannot be seen: what it installs is not known.
fn is_opaque(script: &str) -> bool {
    script.split(['\n', ';', '&', '|']).any(|command| {
        let mut words = command.split_whitespace();
        let first = words.next().unwrap_or_default();
        let is_shell = matches!(first, "sh" | "bash" | "/bin/sh" | "/bin/bash" | "." | "source" | "make");
        is_shell || first.starts_with("./") || first.ends_with(".sh")
    })
}

/// Nothing is said of how it is run: `docker compose build` makes an image of it, and gives it a name.
fn is_built_only(subject: &RoleEvidence<'_>) -> bool {
    let Deployment { image, build, entrypoint, command, env_files, ports, mounts, network_mode, .. } =
        subject.deployment;
    let is_run = entrypoint.is_some() || command.is_some() || network_mode.is_some();
    // `docker compose run` gives a command line what it runs.
    let is_cli = words(subject.name).any(|w| w == "cli");
    !is_cli
        && image.is_some()
        && build.is_some()
        && !is_run
        && env_files.is_empty()
        && ports.is_empty()
        && mounts.is_empty()
        && subject.environment.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::deployment::{Build, Located, Mount, MountKind, Port};

    fn deployment(image: Option<&str>, entrypoint: Option<&[&str]>, command: Option<&[&str]>) -> Deployment {
        let list =
            |words: &[&str]| words.iter().map(|w| Located { value: (*w).into(), place: None }).collect();
        Deployment {
            image: image.map(|i| Located { value: i.to_owned(), place: None }),
            entrypoint: entrypoint.map(list),
            command: command.map(list),
            ..Deployment::default()
        }
    }

    #[test]
    fn roles() {
        let program: &[&str] = &["node", "dist/index.js"];
        for (name, image, entrypoint, command, expected) in [
            ("openclaw-gateway", Some("openclaw:local"), None, None, Role::Gateway),
            ("openclaw-cli", Some("openclaw:local"), Some(program), None, Role::Cli),
            ("openclaw-cli", Some("ghcr.io/openclaw/openclaw:2026.9.6"), None, None, Role::Cli),
            ("db", Some("postgres:16"), None, None, Role::Other),
            ("openclaw-ui", Some("me/openclaw-ui:1"), None, None, Role::Other),
            ("openclaw", None, None, None, Role::Gateway),
            (
                "init",
                Some("openclaw:local"),
                Some(&["chown"][..]),
                Some(&["-R", "node", "/x"][..]),
                Role::Other,
            ),
            (
                "seed",
                Some("openclaw:local"),
                None,
                Some(&["sh", "-ec", "mkdir -p /x; cp -a /y /x"][..]),
                Role::Other,
            ),
            ("sidecar", Some("alpine/socat"), None, None, Role::Other),
            ("x", Some("registry:5000/a/openclaw"), None, None, Role::Gateway),
            ("openclaw-gateway", Some(":"), None, None, Role::Gateway),
            ("openclaw-config-init", Some("openclaw:local"), None, None, Role::Other),
            ("llm", Some("me/openclaw-vllm:1"), None, None, Role::Other),
            ("sandbox", Some("me/openclaw:sandbox"), None, None, Role::Other),
            ("openclaw", Some("ghcr.io/openclaw/openclaw:2026.9.6-browser"), None, None, Role::Gateway),
            ("openclaw", Some("node:22-slim"), None, None, Role::Other),
        ] {
            let deployment = deployment(image, entrypoint, command);
            let subject = RoleEvidence {
                name,
                deployment: &deployment,
                environment: &[],
                package: None,
                program: None,
                beside_gateway: false,
            };
            assert_eq!(judge(&subject).role, expected, "{name} {image:?}");
        }
    }

    #[test]
    fn a_base_image_with_openclaw_s_state() {
        let mut deployment = deployment(Some("node:22-slim"), None, Some(&["/start.sh"]));
        let mount = Mount::new(MountKind::Bind, "/root/.openclaw");
        deployment.mounts = vec![mount];
        let role_of = |name| {
            judge(&RoleEvidence {
                name,
                deployment: &deployment,
                environment: &[],
                package: None,
                program: None,
                beside_gateway: false,
            })
            .role
        };
        assert_eq!(role_of("openclaw"), Role::Gateway);
        assert_eq!(role_of("inspector"), Role::Other);
    }

    #[test]
    fn the_gateway_s_port_in_another_image() {
        let mut deployment = deployment(Some("me/desktop:openclaw"), None, None);
        let role_of = |deployment: &Deployment, name| {
            judge(&RoleEvidence {
                name,
                deployment,
                environment: &[],
                package: None,
                program: None,
                beside_gateway: false,
            })
            .role
        };
        assert_eq!(role_of(&deployment, "desktop-openclaw"), Role::Other);
        deployment.ports = vec![Port {
            host_ip: None,
            published: Some("18789".into()),
            target: "18789".into(),
            protocol: "tcp".into(),
            place: None,
        }];
        assert_eq!(role_of(&deployment, "desktop-openclaw"), Role::Gateway);
        assert_eq!(role_of(&deployment, "openclaw-nginx"), Role::Other);
    }

    #[test]
    fn a_gateway_that_is_built_here() {
        let deployment = Deployment { build: Some(Build::default()), ..Deployment::default() };
        let token = Variable { name: "OPENCLAW_GATEWAY_TOKEN".into(), winner: None, losers: Vec::new() };
        let role_of = |name, environment| {
            judge(&RoleEvidence {
                name,
                deployment: &deployment,
                environment,
                package: None,
                program: None,
                beside_gateway: false,
            })
            .role
        };
        assert_eq!(role_of("gateway", std::slice::from_ref(&token)), Role::Gateway);
        assert_eq!(role_of("gateway", &[]), Role::Other);
        assert_eq!(role_of("telegram", std::slice::from_ref(&token)), Role::Other);
    }

    #[test]
    fn what_is_only_built_runs_nothing() {
        let mut deployment = deployment(Some("me/openclaw-base:1"), None, None);
        deployment.build = Some(Build::default());
        let role_of = |deployment: &Deployment| {
            judge(&RoleEvidence {
                name: "openclaw-base",
                deployment,
                environment: &[],
                package: None,
                program: None,
                beside_gateway: false,
            })
            .role
        };
        assert_eq!(role_of(&deployment), Role::Other);
        deployment.mounts = vec![Mount::new(MountKind::Volume, "/home/node/.openclaw")];
        assert_eq!(role_of(&deployment), Role::Gateway);
    }
}
