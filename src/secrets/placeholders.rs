//! What stands in the place of a secret and is none: examples, marks to be replaced, templates.

/// Everything that some release of OpenClaw refuses as a credential, because it published it or
/// writes it itself (`openclaw::behaviour` says which release refuses how many of them).
pub(crate) const PUBLISHED_EXAMPLES: &[&str] = &[
    "change-me-to-a-long-random-token",
    "change-me-to-a-strong-password",
    "change-me-now",
    "undefined",
    "null",
    "__OPENCLAW_REDACTED__",
    "REDACTED",
    "[redacted]",
    "[REDACTED]",
    "***",
    "xoxb-REDACTED",
    "xapp-REDACTED",
    "<redacted>",
    "[REDACTED_PRIVATE_KEY]",
    "[REDACTED CREDENTIAL]",
];

/// Parts of what stands in an example until somebody replaces it, in lower case.
const MARKS: [&str; 30] = [
    "change-me",
    "changeme",
    "change_me",
    "change-this",
    "change_this",
    "changethis",
    "cambiar",
    "your-",
    "your_",
    "your ",
    "yourtoken",
    "yourkey",
    "yourpassword",
    "replace-me",
    "replace_me",
    "replaceme",
    "replace-with",
    "replace_with",
    "placeholder",
    "example",
    "insert-",
    "todo",
    "fixme",
    "xxxx",
    "-here",
    "_here",
    "请替换",
    "请填",
    "你的",
    "您的",
];

/// Parts of tokens that guides write out. As any other value they might be somebody's own.
const GUIDES: [&str; 2] = ["secret-token", "dev-token"];

/// All parts of examples, in lower case: they may be shown wherever they occur.
pub(crate) const EXAMPLE_PARTS: &[&[&str]] = &[PUBLISHED_EXAMPLES, &MARKS, &GUIDES];

/// What a word ends with that stands in the place of a key, for a server that asks for none
/// (`ollama-local`, `custom-local`).
pub(crate) const LOCAL_MARKER: &str = "-local";

#[must_use]
pub(crate) fn is_local_marker(value: &str) -> bool {
    value.trim().ends_with(LOCAL_MARKER)
}

/// Everybody knows it: published by OpenClaw, or written out in guides.
#[must_use]
pub(crate) fn is_published_example(value: &str) -> bool {
    PUBLISHED_EXAMPLES.contains(&value) || {
        let lower = value.to_lowercase();
        GUIDES.iter().any(|part| lower.contains(part))
    }
}

/// It stands in the place of a value that nobody has put in yet.
#[must_use]
pub(crate) fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_lowercase();
    let framed = |from: &str, to: &str| lower.starts_with(from) && lower.ends_with(to) && lower.len() > 2;
    MARKS.iter().any(|mark| lower.contains(mark))
        || is_template(&lower)
        || framed("<", ">")
        || framed("[", "]")
        || lower.ends_with("...")
        || lower.ends_with('…')
        || (lower.len() > 2 && lower.chars().all(|c| matches!(c, 'x' | '*' | '.' | '-' | '_' | '?')))
}

/// What a program that fills in files would have replaced: `{{ … }}`, `${…}`, `<% … %>`.
#[must_use]
pub(crate) fn is_template(value: &str) -> bool {
    let value = value.trim();
    let holds =
        |from: &str, to: &str| value.find(from).is_some_and(|at| value[at + from.len()..].contains(to));
    holds("{{", "}}") || holds("${", "}") || holds("<%", "%>")
}
