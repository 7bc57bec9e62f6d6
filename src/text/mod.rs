//! Texts and the values in them: what may be secret, where a text came from, limits, small helpers.

pub mod glob;
pub mod limits;
pub mod nearest;
pub mod secret;
pub mod source;
