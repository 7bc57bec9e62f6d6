//! Text that stays text in GitHub's flavour of Markdown: no formatting, no markup, no mention of
//! people, issues or emoji. What stands between backticks becomes code.

/// A sentence in running text or in the cell of a table.
pub(crate) fn prose(text: &str) -> String {
    pieces(text).map(|(is_code, piece)| if is_code { code(piece) } else { plain(piece) }).collect()
}

/// A name or command as code, in running text or in the cell of a table.
///
/// Not between backticks: in a table, what is between them cannot hold every character.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", backslashed(text))
}

/// A sentence in `<summary>`, where Markdown is not read.
pub(super) fn summary(text: &str) -> String {
    let piece = |(is_code, piece): (bool, &str)| {
        let escaped = without_references(&markup(piece));
        if is_code { format!("<code>{}</code>", markup(piece)) } else { escaped }
    };
    pieces(text).map(piece).collect()
}

/// Lines as they are, in a block of code.
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// The pieces of a sentence, and whether each stands between backticks.
fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let ticks = text.matches('`').count();
    // A backtick without a second one is a character.
    let paired = ticks - ticks % 2;
    text.splitn(paired + 1, '`').enumerate().map(|(i, piece)| (i % 2 == 1, piece))
}

fn plain(text: &str) -> String {
    without_references(&backslashed(text))
}

/// Every character that can have a meaning, with a backslash.
fn backslashed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '&' | '|' | '~' | '#' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', " ")
}

/// An empty comment parts `@name`, `#1` and `:name:`, which otherwise notify people, link to issues
/// and become pictures.
fn without_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        let next = rest.peek().is_some_and(|n| n.is_alphanumeric() || matches!(n, '+' | '-' | '_'));
        if next && (matches!(c, '@' | '#') || c == ':' && is_emoji(rest.clone())) {
            out.push_str("<!-- -->");
        }
    }
    out
}

/// What follows is a word and a second colon.
fn is_emoji(mut rest: impl Iterator<Item = char>) -> bool {
    rest.find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '\\'))) == Some(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_stays_prose() {
        assert_eq!(
            prose("run `docker compose up -d a_b` now"),
            "run <code>docker compose up -d a\\_b</code> now"
        );
        assert_eq!(prose("*a* _b_ <c> [d](e) |"), "\\*a\\* \\_b\\_ &lt;c> \\[d\\](e) \\|");
        assert_eq!(prose("one ` only"), "one \\` only");
        assert_eq!(prose("x\\|y"), "x\\\\\\|y");
    }

    #[test]
    fn nobody_is_mentioned() {
        assert_eq!(
            prose("@user, #12, a:100:7, a: b:"),
            "@<!-- -->user, \\#<!-- -->12, a:<!-- -->100:7, a: b:"
        );
        assert_eq!(summary("@user & <b> `a<b`"), "@<!-- -->user &amp; &lt;b&gt; <code>a&lt;b</code>");
    }

    #[test]
    fn a_fence_is_longer_than_what_is_in_it() {
        assert_eq!(fenced("text", "a\n````\n"), "`````text\na\n````\n`````\n");
        assert_eq!(fenced("", "a"), "```\na\n```\n");
    }
}
