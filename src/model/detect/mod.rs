//! Does a container or service run OpenClaw, as what, and which release?

use crate::{
    model::target::{VersionFact, VersionSource},
    openclaw::{
        read::command::OpenClawCommand,
        release::number::{Program, Release},
        settings::network::DEFAULT_PORT,
    },
    provenance::Variable,
    vocabulary::deployment::{Deployment, Role, repository},
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
}

/// Words in an image or service name that say it is something beside OpenClaw.
const BESIDE: [&str; 49] = [
    "ui",
    "web",
    "webui",
    "dashboard",
    "admin",
    "console",
    "sandbox",
    "browser",
    "proxy",
    "nginx",
    "caddy",
    "rag",
    "db",
    "mysql",
    "postgres",
    "redis",
    "config",
    "init",
    "tailscale",
    "mongo",
    "mongodb",
    "socat",
    "vllm",
    "llm",
    "ollama",
    "embedding",
    "embeddings",
    "tts",
    "stt",
    "whisper",
    "searxng",
    "qdrant",
    "chroma",
    "n8n",
    "mcp",
    "bridge",
    "relay",
    "tunnel",
    "cloudflared",
    "discovery",
    "scheduler",
    "cron",
    "backup",
    "exporter",
    "monitor",
    "watchtower",
    "comfyui",
    "img",
    "sync",
];

/// Words in a service name that say it makes something ready, and ends: the image may be OpenClaw's.
const PREPARES: [&str; 9] =
    ["init", "setup", "seed", "migrate", "migration", "migrations", "permissions", "perms", "chown"];

/// Images that a start script installs OpenClaw into.
const BASES: [&str; 5] = ["node", "bun", "debian", "ubuntu", "alpine"];

/// Programs whose run is not OpenClaw's, though the image may be.
const UTILITIES: [&str; 13] =
    ["sleep", "tail", "chown", "chmod", "cp", "mkdir", "true", "false", "cat", "echo", "ls", "socat", "sshd"];

/// The role of a container or service.
#[must_use]
pub fn role(subject: &RoleEvidence<'_>) -> Role {
    let command = OpenClawCommand::words_of(subject.deployment);
    if !runs_openclaw(subject, &command) || is_built_only(subject) {
        return Role::Other;
    }
    if let Some(role) = command.role() {
        return role;
    }
    let first_word = command.first_program();
    if command.is_another_script() || first_word.is_some_and(|w| UTILITIES.contains(&w)) {
        return Role::Other;
    }
    let bare_program = subject.deployment.entrypoint.is_some() && command.names_openclaw();
    if bare_program || words(subject.name).any(|w| w == "cli") {
        return Role::Cli;
    }
    let prepares = words(subject.name).any(|w| PREPARES.contains(&w));
    if prepares && subject.deployment.ports.is_empty() { Role::Other } else { Role::Gateway }
}

fn runs_openclaw(subject: &RoleEvidence<'_>, command: &OpenClawCommand) -> bool {
    if subject.package.is_some_and(names_program) || command.names_openclaw() {
        return true;
    }
    let state =
        || subject.deployment.mounts.iter().any(|m| names_program(last(m.target.trim_end_matches('/'))));
    let image = subject.deployment.image.as_ref().map(|i| repository(&i.value));
    // What is left of `${IMAGE}:${TAG}` where neither is set tells nothing.
    match image.filter(|i| !i.is_empty()) {
        Some(image) if BASES.contains(&last(image)) => {
            names_program(subject.name) && !is_beside(subject.name) && state()
        }
        // OpenClaw's sandboxes have images beside the gateway's, some of them told apart by the tag.
        Some(image) if !names_program(image) => {
            let is_published = subject.deployment.ports.iter().any(|p| p.target == DEFAULT_PORT);
            names_program(subject.name) && !is_beside(subject.name) && is_published
        }
        Some(image) => {
            let of_image = subject.deployment.image.as_ref().and_then(|i| tag(&i.value)).unwrap_or_default();
            let is_sandbox = words(of_image).chain(words(subject.name)).any(|w| w == "sandbox");
            !is_beside(last(image)) && !is_sandbox
        }
        // Built here: the service's name, its variables, or state of OpenClaw mounted into it must tell.
        None => {
            let has = |name: &str| subject.environment.iter().any(|v| v.name == name);
            let is_gateway = words(subject.name).any(|w| w == "gateway") && has("OPENCLAW_GATEWAY_TOKEN");
            (names_program(subject.name) || state() || has("OPENCLAW_STATE_DIR") || is_gateway)
                && !is_beside(subject.name)
        }
    }
}

