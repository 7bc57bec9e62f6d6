//! The one answer to "is this a secret?": what a name says of its value ([`names`]), and what a value
//! is by itself ([`classify`]).
//!
//! Redaction, rules, snapshots and diagnosis ask here, and none has a list of its own. It imports
//! nothing of the program, so that everything may ask. The questions differ, and so do the answers:
//!
//! | question | asked by | answer |
//! |---|---|---|
//! | must the value be hidden wherever it occurs? | `redact::Guard` | [`is_secret_name`], the widest |
//! | is what stands under this key a secret? | snapshots, lines of logs | [`holds_secret`] |
//! | is a literal value under this name a credential to report? | rules | [`names_credential`], the narrowest |
//!
//! What is reported is hidden: each is a view of the same rows, and a test compares them.

pub(crate) mod expression;
mod names;
mod placeholders;
mod sentences;
mod shapes;
mod values;
pub(crate) mod vendors;
pub(crate) mod words;

pub(crate) use names::{
    allows_chosen_value, holds_secret, is_credential_flag, is_gateway_credential, is_secret_name,
    names_credential,
};
pub(crate) use placeholders::{
    EXAMPLE_PARTS, LOCAL_MARKER, PUBLISHED_EXAMPLES, is_local_marker, is_placeholder, is_published_example,
    is_template,
};
pub(crate) use sentences::{is_common_word, is_message, shown_in_comment};
pub(crate) use shapes::{
    has_credential_shape, is_nameable, key_like, reads_like_variable, without_assigned, without_credentials,
};
pub(crate) use values::{classify, is_generated, is_path, is_public_value, is_switch, password_of_url};
