//! From what was read to settings: who reads what, in which order.

pub mod any_key;
pub mod auth;
pub mod client;
pub mod key_rotation;
pub mod locations;
pub mod models;
pub mod network;
pub mod precedence;
pub mod providers;