/// Images of other languages and programs, which OpenClaw does not run in.
const OTHERS: [&str; 14] = [
    "python",
    "golang",
    "rust",
    "php",
    "ruby",
    "openjdk",
    "eclipse-temurin",
    "nginx",
    "caddy",
    "httpd",
    "pytorch",
    "cuda",
    "vllm-openai",
    "uv",
];
/// Words of a Dockerfile that brings Node.js along, or OpenClaw.
const NODE: [&str; 11] =
    ["node", "nodejs", "npm", "npx", "pnpm", "yarn", "bun", "nvm", "nodesource", "corepack", "fnm"];

/// The Dockerfile of a service that is called after OpenClaw says that it is something else: its last
/// stage begins with the image of another language, and nothing brings Node.js along.
#[must_use]
pub fn is_another_program(dockerfile: &str) -> bool {
    let instruction =
        |line: &str| line.split_whitespace().next().is_some_and(|w| w.eq_ignore_ascii_case("from"));
    let from = dockerfile.lines().rfind(|line| instruction(line));
    let image = from.and_then(|line| line.split_whitespace().skip(1).find(|word| !word.starts_with("--")));
    let lines = dockerfile.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut all = lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()));
    image.is_some_and(|image| OTHERS.contains(&last(repository(image))))
        && !all.any(|word| NODE.contains(&word))
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

fn names_program(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["openclaw", "clawdbot", "moltbot"].iter().any(|n| text.contains(n))
}

fn is_beside(name: &str) -> bool {
    words(name).any(|w| BESIDE.contains(&w.to_ascii_lowercase().as_str()))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', '/'])
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn tag(image: &str) -> Option<&str> {
    let image = image.split('@').next()?;
    image.strip_prefix(repository(image))?.strip_prefix(':')
}

/// What the image says about its release.
#[derive(Clone, Copy, Debug, Default)]
pub struct VersionHints<'a> {
    /// `--openclaw-version`.
    pub flag: Option<&'a str>,
    /// The image's version label.
    pub label: Option<&'a str>,
    /// `version` of `/app/package.json`.
    pub package_json: Option<&'a str>,
    /// The image reference.
    pub image: Option<&'a str>,
    /// What `clawdock.toml` assumes.
    pub default: Option<&'a str>,
}

/// The release and how it is known, surest source first.
#[must_use]
pub fn version(hints: &VersionHints<'_>) -> VersionFact {
    let known = [
        (hints.flag, VersionSource::Flag),
        (hints.label, VersionSource::Label),
        (hints.package_json, VersionSource::PackageJson),
        (hints.image.and_then(tag), VersionSource::ImageTag),
        (hints.default, VersionSource::Assumed),
    ];
    let found = known.into_iter().find_map(|(text, source)| {
        let text = text?.trim().trim_start_matches('v');
        Release::parse(text)?;
        Some(VersionFact { version: text.to_owned(), source })
    });
    found.unwrap_or_else(|| VersionFact {
        version: match hints.image {
            Some(image) if is_clawdbot(image) => LAST_CLAWDBOT.to_owned(),
            _ => crate::openclaw::release::catalog::Catalog::newest().openclaw.to_owned(),
        },
        source: VersionSource::Assumed,
    })
}

