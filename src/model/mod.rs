//! What is known of projects, services and containers, put together from what the layers below say.

pub mod assemble;
pub mod below;
pub mod certainty;
pub mod container_env;
pub mod detect;
pub mod gateway_clients;
mod project;
pub mod project_facts;
pub mod target;
pub mod written_for;

pub use project::{Project, ProjectFiles, ProjectOrigin};
