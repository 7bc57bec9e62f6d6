//! OpenClaw's own setup script for Docker (`docker-setup.sh`, later `scripts/docker/setup.sh`), as far
//! as it writes into the project's `.env`.
//!
//! It takes every value from the shell that it is run in, else its own default, and writes both over
//! what is in the file, which it does not read (docs/install/docker.md of openclaw 2026.9.6; read in
//! the scripts of January, March and summer 2026).

/// A setup script that lies in a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetupScript {
    /// Its path, seen from the project's folder.
    pub path: &'static str,
    /// What it writes.
    pub writes: Vec<Rewritten>,
    /// It looks for the gateway's token in `.env` before it makes up a new one.
    pub keeps_token: bool,
}

/// A variable that the script writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rewritten {
    /// Its name.
    pub name: String,
    /// What it is set to where the shell has nothing; none where that is found out in another way.
    /// `$HOME` and the like stay as they are written.
    pub default: Option<String>,
}

impl SetupScript {
    /// The places where the script was and is, seen from the project's folder.
    pub const PATHS: [&'static str; 2] = ["docker-setup.sh", "scripts/docker/setup.sh"];

    /// Reads a script; none when it is another one.
    #[must_use]
    pub fn parse(path: &'static str, text: &str) -> Option<Self> {
        let names = written_names(text);
        let is_ours = |name: &String| name.starts_with("OPENCLAW_") || name.starts_with("CLAWDBOT_");
        if !names.iter().any(is_ours) {
            return None;
        }
        // The path of the engine's socket is found out.
        let default = |name: &str| default_of(name, text).filter(|_| !name.ends_with("_DOCKER_SOCKET"));
        let writes = names.into_iter().map(|name| Rewritten { default: default(&name), name }).collect();
        let keeps_token = text.contains("_GATEWAY_TOKEN=*") || text.contains("read_env_gateway_token");
        Some(Self { path, writes, keeps_token })
    }

    /// What becomes of a value of `.env` when the script is run again in a shell without it: `true`
    /// when it would stay as it is.
    #[must_use]
    pub fn would_stay(written: &Rewritten, value: &str) -> bool {
        let Some(default) = &written.default else { return true };
        // What follows `$HOME` is enough to know the script's own work by.
        if !default.contains('$') {
            return value == default;
        }
        let after = default.rsplit_once('}').map_or(default.as_str(), |(_, rest)| rest);
        after.find('/').is_some_and(|at| value.ends_with(&after[at..]))
    }
}

/// The names that `upsert_env FILE NAME…` is called with, over continued lines.
fn written_names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        inside |= line.starts_with("upsert_env ");
        if inside {
            let words = line.trim_end_matches('\\').split_whitespace();
            let is_name = |w: &&str| {
                w.starts_with(|c: char| c.is_ascii_uppercase())
                    && w.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            };
            for name in words.filter(is_name) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        inside &= line.ends_with('\\');
    }
    names
}

/// `default` of the first `"${NAME:-default}"`.
fn default_of(name: &str, text: &str) -> Option<String> {
    let opening = format!("${{{name}:-");
    let mut rest = text;
    while let Some(at) = rest.find(&opening) {
        rest = &rest[at + opening.len()..];
        let Some(end) = closing(rest) else { break };
        // A test for emptiness says nothing of the default.
        let line_start = text.len() - rest.len() - opening.len();
        let line = text[..line_start].rsplit('\n').next().unwrap_or_default();
        if !line.contains("[[") && !line.contains("if ") {
            return Some(rest[..end].to_owned());
        }
    }
    None
}

/// Where the brace is closed that was opened before.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"
IMAGE="${OPENCLAW_IMAGE:-openclaw:local}"
OPENCLAW_CONFIG_DIR="${OPENCLAW_CONFIG_DIR:-$HOME/.openclaw}"
if [[ -z "${OPENCLAW_GATEWAY_TOKEN:-}" ]]; then
  OPENCLAW_GATEWAY_TOKEN="$(openssl rand -hex 32)"
fi
export OPENCLAW_GATEWAY_BIND="${OPENCLAW_GATEWAY_BIND:-lan}"
upsert_env() {
  local file="$1"
}
upsert_env "$ENV_FILE" \
  OPENCLAW_CONFIG_DIR \
  OPENCLAW_IMAGE \
  OPENCLAW_GATEWAY_BIND \
  OPENCLAW_GATEWAY_TOKEN
echo OPENCLAW_OTHER
"#;

    #[test]
    fn what_it_writes() {
        let script = SetupScript::parse("docker-setup.sh", SCRIPT).unwrap();
        let writes: Vec<(&str, Option<&str>)> =
            script.writes.iter().map(|w| (w.name.as_str(), w.default.as_deref())).collect();
        assert_eq!(
            writes,
            [
                ("OPENCLAW_CONFIG_DIR", Some("$HOME/.openclaw")),
                ("OPENCLAW_IMAGE", Some("openclaw:local")),
                ("OPENCLAW_GATEWAY_BIND", Some("lan")),
                ("OPENCLAW_GATEWAY_TOKEN", None),
            ]
        );
        assert!(!script.keeps_token);
        let stays = |at: usize, value| SetupScript::would_stay(&script.writes[at], value);
        assert!(stays(0, "/home/me/.openclaw") && !stays(0, "/srv/claw"));
        assert!(stays(1, "openclaw:local") && !stays(1, "ghcr.io/openclaw/openclaw:latest"));
        let nested = SCRIPT.replace("$HOME/", "${HOME:-/tmp}/");
        let nested = SetupScript::parse("docker-setup.sh", &nested).unwrap();
        assert_eq!(nested.writes[0].default.as_deref(), Some("${HOME:-/tmp}/.openclaw"));
        assert!(SetupScript::would_stay(&nested.writes[0], "/home/me/.openclaw"));
        let reading = format!("read_env_gateway_token\n{SCRIPT}");
        assert!(SetupScript::parse("docker-setup.sh", &reading).unwrap().keeps_token);
    }

    #[test]
    fn other_scripts_are_none() {
        assert_eq!(SetupScript::parse("docker-setup.sh", "docker build .\n"), None);
        assert_eq!(SetupScript::parse("docker-setup.sh", "upsert_env x APP_PORT\n"), None);
    }
}
