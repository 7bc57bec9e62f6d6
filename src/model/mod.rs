//! What is known of projects, services and containers, put together from what the layers below say.

pub mod assemble;
mod project;

pub use project::{Origin, Project, ProjectFiles};