/// The last release under that name (npm `clawdbot`).
const LAST_CLAWDBOT: &str = "2026.1.24-3";

fn is_clawdbot(image: &str) -> bool {
    last(repository(image)) == "clawdbot"
}

/// The program: a known release decides, else the image's own name.
#[must_use]
pub fn program(version: &VersionFact, image: Option<&str>) -> Program {
    let first = Release::new(2026, 1, 29);
    let is_old = Release::parse(&version.version).is_some_and(|r| r < first);
    let named = image.is_some_and(is_clawdbot) && version.source == VersionSource::Assumed;
    if is_old || named { Program::Clawdbot } else { Program::OpenClaw }
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
            let subject = RoleEvidence { name, deployment: &deployment, environment: &[], package: None };
            assert_eq!(role(&subject), expected, "{name} {image:?}");
        }
    }

    #[test]
    fn a_base_image_with_openclaw_s_state() {
        let mut deployment = deployment(Some("node:22-slim"), None, Some(&["/start.sh"]));
        let mount = Mount::new(MountKind::Bind, "/root/.openclaw");
        deployment.mounts = vec![mount];
        let role_of =
            |name| role(&RoleEvidence { name, deployment: &deployment, environment: &[], package: None });
        assert_eq!(role_of("openclaw"), Role::Gateway);
        assert_eq!(role_of("inspector"), Role::Other);
    }

    #[test]
    fn the_gateway_s_port_in_another_image() {
        let mut deployment = deployment(Some("me/desktop:openclaw"), None, None);
        let role_of = |deployment: &Deployment, name| {
            role(&RoleEvidence { name, deployment, environment: &[], package: None })
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
            role(&RoleEvidence { name, deployment: &deployment, environment, package: None })
        };
        assert_eq!(role_of("gateway", std::slice::from_ref(&token)), Role::Gateway);
        assert_eq!(role_of("gateway", &[]), Role::Other);
        assert_eq!(role_of("telegram", std::slice::from_ref(&token)), Role::Other);
    }

    #[test]
    fn dockerfiles_of_other_programs() {
        let bot = "# OpenClaw\nFROM python:3.11-slim AS build\nFROM --platform=linux/amd64 python:3.11-slim\nCOPY bot.py .\n";
        assert!(is_another_program(bot));
        assert!(!is_another_program(&format!("{bot}RUN apt-get install -y nodejs npm\n")));
        assert!(!is_another_program("FROM node:24\nRUN npm i -g openclaw\n"));
        assert!(!is_another_program("ARG BASE\nFROM ${BASE}\n"));
    }

    #[test]
    fn what_is_only_built_runs_nothing() {
        let mut deployment = deployment(Some("me/openclaw-base:1"), None, None);
        deployment.build = Some(Build::default());
        let role_of = |deployment: &Deployment| {
            role(&RoleEvidence { name: "openclaw-base", deployment, environment: &[], package: None })
        };
        assert_eq!(role_of(&deployment), Role::Other);
        deployment.mounts = vec![Mount::new(MountKind::Volume, "/home/node/.openclaw")];
        assert_eq!(role_of(&deployment), Role::Gateway);
    }

    #[test]
    fn versions() {
        let of = |label, image| {
            let fact = version(&VersionHints { label, image, ..VersionHints::default() });
            (fact.version, fact.source)
        };
        assert_eq!(
            of(Some("2026.3.24"), Some("openclaw:2026.9.6")),
            ("2026.3.24".into(), VersionSource::Label)
        );
        assert_eq!(of(None, Some("r:5000/openclaw:v2026.9.6")), ("2026.9.6".into(), VersionSource::ImageTag));
        assert_eq!(of(None, Some("r:5000/openclaw")).1, VersionSource::Assumed);
        assert_eq!(of(None, Some("openclaw:latest@sha256:ab")).1, VersionSource::Assumed);
        assert_eq!(of(None, Some("clawdbot:local")), ("2026.1.24-3".into(), VersionSource::Assumed));
    }
}
