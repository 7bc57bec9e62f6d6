//! The model as data: what each range of releases reads, in which order.
//!
//! One [`Behaviour`] holds from its release until the next; `BEHAVIOURS` is read top to bottom,
//! oldest first. A release newer than the last entry is taken to behave as the last entry.

use super::release::{Program, Release};

/// A place that a gateway credential is taken from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// `--token`, `--password` of the gateway's command line.
    Flag,
    /// `gateway.auth.<token|password>`.
    Config,
    /// A variable of the process, with this prefix: `<PREFIX>GATEWAY_TOKEN`.
    Env(&'static str),
    /// `gateway.remote.<token|password>`.
    Remote,
}

/// What a release does. Every field names a decision that changed at least once.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// The program.
    pub program: Program,
    /// The first release that it holds for.
    pub since: Release,

    /// The gateway's credential: the first place that has one.
    pub server: &'static [Place],
    /// The command line's, with `gateway.mode` local or unset.
    pub client: &'static [Place],
    /// The command line's token, with `gateway.mode: "remote"`.
    pub remote_client_token: &'static [Place],
    /// The command line's password, with `gateway.mode: "remote"`.
    pub remote_client_password: &'static [Place],
    /// `OPENCLAW_GATEWAY_URL` makes the command line leave the config's credentials alone.
    pub url_switches_to_env: bool,
    /// `"gateway.auth.token": ""` counts as a token (`??` instead of a trimmed test).
    pub blank_config_counts: bool,
    /// What a `${NAME}` without a value in the config's token does.
    pub missing_reference: MissingReference,
    /// A token of `undefined`, `null`, a published example or a redaction mark stops the gateway.
    pub refuses_weak_token: bool,
    /// Token and password in the config without a mode stop the gateway.
    pub refuses_two_credentials: bool,
    /// Exit code of a gateway that finds its configuration wanting.
    pub exit_config: i32,
    /// A config without `gateway.mode` stops the gateway.
    pub requires_mode: bool,
    /// Without `--bind` and `gateway.bind` a gateway in a container listens on all addresses.
    pub binds_all_in_container: bool,
    /// Without any credential the gateway makes one up when it listens on loopback only.
    pub generates_token: bool,

    /// Variables of the home directory, best first.
    pub home_variables: &'static [&'static str],
    /// Variables of the state directory.
    pub state_dir_variables: &'static [&'static str],
    /// Variables of the config file.
    pub config_path_variables: &'static [&'static str],
    /// Variables of the profile.
    pub profile_variables: &'static [&'static str],
    /// Variables of the port.
    pub port_variables: &'static [&'static str],
    /// State directories below the home directory, the release's own first.
    pub state_dirs: &'static [&'static str],
    /// Config file names, the release's own first.
    pub config_names: &'static [&'static str],
    /// A non-empty state directory of an earlier name beside the own one stops the gateway.
    pub refuses_leftover_state: bool,

    /// Drops credentials, base URLs and its own variables from `<cwd>/.env`.
    pub filters_workspace_dotenv: bool,
    /// Reads the `.env` of the config's directory, where it is not the state directory's.
    pub reads_config_dir_dotenv: bool,
    /// Reads `~/.config/openclaw/gateway.env`.
    pub reads_gateway_env: bool,
    /// Takes variables directly below `env`, not only below `env.vars`.
    pub takes_flat_env: bool,
    /// Drops proxies, `NODE_*` and the like from `env.vars`.
    pub filters_config_env: bool,

    /// `OPENAI_BASE_URL` is the default base URL of provider `openai`.
    pub reads_openai_base_url: bool,
    /// `models.providers.<id>.auth: "api-key"` puts the config's key before the environment's.
    pub prefers_explicit_api_key: bool,
}

/// What a `${NAME}` without a value does to the gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MissingReference {
    /// The config is invalid, and the gateway ends.
    InvalidConfig,
    /// The gateway ends with exit code 1 when another credential is configured, and makes up a
    /// random token when none is.
    FailsOrGenerates,
}

use Place::{Config, Env, Flag, Remote};

const OPENCLAW: &str = "OPENCLAW_";
const CLAWDBOT: &str = "CLAWDBOT_";

const CLAWDBOT_2026_1: Behaviour = Behaviour {
    program: Program::Clawdbot,
    since: Release::new(2026, 1, 0),
    server: &[Flag, Config, Env(CLAWDBOT)],
    client: &[Flag, Env(CLAWDBOT), Config],
    remote_client_token: &[Flag, Remote],
    remote_client_password: &[Flag, Env(CLAWDBOT), Remote],
    url_switches_to_env: false,
    blank_config_counts: true,
    missing_reference: MissingReference::InvalidConfig,
    refuses_weak_token: false,
    refuses_two_credentials: false,
    exit_config: 1,
    requires_mode: true,
    binds_all_in_container: false,
    generates_token: false,
    home_variables: &["HOME"],
    state_dir_variables: &["CLAWDBOT_STATE_DIR"],
    config_path_variables: &["CLAWDBOT_CONFIG_PATH"],
    profile_variables: &["CLAWDBOT_PROFILE"],
    port_variables: &["CLAWDBOT_GATEWAY_PORT"],
    state_dirs: &[".clawdbot"],
    config_names: &["clawdbot.json"],
    refuses_leftover_state: false,
    filters_workspace_dotenv: false,
    reads_config_dir_dotenv: false,
    reads_gateway_env: false,
    takes_flat_env: true,
    filters_config_env: false,
    reads_openai_base_url: false,
    prefers_explicit_api_key: false,
};

