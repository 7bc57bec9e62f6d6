//! The history: each range of releases says what is new in it.

use super::{
    Behaviour, CommandRules, ConfigRules, CredentialRules, CredentialSource, DotenvRules, FlatEnv,
    HooksToken, Includes, LeftoverState, MissingReference, NetworkRules, NewerConfig, NewerLayout,
    NoCredential, Origins, PathRules, Plaintext, PortForm, ProfileFlags, ProviderRules, Retired,
    SandboxMounts, Scratch, SecretRefs, SessionFiles, StartRules, WorkspaceFilter, stores::*,
};
use crate::{
    openclaw::release::number::{Program, Release},
    secrets::PUBLISHED_EXAMPLES,
};
use CredentialSource::{Config, Env, Flag, Remote};

pub(super) const OPENCLAW: &str = "OPENCLAW_";
pub(super) const CLAWDBOT: &str = "CLAWDBOT_";

/// Examples that OpenClaw published, refused one after the other.
const EXAMPLE: &[&str] = &["change-me-to-a-long-random-token", "change-me-to-a-strong-password"];
const EXAMPLES: &[&str] =
    &["change-me-to-a-long-random-token", "change-me-to-a-strong-password", "change-me-now"];
const EXAMPLES_AND_WORDS: &[&str] = &[
    "change-me-to-a-long-random-token",
    "change-me-to-a-strong-password",
    "change-me-now",
    "undefined",
    "null",
];
const AUTH_MODES: &[&str] = &["none", "token", "password", "trusted-proxy"];

/// npm `clawdbot` 2026.1.24-3, the last that has all of its files.
const V2026_1: Behaviour = Behaviour {
    program: Program::Clawdbot,
    since: Release::new(2026, 1, 0),
    credentials: CredentialRules {
        server: &[Flag, Config, Env(CLAWDBOT)],
        client: &[Flag, Env(CLAWDBOT), Config],
        remote_client_token: &[Flag, Remote],
        remote_client_password: &[Flag, Env(CLAWDBOT), Remote],
        client_url_variables: &[],
        client_flags_stand_alone: false,
        service_kind_reads_config_first: false,
        auth_modes: &["token", "password"],
        auth_flag_modes: &["token", "password"],
        secret_refs: SecretRefs::Nowhere,
        blank_config_counts: true,
        missing_reference: MissingReference::InvalidConfig,
        takes_password_file: false,
    },
    start: StartRules {
        missing_provider_key_ends: false,
        no_credential: NoCredential::OpenOnLoopback,
        refused_credentials: &[],
        refuses_blank_token: false,
        refuses_two_credentials: false,
        trusted_proxy_excludes_token: false,
        hooks_token: HooksToken::MayBeSame,
        exit_unconfigured: 1,
        exit_invalid: 1,
        exit_broken: 1,
        exit_conflict: 1,
        newer_config: NewerConfig::Untried,
        scratch: Scratch::Unknown,
        memory: None,
    },
    network: NetworkRules {
        plaintext: Plaintext::Anywhere,
        proxy_takes_local_password: false,
        strict_port: false,
        custom_bind_needs_host: false,
        refuses_untrusted_proxies: false,
        device_needs_secure_context: false,
        device_check_can_be_off: true,
        origins: Origins::NotAsked,
        binds_all_in_container: false,
        port_variables: &["CLAWDBOT_GATEWAY_PORT"],
        port_form: PortForm::LeadingDigits,
        profile_has_port: false,
    },
    paths: PathRules {
        home_variables: &["HOME"],
        state_dir_variables: &["CLAWDBOT_STATE_DIR"],
        config_path_variables: &["CLAWDBOT_CONFIG_PATH"],
        state_dirs: &[".clawdbot"],
        config_names: &["clawdbot.json"],
        leftover_state: LeftoverState::LeftAlone,
        moves_earlier_state_dir: false,
        exit_moved_includes: None,
        selection_forgets: false,
    },
    config: ConfigRules {
        follows_retired_references: false,
        includes: Includes::Anywhere,
        include_refuses_hard_links: false,
        flat_env: FlatEnv::Taken,
        config_env_feeds_references: false,
        filters_config_env: false,
        config_env_trims: false,
    },
    dotenv: DotenvRules {
        reads_legacy_dotenv: true,
        workspace_filter: WorkspaceFilter::Nothing,
        reads_config_dir_dotenv: false,
        reads_gateway_env: false,
    },
    command: CommandRules {
        log_level_variable: false,
        run_takes_flags: false,
        profile_flags: ProfileFlags::BeforeCommandOfEntry,
    },
    stores: JSON_STORES,
    providers: ProviderRules {
        reads_openai_base_url: false,
        prefers_explicit_api_key: false,
        external_providers: false,
    },
    sandbox_mounts: SandboxMounts::OwnPath,
};

