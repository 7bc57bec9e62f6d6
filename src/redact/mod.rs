//! The one door through which a [`Text`] leaves for output.
//!
//! The rule is an allow-list: a value is shown only when its name is known to be public *and* the
//! value has the shape that such a setting has ([`public`], [`shape`]). Everything else, names
//! that nobody knows included, leaves as a length and a fingerprint.
//!
//! Three guards stand behind it, for text that should hold no secret and might all the same:
//! [`name`] for labels that have the shape of a credential, [`message`] for sentences, and
//! [`Guard`] for sentences beside values that are known to be secret.

mod disguise;
mod excerpt;
mod fingerprint;
mod guard;
mod log_line;
mod needles;
mod public;
mod relation;
mod shape;

pub(crate) use crate::secrets::expression::masked as interpolation;
pub use disguise::Disguise;
pub use excerpt::{Excerpts, masked_text};
pub use fingerprint::Fingerprinter;
pub(crate) use fingerprint::hex;
pub use guard::{Collect, Collector, Guard};
pub use log_line::LogWords;
pub use relation::{ValueRelation, relation};

use crate::{
    secrets::{self, expression::merge_hidden, words},
    text::secret::Text,
};
use std::borrow::Cow;

/// Length of a value in characters, the unit of every length in a report.
#[must_use]
pub fn length(value: &Text) -> usize {
    value.expose().chars().count()
}

/// The value as it may be shown, when anything of it may be: wholly for a public setting, with
/// userinfo, query and suspicious parts replaced by `***` for a URL or a path; always and wholly
/// with `reveal`.
///
/// `name` is what the value is called where it was found: a variable, a config path, a flag.
#[must_use]
pub fn shown(name: &str, value: &Text, reveal: bool) -> Option<String> {
    let raw = value.expose();
    if reveal || secrets::is_switch(raw) {
        return Some(raw.to_owned());
    }
    shown_as(public::shape_of(name)?, raw)
}

/// The parts of a value that [`shown`] leaves out.
fn hidden_parts<'a>(name: &str, value: &'a Text) -> Vec<&'a str> {
    let raw = value.expose();
    let keep = match public::shape_of(name) {
        Some(shape) if !secrets::is_switch(raw) => shape.keep(raw),
        _ => return Vec::new(),
    };
    let starts = std::iter::once(0).chain(keep.iter().map(|range| range.end));
    let ends = keep.iter().map(|range| range.start).chain([raw.len()]);
    starts.zip(ends).map(|(from, to)| &raw[from..to]).filter(|part| !part.is_empty()).collect()
}

/// As [`shown`], for a field of a compose service: `image`, `ports`, `volumes`.
#[must_use]
pub fn shown_field(field: &str, value: &str, reveal: bool) -> Option<String> {
    if reveal {
        return Some(value.to_owned());
    }
    shown_as(public::service_field_shape(field)?, value)
}

fn shown_as(shape: shape::ValueShape, raw: &str) -> Option<String> {
    let keep = shape.keep(raw);
    let says_something = keep.iter().any(|range| raw[range.clone()].contains(|c: char| c.is_alphanumeric()));
    says_something.then(|| merge_hidden(raw, &keep))
}

/// The words of a command line with everything hidden that is not known to be public; flags keep
/// their names.
#[must_use]
pub fn command(words: &[Text], reveal: bool) -> Vec<String> {
    let mut previous = None;
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        let raw = word.expose();
        out.push(if reveal {
            raw.to_owned()
        } else {
            let keep = shape::keep_command(raw, previous);
            merge_hidden(raw, &keep)
        });
        previous = Some(raw);
    }
    out
}

/// A label (a variable's name, a key, a service) for output: itself, unless it has the shape of a
/// secret, which happens when somebody writes a key where a name belongs.
#[must_use]
pub fn name(label: &str, reveal: bool) -> Cow<'_, str> {
    if !reveal && !secrets::is_nameable(label) {
        Cow::Owned(format!("<name of {} characters>", label.chars().count()))
    } else {
        Cow::Borrowed(label)
    }
}

/// The name of a variable for output: itself when it reads like a name. Each line of a value of
/// several lines that lost its quotes is a variable to Docker and to Compose.
#[must_use]
pub fn variable(name: &str, reveal: bool) -> Cow<'_, str> {
    if reveal || public::is_known_variable(name) || words::could_name_variable(name) {
        self::name(name, reveal)
    } else {
        Cow::Owned(format!("<name of {} characters>", name.chars().count()))
    }
}

/// Plain words, as names of providers and kinds are: nothing that could be a secret by its shape.
#[must_use]
pub fn is_words(text: &str) -> bool {
    !text.is_empty() && text.len() <= 24 && words::word_like(text) && !secrets::has_credential_shape(text)
}

/// A sentence for output: itself, with every word that has the shape of a secret replaced.
#[must_use]
pub fn message(text: &str, reveal: bool) -> Cow<'_, str> {
    if reveal { Cow::Borrowed(text) } else { secrets::without_credentials(text, &[]) }
}

/// What is said of something that was typed: as [`message`], and without the value of `NAME=value`.
#[must_use]
pub fn typed(text: &str) -> Cow<'_, str> {
    match secrets::without_assigned(text) {
        Cow::Borrowed(text) => message(text, false),
        Cow::Owned(text) => Cow::Owned(message(&text, false).into_owned()),
    }
}

/// A variable that is known by its name, whether its value may be shown or not.
#[must_use]
pub fn is_known_variable(name: &str) -> bool {
    public::is_known_variable(name)
}

/// A number, a switch or a word: what a key that takes nothing else may show.
#[must_use]
pub fn shown_published(value: &Text) -> Option<String> {
    let shapes = [shape::ValueShape::Flag, shape::ValueShape::Number, shape::ValueShape::Name];
    shapes.into_iter().find_map(|shape| shown_as(shape, value.expose()))
}

/// A name inside an interpolation that cannot be a part of a secret with a `$` in it.
#[must_use]
pub fn is_surely_variable(name: &str) -> bool {
    public::is_known_variable(name) || words::surely_variable(name)
}
