//! CD8xx: what the engine reports of a container.

pub(crate) mod files_not_shown;
pub(crate) mod health_check_fails;
pub(crate) mod killed_for_memory;
pub(crate) mod not_running;