/// The first `openclaw`: new names first, the old ones still read.
const V2026_1_29: Behaviour = Behaviour {
    program: Program::OpenClaw,
    since: Release::new(2026, 1, 29),
    credentials: CredentialRules {
        server: &[Flag, Config, Env(OPENCLAW), Env(CLAWDBOT)],
        client: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Config],
        remote_client_password: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Remote],
        ..V2026_1.credentials
    },
    start: StartRules { no_credential: NoCredential::Refuses, ..V2026_1.start },
    network: NetworkRules {
        port_variables: &["OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"],
        ..V2026_1.network
    },
    paths: PathRules {
        home_variables: &["OPENCLAW_HOME", "HOME", "USERPROFILE"],
        state_dir_variables: &["OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"],
        config_path_variables: &["OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH"],
        state_dirs: &[".openclaw", ".clawdbot", ".moltbot", ".moldbot"],
        config_names: &["openclaw.json", "clawdbot.json", "moltbot.json", "moldbot.json"],
        ..V2026_1.paths
    },
    config: ConfigRules { config_env_feeds_references: true, ..V2026_1.config },
    dotenv: DotenvRules { reads_legacy_dotenv: false, ..V2026_1.dotenv },
    command: CommandRules { run_takes_flags: true, ..V2026_1.command },
    ..V2026_1
};

const V2026_2_3: Behaviour = Behaviour {
    since: Release::new(2026, 2, 3),
    credentials: CredentialRules { client_flags_stand_alone: true, ..V2026_1_29.credentials },
    ..V2026_1_29
};

/// The gateway no longer reads `CLAWDBOT_*`; the command line does.
const V2026_2_17: Behaviour = Behaviour {
    since: Release::new(2026, 2, 17),
    credentials: CredentialRules {
        server: &[Flag, Config, Env(OPENCLAW)],
        auth_modes: &["token", "password", "trusted-proxy"],
        ..V2026_2_3.credentials
    },
    start: StartRules { no_credential: NoCredential::OpenOnLoopback, ..V2026_2_3.start },
    network: NetworkRules { custom_bind_needs_host: true, ..V2026_2_3.network },
    config: ConfigRules { includes: Includes::BesideConfig, ..V2026_2_3.config },
    ..V2026_2_3
};

const V2026_2_19: Behaviour = Behaviour {
    since: Release::new(2026, 2, 19),
    credentials: CredentialRules { auth_modes: AUTH_MODES, ..V2026_2_17.credentials },
    start: StartRules {
        no_credential: NoCredential::Saves,
        hooks_token: HooksToken::MustDiffer,
        ..V2026_2_17.start
    },
    network: NetworkRules { plaintext: Plaintext::Loopback, ..V2026_2_17.network },
    ..V2026_2_17
};

/// A blank token in the config is none any more.
const V2026_2_22: Behaviour = Behaviour {
    since: Release::new(2026, 2, 22),
    credentials: CredentialRules {
        blank_config_counts: false,
        remote_client_token: &[Flag, Remote, Env(OPENCLAW), Env(CLAWDBOT), Config],
        remote_client_password: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Remote, Config],
        ..V2026_2_19.credentials
    },
    command: CommandRules { log_level_variable: true, ..V2026_2_19.command },
    ..V2026_2_19
};

