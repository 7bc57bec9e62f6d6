//! CD3xx: keys, base URLs and models of providers.

pub(crate) mod agent_without_credential;
pub(crate) mod auth_order_leaves_out;
pub(crate) mod base_url_dead_env;
pub(crate) mod base_url_loopback;
pub(crate) mod base_url_shape;
pub(crate) mod credential_expired;
pub(crate) mod credential_kinds_differ;
pub(crate) mod host_gateway_missing;
pub(crate) mod key_env_config_mismatch;
pub(crate) mod key_name_unknown;
pub(crate) mod key_prefix_wrong_provider;
pub(crate) mod model_not_allowed;
pub(crate) mod model_without_key;
pub(crate) mod plaintext_writeback;
pub(crate) mod plugin_not_in_image;
pub(crate) mod profile_shadows_key;
pub(crate) mod setup_token_left;
