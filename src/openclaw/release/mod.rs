//! What is known of releases: numbers, behaviour by range, the catalogue and the config schemas of the packages.

pub mod behaviour;
pub mod catalog;
pub mod channels;
#[cfg(test)]
mod config_answers;
pub(crate) mod data;
pub mod history;
pub mod number;
pub mod schema;
