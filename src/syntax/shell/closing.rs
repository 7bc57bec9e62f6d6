//! Where a part of a shell's text ends whose inside is a program, and is not read to find the end.

/// What follows the bracket that closes the one that the text begins with.
pub(crate) fn after_parentheses(text: &str) -> Option<usize> {
    let (mut open, mut quote, mut escaped) = (0_u32, None, false);
    for (offset, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != Some('\'') => escaped = true,
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '\'' | '"' => quote = Some(c),
            '(' => open += 1,
            ')' if open == 1 => return Some(offset + 1),
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The backquote that ends what begins after one.
pub(crate) fn backquote(text: &str) -> Option<usize> {
    let mut escaped = false;
    let close = text.char_indices().find(|(_, c)| {
        let found = *c == '`' && !escaped;
        escaped = *c == '\\' && !escaped;
        found
    });
    close.map(|(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_close_where_the_shell_says() {
        assert_eq!(after_parentheses("(a (b) c) d"), Some(9));
        assert_eq!(after_parentheses("(')' \")\" \\)) d"), Some(12));
        assert_eq!(after_parentheses("(a (b)"), None);
    }

    #[test]
    fn a_backquote_that_is_escaped_ends_nothing() {
        assert_eq!(backquote("a `"), Some(2));
        assert_eq!(backquote("a \\` \\\\` b"), Some(7));
        assert_eq!(backquote("a \\`"), None);
    }
}
