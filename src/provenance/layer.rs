//! Where a value can be set, and what was looked at for it: one enum for both.

use serde::Serialize;
use std::fmt;

/// A place that settings and variables are taken from. The order is that of columns in a report where
/// nothing else decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// OpenClaw's built-in default.
    Default,
    /// A Dockerfile, and an `ARG` of it.
    Dockerfile,
    /// `ENV` of the image.
    ImageEnv,
    /// The environment that `docker compose` runs in.
    HostEnv,
    /// The project's `.env`, or that of an included project.
    ProjectDotenv,
    /// A file given by `--env-file`, `COMPOSE_ENV_FILES` or `include.env_file`.
    CliEnvFile,
    /// A compose file.
    ComposeFile,
    /// A file of the service's `label_file:`.
    ComposeLabelFile,
    /// A file of the service's `env_file:`.
    ComposeEnvFile,
    /// The proxies of the docker client's `config.json`.
    ClientConfig,
    /// The service's `environment:`.
    ComposeEnvironment,
    /// A script that calls `docker run`.
    RunScript,
    /// The file of `docker run --env-file`.
    RunEnvFile,
    /// `-e` of `docker run`.
    RunEnv,
    /// A file of a Quadlet unit's `EnvironmentFile=`.
    UnitEnvFile,
    /// `Environment=` of a Quadlet unit.
    UnitEnvironment,
    /// A Secret of Kubernetes.
    KubernetesSecret,
    /// A ConfigMap of Kubernetes.
    KubernetesConfigMap,
    /// `envFrom:` of a container in a pod.
    PodEnvFrom,
    /// `env:` of a container in a pod.
    PodEnv,
    /// A flag in the service's or container's command.
    ComposeCommand,
    /// What the engine holds: `docker inspect`'s `.Config.Env`.
    ContainerEnv,
    /// A script that starts the program: the entrypoint, or what it runs.
    StartScript,
    /// The environment of a process, seen by a probe.
    ProcessEnv,
    /// `.env` in the working directory of the process.
    CwdDotenv,
    /// `.env` of OpenClaw's state directory.
    StateDotenv,
    /// `~/.config/openclaw/gateway.env`.
    GatewayEnvFile,
    /// `~/.clawdbot/.env`.
    LegacyDotenv,
    /// Imported from a login shell.
    ShellEnv,
    /// `env.vars` of `openclaw.json`.
    ConfigEnv,
    /// `openclaw.json`.
    Config,
    /// What a SecretRef of the config points to.
    SecretRef,
    /// A per-agent credential store.
    AuthProfile,
}

impl Layer {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Dockerfile => "dockerfile",
            Self::ImageEnv => "image-env",
            Self::HostEnv => "host-env",
            Self::ProjectDotenv => "project-dotenv",
            Self::CliEnvFile => "cli-env-file",
            Self::ComposeFile => "compose-file",
            Self::ComposeLabelFile => "compose-label-file",
            Self::ComposeEnvFile => "compose-env-file",
            Self::ClientConfig => "client-config",
            Self::ComposeEnvironment => "compose-environment",
            Self::RunScript => "run-script",
            Self::RunEnvFile => "run-env-file",
            Self::RunEnv => "run-env",
            Self::UnitEnvFile => "unit-env-file",
            Self::UnitEnvironment => "unit-environment",
            Self::KubernetesSecret => "kubernetes-secret",
            Self::KubernetesConfigMap => "kubernetes-config-map",
            Self::PodEnvFrom => "pod-env-from",
            Self::PodEnv => "pod-env",
            Self::ComposeCommand => "compose-command",
            Self::ContainerEnv => "container-env",
            Self::StartScript => "start-script",
            Self::ProcessEnv => "process-env",
            Self::CwdDotenv => "cwd-dotenv",
            Self::StateDotenv => "state-dotenv",
            Self::GatewayEnvFile => "gateway-env-file",
            Self::LegacyDotenv => "legacy-dotenv",
            Self::ShellEnv => "shell-env",
            Self::ConfigEnv => "config-env",
            Self::Config => "config",
            Self::SecretRef => "secret-ref",
            Self::AuthProfile => "auth-profile",
        }
    }

    /// `${NAME}` of a compose file is looked up in it.
    #[must_use]
    pub fn feeds_compose(self) -> bool {
        matches!(self, Self::HostEnv | Self::ProjectDotenv | Self::CliEnvFile)
    }

    /// It is a file of variables that Compose reads.
    #[must_use]
    pub fn is_env_file_of_compose(self) -> bool {
        matches!(self, Self::ProjectDotenv | Self::CliEnvFile | Self::ComposeEnvFile)
    }

    /// What gives a container its variables one by one: `environment:`, `-e`, `Environment=`, `env:`.
    #[must_use]
    pub fn is_environment(self) -> bool {
        matches!(self, Self::ComposeEnvironment | Self::RunEnv | Self::UnitEnvironment | Self::PodEnv)
    }

    /// What gives a container many variables at once: `env_file:`, `--env-file`, `EnvironmentFile=`, `envFrom:`.
    #[must_use]
    pub fn is_environment_source(self) -> bool {
        matches!(self, Self::ComposeEnvFile | Self::RunEnvFile | Self::UnitEnvFile | Self::PodEnvFrom)
    }

    /// It is a dotenv file that the release reads.
    #[must_use]
    pub fn is_dotenv_of_openclaw(self) -> bool {
        matches!(self, Self::CwdDotenv | Self::StateDotenv | Self::GatewayEnvFile)
    }
}

/// The phrase used in sentences, the same everywhere.
impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "built-in default",
            Self::Dockerfile => "Dockerfile",
            Self::ImageEnv => "image ENV",
            Self::HostEnv => "host environment",
            Self::ProjectDotenv => "project .env",
            Self::CliEnvFile => "--env-file",
            Self::ComposeFile => "compose file",
            Self::ComposeLabelFile => "label_file",
            Self::ComposeEnvFile => "env_file",
            Self::ClientConfig => "docker client config",
            Self::ComposeEnvironment => "environment",
            Self::RunScript => "script",
            Self::RunEnvFile => "--env-file",
            Self::RunEnv => "-e",
            Self::UnitEnvFile => "EnvironmentFile=",
            Self::UnitEnvironment => "Environment=",
            Self::KubernetesSecret => "Secret",
            Self::KubernetesConfigMap => "ConfigMap",
            Self::PodEnvFrom => "envFrom",
            Self::PodEnv => "env",
            Self::ComposeCommand => "command",
            Self::ContainerEnv => "container env",
            Self::StartScript => "start script",
            Self::ProcessEnv => "process env",
            Self::CwdDotenv => "working directory .env",
            Self::StateDotenv => "state .env",
            Self::GatewayEnvFile => "gateway.env",
            Self::LegacyDotenv => "legacy .env",
            Self::ShellEnv => "login shell",
            Self::ConfigEnv => "config env.vars",
            Self::Config => "config",
            Self::SecretRef => "secret reference",
            Self::AuthProfile => "auth profile",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_serde() {
        for layer in
            [Layer::Default, Layer::HostEnv, Layer::ComposeLabelFile, Layer::PodEnvFrom, Layer::AuthProfile]
        {
            assert_eq!(serde_json::to_value(layer).unwrap(), layer.id());
        }
    }
}