const V2026_2_23: Behaviour = Behaviour {
    since: Release::new(2026, 2, 23),
    network: NetworkRules { origins: Origins::Required, ..V2026_2_22.network },
    ..V2026_2_22
};

const V2026_2_26: Behaviour = Behaviour {
    since: Release::new(2026, 2, 26),
    credentials: CredentialRules {
        auth_flag_modes: AUTH_MODES,
        secret_refs: SecretRefs::ProviderKeys,
        client: &[Flag, Env(OPENCLAW), Env(CLAWDBOT), Config, Remote],
        ..V2026_2_23.credentials
    },
    start: StartRules { scratch: Scratch::Temporary, ..V2026_2_23.start },
    network: NetworkRules { device_needs_secure_context: true, ..V2026_2_23.network },
    config: ConfigRules { include_refuses_hard_links: true, ..V2026_2_23.config },
    stores: FORGIVING_JSON_STORES,
    ..V2026_2_23
};

const V2026_3_1: Behaviour = Behaviour {
    since: Release::new(2026, 3, 1),
    network: NetworkRules {
        origins: Origins::SeededForConfigBind,
        plaintext: Plaintext::PrivateOnRequest,
        ..V2026_2_26.network
    },
    ..V2026_2_26
};

const V2026_3_2: Behaviour = Behaviour {
    since: Release::new(2026, 3, 2),
    credentials: CredentialRules {
        secret_refs: SecretRefs::Password,
        client_url_variables: &["OPENCLAW_GATEWAY_URL", "CLAWDBOT_GATEWAY_URL"],
        ..V2026_3_1.credentials
    },
    command: CommandRules { profile_flags: ProfileFlags::BeforeCommand, ..V2026_3_1.command },
    ..V2026_3_1
};

const V2026_3_7: Behaviour = Behaviour {
    since: Release::new(2026, 3, 7),
    credentials: CredentialRules {
        takes_password_file: true,
        missing_reference: MissingReference::PassedOver,
        secret_refs: SecretRefs::Token,
        service_kind_reads_config_first: true,
        ..V2026_3_2.credentials
    },
    start: StartRules { missing_provider_key_ends: true, refuses_two_credentials: true, ..V2026_3_2.start },
    network: NetworkRules { plaintext: Plaintext::NamesOnRequest, ..V2026_3_2.network },
    ..V2026_3_2
};

/// The old names are gone.
const V2026_3_22: Behaviour = Behaviour {
    since: Release::new(2026, 3, 22),
    credentials: CredentialRules {
        client_url_variables: &["OPENCLAW_GATEWAY_URL"],
        client: &[Flag, Env(OPENCLAW), Config, Remote],
        remote_client_token: &[Flag, Remote, Env(OPENCLAW), Config],
        remote_client_password: &[Flag, Env(OPENCLAW), Remote, Config],
        ..V2026_3_7.credentials
    },
    network: NetworkRules {
        port_variables: &["OPENCLAW_GATEWAY_PORT"],
        port_form: PortForm::WithHost,
        strict_port: true,
        ..V2026_3_7.network
    },
    paths: PathRules {
        state_dir_variables: &["OPENCLAW_STATE_DIR"],
        config_path_variables: &["OPENCLAW_CONFIG_PATH"],
        state_dirs: &[".openclaw", ".clawdbot", ".moldbot"],
        config_names: &["openclaw.json", "clawdbot.json", "moldbot.json"],
        ..V2026_3_7.paths
    },
    dotenv: DotenvRules { reads_legacy_dotenv: true, ..V2026_3_7.dotenv },
    ..V2026_3_7
};

const V2026_3_24: Behaviour = Behaviour {
    since: Release::new(2026, 3, 24),
    command: CommandRules { profile_flags: ProfileFlags::Anywhere, ..V2026_3_22.command },
    start: StartRules { newer_config: NewerConfig::Hangs, ..V2026_3_22.start },
    ..V2026_3_22
};

