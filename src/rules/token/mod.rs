//! CD1xx: the gateway's token and password.

pub(crate) mod auth_missing;
pub(crate) mod auth_mode_conflict;
pub(crate) mod cli_behind_trusted_proxy;
pub(crate) mod hooks_token_is_gateway_token;
pub(crate) mod legacy_env_ignored;
pub(crate) mod service_tokens_disagree;
pub(crate) mod setup_rerun_rotates;
pub(crate) mod stale_token_in_container;
pub(crate) mod token_env_config_mismatch;
pub(crate) mod token_placeholder_or_weak;
pub(crate) mod token_remote_mismatch;
pub(crate) mod unresolved_reference;
