//! CD4xx: the state directory and the config.

pub(crate) mod config_broken;
pub(crate) mod config_never_read;
pub(crate) mod empty_host_path;
pub(crate) mod host_path_leak;
pub(crate) mod legacy_state_dir;
pub(crate) mod mount_path_unused;
pub(crate) mod nested_state_dir;
pub(crate) mod readonly_state;
pub(crate) mod shared_between_gateways;
pub(crate) mod single_file_config_mount;
pub(crate) mod state_not_persisted;
pub(crate) mod uid_mismatch;
