//! CD7xx: what a manager of containers does to a project.

pub(crate) mod coolify_variables;
pub(crate) mod dokploy_relative_path;
pub(crate) mod object_key_missing;
pub(crate) mod podman_selinux_userns;
pub(crate) mod portainer_relative_path;
pub(crate) mod store_credential;
pub(crate) mod synology_user;
pub(crate) mod truenas_user;
pub(crate) mod unraid_user;