const V2026_3_28: Behaviour = Behaviour {
    since: Release::new(2026, 3, 28),
    dotenv: DotenvRules { workspace_filter: WorkspaceFilter::Network, ..V2026_3_24.dotenv },
    start: StartRules { newer_config: NewerConfig::Untried, ..V2026_3_24.start },
    ..V2026_3_24
};

const V2026_3_31: Behaviour = Behaviour {
    since: Release::new(2026, 3, 31),
    start: StartRules { trusted_proxy_excludes_token: true, ..V2026_3_28.start },
    paths: PathRules {
        state_dirs: &[".openclaw", ".clawdbot"],
        config_names: &["openclaw.json", "clawdbot.json"],
        ..V2026_3_28.paths
    },
    config: ConfigRules { filters_config_env: true, ..V2026_3_28.config },
    dotenv: DotenvRules { workspace_filter: WorkspaceFilter::Credentials, ..V2026_3_28.dotenv },
    ..V2026_3_28
};

const V2026_4_5: Behaviour = Behaviour {
    since: Release::new(2026, 4, 5),
    dotenv: DotenvRules { reads_gateway_env: true, ..V2026_3_31.dotenv },
    providers: ProviderRules { prefers_explicit_api_key: true, ..V2026_3_31.providers },
    ..V2026_3_31
};

/// A gateway in a container is reachable by itself.
const V2026_4_7: Behaviour = Behaviour {
    since: Release::new(2026, 4, 7),
    network: NetworkRules { binds_all_in_container: true, origins: Origins::Seeded, ..V2026_4_5.network },
    dotenv: DotenvRules { reads_config_dir_dotenv: true, ..V2026_4_5.dotenv },
    stores: JSON_STORES_AND_STATE,
    ..V2026_4_5
};

const V2026_4_10: Behaviour = Behaviour {
    since: Release::new(2026, 4, 10),
    start: StartRules { exit_unconfigured: 78, ..V2026_4_7.start },
    ..V2026_4_7
};

const V2026_4_12: Behaviour = Behaviour {
    since: Release::new(2026, 4, 12),
    start: StartRules { refused_credentials: EXAMPLE, ..V2026_4_10.start },
    ..V2026_4_10
};

const V2026_4_20: Behaviour = Behaviour {
    since: Release::new(2026, 4, 20),
    start: StartRules { refused_credentials: EXAMPLES, ..V2026_4_12.start },
    dotenv: DotenvRules { workspace_filter: WorkspaceFilter::OwnVariables, ..V2026_4_12.dotenv },
    ..V2026_4_12
};

/// `gateway` without `run` looks into a config that cannot be parsed itself
/// (`isBareGatewayForegroundRun`, not in 2026.4.21, in 2026.4.22; run with 2026.5.12).
const V2026_4_22: Behaviour = Behaviour {
    since: Release::new(2026, 4, 22),
    start: StartRules { exit_broken: 78, ..V2026_4_20.start },
    ..V2026_4_20
};

const V2026_4_27: Behaviour = Behaviour {
    since: Release::new(2026, 4, 27),
    network: NetworkRules { proxy_takes_local_password: true, ..V2026_4_22.network },
    ..V2026_4_22
};

const V2026_4_29: Behaviour = Behaviour {
    since: Release::new(2026, 4, 29),
    config: ConfigRules { config_env_trims: true, ..V2026_4_27.config },
    ..V2026_4_27
};

const V2026_5_2: Behaviour = Behaviour {
    since: Release::new(2026, 5, 2),
    config: ConfigRules { includes: Includes::BesideConfigOrRoots, ..V2026_4_29.config },
    ..V2026_4_29
};

const V2026_5_12: Behaviour = Behaviour {
    since: Release::new(2026, 5, 12),
    start: StartRules {
        no_credential: NoCredential::MakesUp,
        newer_config: NewerConfig::Used,
        ..V2026_5_2.start
    },
    config: ConfigRules { follows_retired_references: true, ..V2026_5_2.config },
    ..V2026_5_2
};

