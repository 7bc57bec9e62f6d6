//! CD5xx: where the gateway listens, and who reaches it.

pub(crate) mod bind_invalid;
pub(crate) mod bind_loopback_published;
pub(crate) mod cli_cannot_reach_gateway;
pub(crate) mod healthcheck_lies;
pub(crate) mod insecure_origin;
pub(crate) mod memory_limit;
pub(crate) mod origins_missing_or_wrong;
pub(crate) mod port_map_mismatch;
pub(crate) mod ports_in_foreign_network;
pub(crate) mod proxy_not_trusted;
pub(crate) mod proxy_takes_local;
pub(crate) mod published_on_all_interfaces;
pub(crate) mod service_command;
pub(crate) mod start_refused;
pub(crate) mod tls_unchecked;
pub(crate) mod trusted_proxies_too_wide;
