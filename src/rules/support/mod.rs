//! What rules of several series ask in the same way.

pub(crate) mod choices;
pub(crate) mod common;
pub(crate) mod credential;
pub(crate) mod fixes;
pub(crate) mod gateway_resource;
pub(crate) mod platform;
pub(crate) mod proposals;
pub(crate) mod remote;
