//! What a name says: of an image, a service, a tag.

use crate::vocabulary::deployment::PROGRAM_NAMES;
use crate::vocabulary::deployment::repository;

/// Words in an image or service name that say it is something beside OpenClaw.
const BESIDE: [&str; 50] = [
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
    "api",
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
pub(super) const PREPARES: [&str; 9] =
    ["init", "setup", "seed", "migrate", "migration", "migrations", "permissions", "perms", "chown"];

/// Programs that only keep a container running.
pub(super) const IDLE: [&str; 2] = ["sleep", "tail"];

/// Programs whose run is not OpenClaw's, though the image may be.
pub(super) const UTILITIES: [&str; 13] =
    ["sleep", "tail", "chown", "chmod", "cp", "mkdir", "true", "false", "cat", "echo", "ls", "socat", "sshd"];

/// Words that a name of the program's own image or service has beside the program's.
pub(super) const VARIANTS: [&str; 38] = [
    "agent",
    "app",
    "assistant",
    "base",
    "bot",
    "cli",
    "core",
    "custom",
    "dev",
    "docker",
    "full",
    "gateway",
    "home",
    "image",
    "instance",
    "latest",
    "local",
    "main",
    "me",
    "my",
    "node",
    "personal",
    "prod",
    "production",
    "runtime",
    "secure",
    "self",
    "server",
    "service",
    "slim",
    "stable",
    "staging",
    "standalone",
    "test",
    "vps",
    "work",
    "worker",
    "zh",
];

/// How a name is related to the program's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NameOf {
    /// The program's, with words that say nothing else.
    Program,
    /// It has the program's in it.
    Related,
    Nothing,
}

pub(super) fn name_of(name: &str) -> NameOf {
    if !names_program(name) {
        return NameOf::Nothing;
    }
    let lower = name.to_ascii_lowercase();
    let says_nothing =
        |word: &str| word.is_empty() || VARIANTS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit());
    let plain = words(&lower).all(|word| says_nothing(word) || PROGRAM_NAMES.contains(&word));
    if plain { NameOf::Program } else { NameOf::Related }
}

pub(super) fn names_program(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    PROGRAM_NAMES.iter().any(|n| text.contains(n))
}

pub(super) fn is_beside(name: &str) -> bool {
    words(name).any(|w| BESIDE.contains(&w.to_ascii_lowercase().as_str()))
}

pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.', '/'])
}

pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The tag of an image reference.
#[must_use]
pub fn tag(image: &str) -> Option<&str> {
    let image = image.split('@').next()?;
    image.strip_prefix(repository(image))?.strip_prefix(':')
}
