//! Which OpenClaw an image gets: what the commands and copies of a Dockerfile, or the script that starts a
//! container, install.

use crate::vocabulary::deployment::PROGRAM_NAMES;
use crate::{
    openclaw::release::number::Release,
    text::{secret::Text, source::Place},
    vocabulary::{
        built_image::{BuiltImage, CopyOrigin, ImageCopy},
        deployment::repository,
        located::Located,
    },
};
use std::path::Path;

/// OpenClaw's program, under one of its names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstalledProgram {
    /// The npm package: `openclaw`, `clawdbot`, `moltbot`.
    pub package: &'static str,
    /// The release, where it is said: `2026.9.6`.
    pub version: Option<String>,
    /// Where that is written.
    pub place: Option<Place>,
    /// It is built from its own source, not installed as a package.
    pub is_source: bool,
}

/// Repositories of images that OpenClaw publishes.
const OFFICIAL: [&str; 6] = [
    "openclaw/openclaw",
    "ghcr.io/openclaw/openclaw",
    "ghcr.io/clawdbot/clawdbot",
    "clawdbot/clawdbot",
    "ghcr.io/moltbot/moltbot",
    "moltbot/moltbot",
];

/// What an image that is built has. `read` reads a file of the build context.
#[must_use]
pub fn of_image(
    image: &BuiltImage,
    read: &mut dyn FnMut(&Path) -> Option<String>,
) -> Option<InstalledProgram> {
    of_parts(&image.copies, &image.runs, read).or_else(|| image.base.image().and_then(of_base)).or_else(
        || {
            // What another stage installs is there where it is copied.
            let copied = image.copies.iter().rev().filter_map(|copy| match &copy.from {
                CopyOrigin::Stage(number, _) => image.stages.get(*number),
                _ => None,
            });
            let mut found = copied.filter_map(|stage| {
                of_parts(&stage.copies, &stage.runs, read).or_else(|| stage.base.image().and_then(of_base))
            });
            found.next()
        },
    )
}

fn of_parts(
    copies: &[ImageCopy],
    runs: &[Located<Text>],
    read: &mut dyn FnMut(&Path) -> Option<String>,
) -> Option<InstalledProgram> {
    let installed = runs.iter().rev().find_map(|run| {
        let program = of_script(run.value.expose())?;
        Some(InstalledProgram { place: run.place, ..program })
    });
    installed.or_else(|| of_copies(copies, read))
}

/// `FROM ghcr.io/openclaw/openclaw:2026.9.6`.
fn of_base(image: &Located<String>) -> Option<InstalledProgram> {
    Some(InstalledProgram { place: image.place, ..of_reference(&image.value)? })
}

/// An image that OpenClaw publishes, with the release that its tag says.
#[must_use]
pub fn of_reference(image: &str) -> Option<InstalledProgram> {
    let name = repository(image);
    let is_official = OFFICIAL.contains(&name) || PROGRAM_NAMES.contains(&name);
    let plain = name.strip_prefix("docker.io/").unwrap_or(name);
    if !is_official && !OFFICIAL.contains(&plain) {
        return None;
    }
    let package = PROGRAM_NAMES.into_iter().find(|package| name.ends_with(package))?;
    let tag = image.split('@').next()?.strip_prefix(name)?.strip_prefix(':');
    Some(InstalledProgram { package, version: tag.and_then(release), place: None, is_source: false })
}

/// A text that is a release, without a `v` before it.
fn release(text: &str) -> Option<String> {
    let text = text.trim_start_matches('v');
    Release::parse(text).map(|_| text.to_owned())
}

