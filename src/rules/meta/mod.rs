//! CD9xx: clawdock's own comments.

pub(crate) mod unused_ignore;