const V2026_5_18: Behaviour = Behaviour {
    since: Release::new(2026, 5, 18),
    start: StartRules { no_credential: NoCredential::MakesUpOnLoopback, ..V2026_5_12.start },
    network: NetworkRules { plaintext: Plaintext::Private, ..V2026_5_12.network },
    ..V2026_5_12
};

const V2026_5_28: Behaviour = Behaviour {
    since: Release::new(2026, 5, 28),
    dotenv: DotenvRules { workspace_filter: WorkspaceFilter::Everything, ..V2026_5_18.dotenv },
    ..V2026_5_18
};

const V2026_6_1: Behaviour = Behaviour {
    since: Release::new(2026, 6, 1),
    start: StartRules { hooks_token: HooksToken::MayBeSame, ..V2026_5_28.start },
    stores: JSON_STORES_WITHOUT_CODEX,
    ..V2026_5_28
};

/// The exit code was seen in 2026.6.11; that of the releases after 2026.3.24 and before is not known.
const V2026_6_5: Behaviour = Behaviour {
    since: Release::new(2026, 6, 5),
    start: StartRules { exit_invalid: 78, exit_broken: 78, ..V2026_6_1.start },
    paths: PathRules { moves_earlier_state_dir: true, ..V2026_6_1.paths },
    stores: AGENT_DATABASES,
    providers: ProviderRules { reads_openai_base_url: true, ..V2026_6_1.providers },
    ..V2026_6_1
};

const V2026_6_9: Behaviour = Behaviour {
    since: Release::new(2026, 6, 9),
    start: StartRules { newer_config: NewerConfig::Stops, ..V2026_6_5.start },
    stores: Stores { newer_layout: NewerLayout::Stops(1), ..AGENT_DATABASES },
    paths: PathRules { selection_forgets: true, ..V2026_6_5.paths },
    ..V2026_6_5
};

/// The exit code for a leftover state directory is not known of 2026.7; that of 2026.8 is taken.
const V2026_7_1: Behaviour = Behaviour {
    since: Release::new(2026, 7, 1),
    paths: PathRules { leftover_state: LeftoverState::Stops(1), ..V2026_6_9.paths },
    providers: ProviderRules { external_providers: true, ..V2026_6_9.providers },
    ..V2026_6_9
};

/// Server and command line read the same places in the same order at last.
const V2026_8_1: Behaviour = Behaviour {
    since: Release::new(2026, 8, 1),
    credentials: CredentialRules {
        server: &[Flag, Config, Env(OPENCLAW), Remote],
        client: &[Flag, Config, Env(OPENCLAW), Remote],
        service_kind_reads_config_first: false,
        missing_reference: MissingReference::FailsOrGenerates,
        ..V2026_7_1.credentials
    },
    start: StartRules { missing_provider_key_ends: false, ..V2026_7_1.start },
    network: NetworkRules {
        profile_has_port: true,
        refuses_untrusted_proxies: true,
        device_check_can_be_off: false,
        ..V2026_7_1.network
    },
    config: ConfigRules { flat_env: FlatEnv::Moved, follows_retired_references: false, ..V2026_7_1.config },
    command: CommandRules { profile_flags: ProfileFlags::AnywhereInPlaceOfInherited, ..V2026_7_1.command },
    stores: SHARED_DATABASE,
    ..V2026_7_1
};

const V2026_9_1: Behaviour = Behaviour {
    since: Release::new(2026, 9, 1),
    paths: PathRules { leftover_state: LeftoverState::MayWarn, ..V2026_8_1.paths },
    ..V2026_8_1
};

const V2026_9_3: Behaviour = Behaviour {
    since: Release::new(2026, 9, 3),
    start: StartRules { scratch: Scratch::TemporaryAndPerhapsCache, ..V2026_9_1.start },
    stores: Stores {
        newest_layout: Some((19, 16)),
        session_files: SessionFiles::Stop(78),
        ..SHARED_DATABASE
    },
    ..V2026_9_1
};