fn of_copies(
    copies: &[ImageCopy],
    read: &mut dyn FnMut(&Path) -> Option<String>,
) -> Option<InstalledProgram> {
    for copy in copies.iter().rev() {
        match &copy.from {
            CopyOrigin::Image(image, _) => {
                if let Some(program) = of_reference(image) {
                    return Some(InstalledProgram { place: Some(copy.place), ..program });
                }
            }
            CopyOrigin::Host { path, .. } => {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let manifest = match name {
                    "package.json" | "package*.json" => path.with_file_name("package.json"),
                    _ if name.contains('.') || name.contains('*') => continue,
                    _ => path.join("package.json"),
                };
                let program = read(&manifest).and_then(|text| of_manifest(&text));
                if let Some(program) = program {
                    return Some(InstalledProgram { place: Some(copy.place), ..program });
                }
            }
            CopyOrigin::Document { name, text } => {
                let is_manifest = name == "package.json" || copy.target.ends_with("package.json");
                if let Some(program) = is_manifest.then(|| of_manifest(text.expose())).flatten() {
                    return Some(InstalledProgram { place: Some(copy.place), ..program });
                }
            }
            CopyOrigin::Stage(..) | CopyOrigin::Unknown => {}
        }
    }
    None
}

/// A `package.json`: the program's own, or one that depends on it.
fn of_manifest(text: &str) -> Option<InstalledProgram> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let own = json.get("name").and_then(|name| name.as_str());
    if let Some(package) = PROGRAM_NAMES.into_iter().find(|package| own == Some(package)) {
        let version = json.get("version").and_then(|version| version.as_str()).and_then(release);
        return Some(InstalledProgram { package, version, place: None, is_source: true });
    }
    let of = |package: &'static str| {
        let wanted = json.get("dependencies")?.get(package)?.as_str()?;
        // Of a range only what it begins with is known: no release.
        let version = release(wanted.trim_start_matches('='));
        Some(InstalledProgram { package, version, place: None, is_source: false })
    };
    PROGRAM_NAMES.into_iter().find_map(of)
}

/// What a shell script installs, or fetches to run: the last of it. None where it installs no OpenClaw.
#[must_use]
pub fn of_script(script: &str) -> Option<InstalledProgram> {
    if !PROGRAM_NAMES.iter().any(|package| script.contains(package)) {
        return None;
    }
    let mut found = None;
    let mut checked_out = None;
    for command in script.split(['\n', ';', '&', '|']) {
        let line = command.split_once(" #").map_or(command, |(line, _)| line);
        if line.trim_start().starts_with('#') {
            continue;
        }
        let words = line.split_whitespace().map(|word| word.trim_matches(['"', '\'', '(', ')', '`']));
        let words: Vec<&str> = words.collect();
        if let Some(program) = of_package_manager(&words).or_else(|| of_source(&words)) {
            found = Some(program);
        } else if words.first() == Some(&"git") && words.contains(&"checkout") {
            checked_out = words.last().and_then(|word| release(word));
        }
    }
    let installer = || {
        // `curl -fsSL https://openclaw.ai/install.sh | bash`
        let sites = [("openclaw.ai/", "openclaw"), ("clawd.bot/", "clawdbot"), ("molt.bot/", "moltbot")];
        let (_, package) = sites.into_iter().find(|(site, _)| {
            script.match_indices(site).any(|(at, _)| script[at + site.len()..].starts_with("install"))
        })?;
        let words: Vec<&str> = script.split_whitespace().collect();
        let flag = words.iter().position(|word| *word == "--version").and_then(|at| words.get(at + 1));
        let variable = words.iter().find_map(|word| word.split_once("_VERSION=")).map(|(_, value)| value);
        let version = flag.copied().or(variable).and_then(|word| release(word.trim_matches(['"', '\''])));
        Some(InstalledProgram { package, version, place: None, is_source: false })
    };
    let mut found = found.or_else(installer)?;
    if found.is_source && found.version.is_none() {
        found.version = checked_out;
    }
    Some(found)
}

