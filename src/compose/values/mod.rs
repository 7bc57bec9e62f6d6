//! The values that Compose's fields have: ports, volumes, quantities, names, casts.

pub(crate) mod canonical;
pub(crate) mod cast;
pub(crate) mod path;
pub(crate) mod port;
pub(crate) mod quantity;
pub(crate) mod remote;
pub(crate) mod scalar;
pub(crate) mod shell_words;
pub(crate) mod volume;
