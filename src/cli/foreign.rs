//! Files that are no compose files, recognized by their name or first keys: whoever gives one to a
//! command is told what it is and what to type.

use crate::{text::limits, world::host::World};
use std::{fmt, path::Path};

/// What a file is, if it is something else than a compose file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ForeignFile {
    Kubernetes,
    HelmChart,
    HelmTemplate,
    Kustomization,
    Quadlet,
    Fly,
    ShellScript,
    Markdown,
    Dockerfile,
    DockerInspect,
    OpenClawConfig,
    Dotenv,
}

impl ForeignFile {
    /// Recognizes a file of this host.
    pub(crate) fn of_file(path: &Path, host: &World) -> Option<Self> {
        let path = host.cwd.join(path);
        let text = host.files.read_text(&path, limits::COMPOSE_FILE).ok();
        Self::of(&path.file_name()?.to_string_lossy(), text.as_deref().unwrap_or_default())
    }

    /// Recognizes a text; the name is empty for standard input.
    pub(crate) fn of(name: &str, text: &str) -> Option<Self> {
        let extension = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default();
        let has = |key: &str| text.lines().any(|line| line.starts_with(key));
        let is_section = |section: &str| text.lines().any(|line| line.trim_end() == section);
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let is_compose = has("services:") || has("include:");
        if is_compose {
            return None;
        }
        if name == "fly.toml"
            || (extension == "toml" && (is_section("[http_service]") || has("primary_region")))
        {
            return Some(Self::Fly);
        }
        if is_section("[Container]")
            || is_section("[Pod]")
            || matches!(extension, "container" | "pod" | "kube")
        {
            return Some(Self::Quadlet);
        }
        if name == "Chart.yaml" {
            return Some(Self::HelmChart);
        }
        if matches!(extension, "yaml" | "yml" | "tpl") && is_template(text) {
            return Some(Self::HelmTemplate);
        }
        if name.starts_with("kustomization.") || has("kind: Kustomization") {
            return Some(Self::Kustomization);
        }
        if has("apiVersion:") && has("kind:") {
            return Some(Self::Kubernetes);
        }
        if first.starts_with("#!") || first.starts_with("docker run") || first.starts_with("podman run") {
            return Some(Self::ShellScript);
        }
        let is_instruction = |line: &str| line.starts_with("FROM ") || line.starts_with("# syntax=docker/");
        if matches!(extension, "md" | "markdown" | "mdx") {
            return Some(Self::Markdown);
        }
        if name.starts_with("Dockerfile") || name.starts_with("Containerfile") || is_instruction(first) {
            return Some(Self::Dockerfile);
        }
        if matches!(name, "openclaw.json" | "clawdbot.json" | "moltbot.json") {
            return Some(Self::OpenClawConfig);
        }
        if first.starts_with(['[', '{'])
            && (text.contains("\"Config\"") || text.contains("clawdock.snapshot/"))
        {
            return Some(Self::DockerInspect);
        }
        (name == ".env" || name.starts_with(".env.") || extension == "env").then_some(Self::Dotenv)
    }

    /// The files of a folder that are no compose files and may start OpenClaw, by their names.
    pub(crate) fn in_folder(folder: &Path, host: &World) -> Vec<String> {
        let mut names = host.files.names_in(folder);
        names.retain(|name| {
            let is_script = Path::new(name).extension().is_some_and(|e| e == "sh");
            !is_script
                && matches!(
                    Self::of(name, ""),
                    Some(Self::Fly | Self::Quadlet | Self::HelmChart | Self::Dockerfile)
                )
        });
        names.sort();
        names
    }

    /// What to type instead.
    fn advice(self) -> &'static str {
        match self {
            Self::HelmChart | Self::HelmTemplate => {
                "render it: `helm template RELEASE CHART | clawdock lint -`"
            }
            Self::Kustomization => "build it: `kubectl kustomize FOLDER | clawdock lint -`",
            Self::Kubernetes | Self::Fly => {
                "clawdock reads compose files, and containers of a Docker or Podman engine (`clawdock inspect`)"
            }
            Self::Quadlet => {
                "its containers are in units of their own (`.container`), which `clawdock lint` reads; of one that runs `clawdock inspect --host unix://$XDG_RUNTIME_DIR/podman/podman.sock` reports"
            }
            Self::ShellScript | Self::Markdown => {
                "a `docker run` command in it would be read; `clawdock inspect` reports on a container that runs"
            }
            Self::Dockerfile => {
                "give the compose file that builds it, or run `clawdock inspect` for a running container"
            }
            Self::DockerInspect => "run `clawdock inspect --snapshot FILE`",
            Self::OpenClawConfig | Self::Dotenv => {
                "give the folder of the compose file; clawdock reads this file as the services do"
            }
        }
    }
}

impl fmt::Display for ForeignFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Kubernetes => "a Kubernetes manifest",
            Self::HelmChart => "a Helm chart",
            Self::HelmTemplate => "a template of a Helm chart",
            Self::Kustomization => "a kustomization",
            Self::Quadlet => "a Podman Quadlet unit for systemd",
            Self::Fly => "a configuration of Fly.io",
            Self::ShellScript => "a shell script",
            Self::Markdown => "a Markdown document",
            Self::Dockerfile => "a Dockerfile",
            Self::DockerInspect => "JSON of `docker inspect` or `clawdock snapshot`",
            Self::OpenClawConfig => "a config of OpenClaw",
            Self::Dotenv => "an env file",
        };
        write!(f, "is {what}, not a compose file: {}", self.advice())
    }
}

/// Marks of Go's templates, which Helm fills in.
fn is_template(text: &str) -> bool {
    ["{{ .", "{{- ", "{{.", "{{ include", "{{ $", "{{ if"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::ForeignFile as File;

    #[test]
    fn files_by_name_and_first_keys() {
        for (name, text, kind) in [
            ("deploy.yaml", "---\napiVersion: apps/v1\nkind: Deployment\n", Some(File::Kubernetes)),
            ("claw.yaml", "apiVersion: v1\nkind: Pod\nname: {{ .Values.x }}\n", Some(File::HelmTemplate)),
            ("kustomization.yaml", "resources: [a.yaml]\n", Some(File::Kustomization)),
            ("README.md", "# x\n", Some(File::Markdown)),
            ("Chart.yaml", "apiVersion: v2\nname: claw\n", Some(File::HelmChart)),
            ("claw.container", "[Unit]\nDescription=x\n\n[Container]\nImage=x\n", Some(File::Quadlet)),
            ("fly.toml", "app = \"claw\"\n", Some(File::Fly)),
            ("run", "#!/bin/sh\ndocker run openclaw\n", Some(File::ShellScript)),
            ("up.sh", "\ndocker run -d openclaw\n", Some(File::ShellScript)),
            ("Dockerfile.prod", "", Some(File::Dockerfile)),
            ("", "FROM ghcr.io/openclaw/openclaw\n", Some(File::Dockerfile)),
            ("", "[{\"Id\": \"x\", \"Config\": {}}]", Some(File::DockerInspect)),
            ("openclaw.json", "{}", Some(File::OpenClawConfig)),
            (".env", "A=b\n", Some(File::Dotenv)),
            ("compose.yaml", "services: {}\n", None),
            ("x.yml", "name: x\nservices:\n  a: {image: b}\n", None),
            ("broken.yml", "servces:\n", None),
            ("compose.json", "{\"services\": {}}", None),
        ] {
            assert_eq!(File::of(name, text), kind, "{name}: {text}");
        }
    }
}