/// A script that runs the program: `exec openclaw gateway`, `node dist/index.js gateway`.
#[must_use]
pub fn of_run(script: &str) -> Option<InstalledProgram> {
    for line in script.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let Some(at) = words.iter().position(|word| *word == "gateway") else { continue };
        // What is run in another container is another's.
        let Some(before) = at.checked_sub(1).map(|at| words[at]).filter(|_| words[0] != "docker") else {
            continue;
        };
        let name = before.rsplit('/').next().unwrap_or(before).trim_end_matches(".mjs");
        let is_entry = before.ends_with("dist/index.js") || before.ends_with("dist/entry.js");
        let package = PROGRAM_NAMES.into_iter().find(|package| name == *package);
        if let Some(package) = package.or(is_entry.then_some("openclaw")) {
            return Some(InstalledProgram { package, version: None, place: None, is_source: false });
        }
    }
    None
}

/// `npm i -g openclaw@2026.9.6`, `pnpm add -g`, `yarn global add`, `bun install -g`, `npx openclaw@…`.
fn of_package_manager(words: &[&str]) -> Option<InstalledProgram> {
    let name = |word: &str| word.rsplit('/').next().unwrap_or_default().to_owned();
    let managers = ["npm", "pnpm", "yarn", "bun", "npx", "pnpx", "bunx"];
    let at = words.iter().position(|word| managers.contains(&name(word).as_str()))?;
    let rest = &words[at + 1..];
    let runs = words[at].ends_with('x') || rest.iter().any(|word| matches!(*word, "dlx" | "exec" | "x"));
    let installs = rest.iter().any(|word| matches!(*word, "i" | "in" | "install" | "add" | "isntall"));
    if !runs && !installs {
        return None;
    }
    rest.iter().find_map(|word| of_spec(word))
}

/// `openclaw`, `openclaw@2026.9.6`, `openclaw-2026.9.6.tgz`, `github:openclaw/openclaw#v2026.9.6`.
fn of_spec(word: &str) -> Option<InstalledProgram> {
    let found = |package, version: Option<String>| {
        Some(InstalledProgram { package, version, place: None, is_source: false })
    };
    for package in PROGRAM_NAMES {
        if word == package {
            return found(package, None);
        }
        if let Some(version) = word.strip_prefix(package).and_then(|rest| rest.strip_prefix('@')) {
            return found(package, release(version));
        }
        let file = word.rsplit('/').next().unwrap_or(word);
        if let Some(version) = file.strip_prefix(package).and_then(|rest| rest.strip_prefix('-'))
            && let Some(version) = version.strip_suffix(".tgz")
        {
            return found(package, release(version));
        }
        let (source, tag) = word.split_once('#').unwrap_or((word, ""));
        if source.trim_end_matches(".git").ends_with(&format!("{package}/{package}")) {
            return found(package, release(tag));
        }
    }
    None
}

