//! How texts are mended: edits of bytes that keep comments, layout, line ends and byte-order marks.
//!
//! A rule says what is to be done ([`yaml`], [`dotenv`], [`json5`] know where the bytes are), and
//! the edits become a part of its finding. [`crate::findings::mending`] puts the edits of many findings
//! into texts and has every one of them judged before anything is written.

pub mod dotenv;
pub mod edits;
pub mod json5;
pub mod layout;
pub mod yaml;