const V2026_9_4: Behaviour = Behaviour {
    since: Release::new(2026, 9, 4),
    start: StartRules {
        exit_conflict: 78,
        refused_credentials: EXAMPLES_AND_WORDS,
        refuses_blank_token: true,
        ..V2026_9_3.start
    },
    stores: Stores {
        retired: Retired::BlocksItsProviders,
        newest_layout: Some((19, 17)),
        ..V2026_9_3.stores
    },
    ..V2026_9_3
};

const V2026_9_5: Behaviour = Behaviour {
    since: Release::new(2026, 9, 5),
    paths: PathRules {
        exit_moved_includes: Some(1),
        leftover_state: LeftoverState::Warns,
        ..V2026_9_4.paths
    },
    sandbox_mounts: SandboxMounts::HostPath,
    stores: Stores { newest_layout: Some((21, 17)), missing_pin_ends: true, ..V2026_9_4.stores },
    ..V2026_9_4
};

const V2026_9_6: Behaviour = Behaviour {
    since: Release::new(2026, 9, 6),
    start: StartRules {
        refused_credentials: PUBLISHED_EXAMPLES,
        scratch: Scratch::TemporaryAndCache,
        memory: Some((400, 512)),
        ..V2026_9_5.start
    },
    paths: PathRules { leftover_state: LeftoverState::Stops(78), ..V2026_9_5.paths },
    stores: Stores {
        newest_layout: Some((23, 18)),
        session_files: SessionFiles::TakenOver,
        ..V2026_9_5.stores
    },
    ..V2026_9_5
};

/// Every range, oldest first.
pub static BEHAVIOURS: [Behaviour; 37] = [
    V2026_1, V2026_1_29, V2026_2_3, V2026_2_17, V2026_2_19, V2026_2_22, V2026_2_23, V2026_2_26, V2026_3_1,
    V2026_3_2, V2026_3_7, V2026_3_22, V2026_3_24, V2026_3_28, V2026_3_31, V2026_4_5, V2026_4_7, V2026_4_10,
    V2026_4_12, V2026_4_20, V2026_4_22, V2026_4_27, V2026_4_29, V2026_5_2, V2026_5_12, V2026_5_18,
    V2026_5_28, V2026_6_1, V2026_6_5, V2026_6_9, V2026_7_1, V2026_8_1, V2026_9_1, V2026_9_3, V2026_9_4,
    V2026_9_5, V2026_9_6,
];

/// The range of everything newer than what is known.
pub(super) const NEWEST: &Behaviour = &V2026_9_6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_takes_the_range_it_falls_into() {
        let since = |text| Behaviour::of(Program::OpenClaw, Release::parse(text)).since;
        assert_eq!(since("2026.1.30"), V2026_1_29.since);
        assert_eq!(since("2026.3.3"), V2026_3_2.since);
        assert_eq!(since("2026.3.23"), V2026_3_22.since);
        assert_eq!(since("2026.7.35"), V2026_7_1.since);
        assert_eq!(since("2026.9.6"), V2026_9_6.since);
        assert_eq!(since("2031.1.1"), V2026_9_6.since);
        assert_eq!(since("latest"), V2026_9_6.since);
    }

    #[test]
    fn sandboxes_are_given_the_hosts_paths_since_2026_9_5() {
        let mounts = |text| Behaviour::of(Program::OpenClaw, Release::parse(text)).sandbox_mounts;
        assert_eq!(mounts("2026.9.4"), SandboxMounts::OwnPath);
        assert_eq!(mounts("2026.9.5"), SandboxMounts::HostPath);
    }

    #[test]
    fn the_ranges_are_in_order() {
        let key = |b: &Behaviour| (b.program == Program::OpenClaw, b.since);
        assert!(BEHAVIOURS.windows(2).all(|w| key(&w[0]) < key(&w[1])));
    }
}