/// `git clone --branch v2026.9.6 https://github.com/openclaw/openclaw`.
fn of_source(words: &[&str]) -> Option<InstalledProgram> {
    let at = words.iter().position(|word| *word == "clone").filter(|_| words.contains(&"git"))?;
    let rest = &words[at + 1..];
    let is_of = |package: &&str| {
        let path = format!("/{package}/{package}");
        rest.iter().any(|word| word.trim_end_matches(".git").ends_with(&path))
    };
    let package = PROGRAM_NAMES.into_iter().find(is_of)?;
    let branch = rest.iter().position(|word| matches!(*word, "-b" | "--branch"));
    let branch = branch.and_then(|at| rest.get(at + 1)).copied();
    let branch = branch.or_else(|| rest.iter().find_map(|word| word.strip_prefix("--branch=")));
    Some(InstalledProgram { package, version: branch.and_then(release), place: None, is_source: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(program: Option<InstalledProgram>) -> String {
        program.map_or("-".to_owned(), |program| {
            let version = program.version.as_deref().unwrap_or("?");
            format!("{} {version}{}", program.package, if program.is_source { " source" } else { "" })
        })
    }

    #[test]
    fn what_a_script_installs() {
        for (script, expected) in [
            ("npm install -g openclaw@2026.9.6", "openclaw 2026.9.6"),
            ("npm i -g \"openclaw@v2026.3.24\" && npm cache clean --force", "openclaw 2026.3.24"),
            ("npm install -g openclaw", "openclaw ?"),
            ("npm install -g openclaw@latest", "openclaw ?"),
            ("npm install --global pnpm openclaw@$VERSION", "openclaw ?"),
            ("apt-get update && npm install -g clawdbot@2026.1.24-3", "clawdbot 2026.1.24-3"),
            ("pnpm add -g moltbot", "moltbot ?"),
            ("corepack enable; pnpm add --global openclaw@2026.4.15", "openclaw 2026.4.15"),
            ("yarn global add openclaw@2026.5.12", "openclaw 2026.5.12"),
            ("bun install -g openclaw@2026.7.1", "openclaw 2026.7.1"),
            ("exec npx -y openclaw@2026.9.6 gateway run", "openclaw 2026.9.6"),
            ("pnpm dlx openclaw gateway", "openclaw ?"),
            ("npm i -g ./openclaw-2026.9.6.tgz", "openclaw 2026.9.6"),
            ("npm i -g github:openclaw/openclaw#v2026.9.5", "openclaw 2026.9.5"),
            ("curl -fsSL https://openclaw.ai/install.sh | bash", "openclaw ?"),
            (
                "curl -fsSL https://openclaw.ai/install.sh | bash -s -- --version 2026.9.6",
                "openclaw 2026.9.6",
            ),
            (
                "git clone --depth 1 -b v2026.9.6 https://github.com/openclaw/openclaw.git .",
                "openclaw 2026.9.6 source",
            ),
            (
                "git clone https://github.com/openclaw/openclaw\ngit checkout v2026.4.15",
                "openclaw 2026.4.15 source",
            ),
            ("npm i -g openclaw@2026.4.15\nnpm i -g openclaw@2026.9.6", "openclaw 2026.9.6"),
            // Other programs that have the name in theirs, and what only speaks of it.
            ("npm install -g openclaw-notes", "-"),
            ("npm install @me/openclaw", "-"),
            ("echo npm install openclaw-ui", "-"),
            ("mkdir -p /root/.openclaw && chown node /home/node/.openclaw", "-"),
            ("git clone https://github.com/me/openclaw-bridge", "-"),
            ("# npm install -g openclaw", "-"),
            ("pip install openclaw", "-"),
        ] {
            assert_eq!(shown(of_script(script)), expected, "{script}");
        }
    }

    #[test]
    fn what_an_image_is() {
        for (image, expected) in [
            ("ghcr.io/openclaw/openclaw:2026.7.1", "openclaw 2026.7.1"),
            ("ghcr.io/openclaw/openclaw:2026.9.6-slim@sha256:00", "openclaw 2026.9.6-slim"),
            ("docker.io/openclaw/openclaw", "openclaw ?"),
            ("openclaw:local", "openclaw ?"),
            ("ghcr.io/clawdbot/clawdbot:v2026.1.20", "clawdbot 2026.1.20"),
            ("me/openclaw:1", "-"),
            ("node:24", "-"),
        ] {
            assert_eq!(shown(of_reference(image)), expected, "{image}");
        }
    }

    #[test]
    fn what_a_manifest_says() {
        for (text, expected) in [
            (r#"{"name": "openclaw", "version": "2026.9.6"}"#, "openclaw 2026.9.6 source"),
            (r#"{"name": "x", "dependencies": {"openclaw": "2026.4.15"}}"#, "openclaw 2026.4.15"),
            (r#"{"name": "x", "dependencies": {"clawdbot": "^2026.1.20"}}"#, "clawdbot ?"),
            (r#"{"name": "persona", "dependencies": {"ws": "8.18.0"}}"#, "-"),
            (r#"{"name": "openclaw-ui", "version": "1.0.0"}"#, "-"),
            ("nonsense", "-"),
        ] {
            assert_eq!(shown(of_manifest(text)), expected, "{text}");
        }
    }
}
