//! What Compose refuses.

pub(crate) mod consistency;
pub(crate) mod schema;
pub(crate) mod unicity;