const OPENCLAW_2026_1_29: Behaviour = Behaviour {
    program: Program::OpenClaw,
    since: Release::new(2026, 1, 29),
    server: &[Flag, Config, Env(OPENCLAW), Env(CLAWDBOT)],
    client: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Config],
    remote_client_password: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Remote],
    home_variables: &["OPENCLAW_HOME", "HOME"],
    state_dir_variables: &["OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"],
    config_path_variables: &["OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH"],
    profile_variables: &["OPENCLAW_PROFILE"],
    port_variables: &["OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"],
    state_dirs: &[".openclaw", ".clawdbot", ".moldbot", ".moltbot"],
    config_names: &["openclaw.json", "clawdbot.json", "moldbot.json", "moltbot.json"],
    ..CLAWDBOT_2026_1
};

const OPENCLAW_2026_3_3: Behaviour = Behaviour {
    since: Release::new(2026, 3, 1),
    remote_client_token: &[Flag, Remote, Env(OPENCLAW), Env(CLAWDBOT), Config],
    blank_config_counts: false,
    generates_token: true,
    ..OPENCLAW_2026_1_29
};

const OPENCLAW_2026_3_24: Behaviour = Behaviour {
    since: Release::new(2026, 3, 22),
    server: &[Flag, Config, Env(OPENCLAW)],
    client: &[Flag, Env(OPENCLAW), Config],
    remote_client_token: &[Flag, Remote, Env(OPENCLAW), Config],
    remote_client_password: &[Flag, Env(OPENCLAW), Remote, Config],
    state_dir_variables: &["OPENCLAW_STATE_DIR"],
    config_path_variables: &["OPENCLAW_CONFIG_PATH"],
    port_variables: &["OPENCLAW_GATEWAY_PORT"],
    state_dirs: &[".openclaw", ".clawdbot", ".moldbot"],
    ..OPENCLAW_2026_3_3
};

const OPENCLAW_2026_9: Behaviour = Behaviour {
    since: Release::new(2026, 4, 1),
    server: &[Flag, Config, Env(OPENCLAW), Remote],
    client: &[Flag, Config, Env(OPENCLAW), Remote],
    url_switches_to_env: true,
    missing_reference: MissingReference::FailsOrGenerates,
    refuses_weak_token: true,
    refuses_two_credentials: true,
    exit_config: 78,
    binds_all_in_container: true,
    state_dirs: &[".openclaw", ".clawdbot"],
    config_names: &["openclaw.json", "clawdbot.json"],
    refuses_leftover_state: true,
    filters_workspace_dotenv: true,
    reads_config_dir_dotenv: true,
    reads_gateway_env: true,
    takes_flat_env: false,
    filters_config_env: true,
    reads_openai_base_url: true,
    prefers_explicit_api_key: true,
    ..OPENCLAW_2026_3_24
};

/// Every range, oldest first.
pub static BEHAVIOURS: [Behaviour; 5] =
    [CLAWDBOT_2026_1, OPENCLAW_2026_1_29, OPENCLAW_2026_3_3, OPENCLAW_2026_3_24, OPENCLAW_2026_9];

impl Behaviour {
    /// The behaviour of a release; of an unknown one the newest.
    #[must_use]
    pub fn of(program: Program, release: Option<Release>) -> &'static Self {
        let of_program = || BEHAVIOURS.iter().filter(move |b| b.program == program);
        let Some(release) = release else { return of_program().next_back().unwrap_or(&BEHAVIOURS[4]) };
        of_program().rfind(|b| b.since <= release).or_else(|| of_program().next()).unwrap_or(&BEHAVIOURS[4])
    }

    /// The prefix of the variables that the program reads first.
    #[must_use]
    pub fn prefix(&self) -> &'static str {
        match self.program {
            Program::Clawdbot => CLAWDBOT,
            Program::OpenClaw => OPENCLAW,
        }
    }

    /// It reads variables of that prefix as credentials of the gateway.
    #[must_use]
    pub fn reads_prefix(&self, prefix: &str) -> bool {
        self.server.iter().any(|place| matches!(place, Env(p) if *p == prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_takes_the_range_it_falls_into() {
        let since = |text| Behaviour::of(Program::OpenClaw, Release::parse(text)).since;
        assert_eq!(since("2026.1.30"), OPENCLAW_2026_1_29.since);
        assert_eq!(since("2026.3.3"), OPENCLAW_2026_3_3.since);
        assert_eq!(since("2026.3.24"), OPENCLAW_2026_3_24.since);
        assert_eq!(since("2026.9.6"), OPENCLAW_2026_9.since);
        assert_eq!(since("2031.1.1"), OPENCLAW_2026_9.since);
        assert_eq!(since("latest"), OPENCLAW_2026_9.since);
    }

    #[test]
    fn the_ranges_are_in_order() {
        let key = |b: &Behaviour| (b.program == Program::OpenClaw, b.since);
        assert!(BEHAVIOURS.windows(2).all(|w| key(&w[0]) < key(&w[1])));
    }
}
