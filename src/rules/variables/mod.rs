//! CD2xx: variables on their way into the container.

pub(crate) mod blank_passthrough;
pub(crate) mod compose_warning;
pub(crate) mod container_stale;
pub(crate) mod dead_env;
pub(crate) mod declared_not_passed;
pub(crate) mod dockerfile_missing;
pub(crate) mod dotenv_dollar;
pub(crate) mod dotenv_portability;
pub(crate) mod dotenv_unreadable;
pub(crate) mod duplicate_key;
pub(crate) mod env_file_overridden;
pub(crate) mod host_port_leak;
pub(crate) mod invisible_chars;
pub(crate) mod legacy_dotenv;
pub(crate) mod project_elsewhere;
pub(crate) mod shell_shadows_dotenv;
pub(crate) mod template_mark_left;
pub(crate) mod unset_variable;
pub(crate) mod value_not_used;
pub(crate) mod workspace_dotenv_ignored;
pub(crate) mod wrong_compose_set;
