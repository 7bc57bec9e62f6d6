//! Images that others are built from: as which user they run, and the homes of the users they have. Read
//! from `/etc/passwd` and the config of each image, or from its Dockerfile, in November 2026.

use crate::vocabulary::deployment::repository;

/// A family of images without OpenClaw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BaseImageFamily {
    /// Repositories, without a registry and `library/`; one that ends in `/` is all below it.
    repositories: &'static [&'static str],
    /// The user that they run as.
    pub runs_as: &'static str,
    /// Users besides root: name, number, home.
    users: &'static [(&'static str, u32, &'static str)],
}

const ROOT: &str = "root";

const FAMILIES: [BaseImageFamily; 12] = [
    BaseImageFamily { repositories: &["node"], runs_as: ROOT, users: &[("node", 1000, "/home/node")] },
    BaseImageFamily { repositories: &["oven/bun"], runs_as: ROOT, users: &[("bun", 1000, "/home/bun")] },
    BaseImageFamily { repositories: &["ubuntu"], runs_as: ROOT, users: &[("ubuntu", 1000, "/home/ubuntu")] },
    BaseImageFamily {
        repositories: &[
            "debian",
            "alpine",
            "busybox",
            "buildpack-deps",
            "fedora",
            "rockylinux",
            "almalinux",
            "amazonlinux",
            "archlinux",
            "opensuse/leap",
            "opensuse/tumbleweed",
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
            "perl",
            "elixir",
            "maven",
            "gradle",
            "nvidia/cuda",
            "pytorch/pytorch",
            "astral-sh/uv",
            "denoland/deno",
            "mcr.microsoft.com/dotnet/",
            "postgres",
            "redis",
            "mysql",
            "mongo",
            "traefik",
            "haproxy",
            "vllm/vllm-openai",
            "ollama/ollama",
        ],
        runs_as: ROOT,
        users: &[],
    },
    BaseImageFamily {
        repositories: &["nikolaik/python-nodejs"],
        runs_as: ROOT,
        users: &[("pn", 1000, "/home/pn")],
    },
    BaseImageFamily {
        repositories: &["mcr.microsoft.com/playwright", "mcr.microsoft.com/playwright/python"],
        runs_as: ROOT,
        users: &[("pwuser", 1001, "/home/pwuser")],
    },
    BaseImageFamily {
        repositories: &["mcr.microsoft.com/devcontainers/"],
        runs_as: ROOT,
        users: &[("vscode", 1000, "/home/vscode"), ("node", 1000, "/home/node")],
    },
    BaseImageFamily {
        repositories: &["cgr.dev/chainguard/node"],
        runs_as: "node",
        users: &[("node", 65_532, "/home/node")],
    },
    BaseImageFamily {
        repositories: &["gcr.io/distroless/"],
        runs_as: ROOT,
        users: &[("nonroot", 65_532, "/home/nonroot")],
    },
    // Its init is root; services run as `abc`, whose number `PUID` says.
    BaseImageFamily {
        repositories: &["linuxserver/", "lscr.io/linuxserver/"],
        runs_as: "abc",
        users: &[("abc", 911, "/config")],
    },
    BaseImageFamily {
        repositories: &["kasmweb/"],
        runs_as: "kasm-user",
        users: &[("kasm-user", 1000, "/home/kasm-user")],
    },
    BaseImageFamily {
        repositories: &["codercom/code-server"],
        runs_as: "coder",
        users: &[("coder", 1000, "/home/coder")],
    },
];

impl BaseImageFamily {
    /// The family of an image; none where it is not one of these.
    #[must_use]
    pub fn of(image: &str) -> Option<&'static Self> {
        let name = plain(repository(image));
        let fits = |known: &str| match known.strip_suffix('/') {
            Some(folder) => name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
            None => name == known,
        };
        FAMILIES.iter().find(|family| family.repositories.iter().any(|known| fits(known)))
    }

    /// The home of a user, by name or number.
    #[must_use]
    pub fn home(&self, user: &str) -> Option<&'static str> {
        let number = user.parse::<u32>().ok();
        let found = self.users.iter().find(|(name, uid, _)| *name == user || Some(*uid) == number);
        found.map(|(_, _, home)| *home)
    }

    /// The number of a user.
    #[must_use]
    pub fn uid(&self, user: &str) -> Option<u32> {
        self.users.iter().find(|(name, _, _)| *name == user).map(|(_, uid, _)| *uid)
    }
}

/// A repository without what stands for Docker Hub, and without its mirrors.
fn plain(repository: &str) -> &str {
    if let Some((_, name)) = repository.rsplit_once("library/") {
        return name;
    }
    let registries = ["docker.io/", "index.docker.io/", "registry-1.docker.io/", "ghcr.io/"];
    registries.iter().find_map(|registry| repository.strip_prefix(registry)).unwrap_or(repository)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_by_repository() {
        for (image, runs_as, user, home) in [
            ("node:24-slim@sha256:00", Some("root"), "1000", Some("/home/node")),
            ("docker.io/library/node", Some("root"), "node", Some("/home/node")),
            ("public.ecr.aws/docker/library/debian:12", Some("root"), "1000", None),
            ("me/node:24", None, "", None),
            ("lscr.io/linuxserver/webtop:ubuntu-xfce", Some("abc"), "abc", Some("/config")),
            ("ghcr.io/linuxserver/baseimage-ubuntu:noble", Some("abc"), "911", Some("/config")),
            ("ghcr.io/astral-sh/uv:python3.12", Some("root"), "", None),
            ("ghcr.io/openclaw/openclaw:2026.9.6", None, "", None),
        ] {
            let family = BaseImageFamily::of(image);
            assert_eq!(family.map(|family| family.runs_as), runs_as, "{image}");
            assert_eq!(family.and_then(|family| family.home(user)), home, "{image}");
        }
    }
}
