//! Splits a command line as Compose does when `command` or `entrypoint` is a string:
//! mattn/go-shellwords without variables and back-ticks.

/// The words of a line; none when a quote or a parenthesis is not closed.
#[must_use]
pub(crate) fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut started = false;
    let mut escaped = false;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        if escaped {
            // `\t` and `\n` are what they look like; anything else loses its backslash.
            word.push(match c {
                't' => '\t',
                'n' => '\n',
                c => c,
            });
            escaped = false;
            started = true;
            continue;
        }
        match (c, quote) {
            ('\\', Some('\'')) => word.push(c),
            ('\\', _) => {
                escaped = true;
                continue;
            }
            (' ' | '\t' | '\r' | '\n', None) => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
                continue;
            }
            ('"' | '\'', None) => {
                quote = Some(c);
                continue;
            }
            ('"' | '\'', Some(open)) if open == c => quote = None,
            ('`', None) => {
                quote = Some('`');
                word.push(c);
            }
            ('`', Some('`')) => {
                quote = None;
                word.push(c);
            }
            ('(', None) if word.ends_with('$') => {
                quote = Some(')');
                word.push(c);
            }
            ('(' | ')', None) => return None,
            (')', Some(')')) => {
                quote = None;
                word.push(c);
            }
            (';' | '&' | '|' | '<' | '>', None) => {
                // What follows the first operator of a shell is dropped, and so is the number of a
                // redirection.
                let redirection = c == '>' && word.starts_with(|first: char| first.is_ascii_digit());
                if started && !redirection {
                    words.push(word);
                }
                return Some(words);
            }
            (c, _) => word.push(c),
        }
        started = true;
    }
    if started {
        words.push(word);
    }
    (!escaped && quote.is_none()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let words = |line| split(line).unwrap();
        assert_eq!(words("node  dist/index.js --port 1"), ["node", "dist/index.js", "--port", "1"]);
        assert_eq!(words("sh -c \"a 'b' c\" ''"), ["sh", "-c", "a 'b' c", ""]);
        assert_eq!(words("a\\ b"), ["a b"]);
        assert_eq!(words("a && b"), ["a"]);
        assert_eq!(split("a 'b"), None);
    }
}
