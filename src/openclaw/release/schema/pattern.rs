//! The regular expressions of the schemas. Those that occur are runs of character classes from the
//! start of the text to its end; of any other it is not said whether it matches.

/// A class of characters and how often it stands.
struct PatternStep {
    negated: bool,
    ranges: Vec<(char, char)>,
    least: usize,
    most: usize,
}

/// Whether `/^…$/` matches a text; none for an expression that is written in another way.
pub(super) fn matches(expression: &str, text: &str) -> Option<bool> {
    let (body, flags) = expression.strip_prefix('/')?.rsplit_once('/')?;
    let fold = flags.contains('i');
    let steps = steps(body.strip_prefix('^')?.strip_suffix('$')?)?;
    let text: Vec<char> = text.chars().map(|c| if fold { c.to_ascii_lowercase() } else { c }).collect();
    Some(run(&steps, &text, fold))
}

fn steps(body: &str) -> Option<Vec<PatternStep>> {
    let mut chars = body.chars().peekable();
    let mut steps = Vec::new();
    while let Some(c) = chars.next() {
        let (negated, ranges) = match c {
            '[' => class(&mut chars)?,
            '\\' => (false, vec![literal(chars.next()?)?]),
            '(' | ')' | '|' | '.' | '*' | '+' | '?' | '{' | '^' | '$' => return None,
            c => (false, vec![(c, c)]),
        };
        let (least, most) = match chars.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let counts: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let (least, most) = counts.split_once(',').unwrap_or((&counts, &counts));
                let most = if most.is_empty() { usize::MAX } else { most.parse().ok()? };
                steps.push(PatternStep { negated, ranges, least: least.parse().ok()?, most });
                continue;
            }
            _ => {
                steps.push(PatternStep { negated, ranges, least: 1, most: 1 });
                continue;
            }
        };
        chars.next();
        steps.push(PatternStep { negated, ranges, least, most });
    }
    Some(steps)
}

/// A character after a backslash, as far as it stands for itself.
fn literal(c: char) -> Option<(char, char)> {
    (!c.is_ascii_alphanumeric()).then_some((c, c))
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<(bool, Vec<(char, char)>)> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        match chars.next()? {
            ']' => return Some((negated, ranges)),
            '\\' => ranges.push(literal(chars.next()?)?),
            first => {
                let mut ahead = chars.clone();
                match (ahead.next(), ahead.next()) {
                    (Some('-'), Some(last)) if last != ']' => {
                        chars.nth(1);
                        ranges.push((first, last));
                    }
                    _ => ranges.push((first, first)),
                }
            }
        }
    }
}

fn run(steps: &[PatternStep], text: &[char], fold: bool) -> bool {
    let Some((step, rest)) = steps.split_first() else { return text.is_empty() };
    let inside = |c: char| {
        let within = |c: char| step.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
        (within(c) || (fold && within(c.to_ascii_uppercase()))) != step.negated
    };
    let longest = text.iter().take(step.most).take_while(|c| inside(**c)).count();
    (step.least..=longest).rev().any(|taken| run(rest, &text[taken..], fold))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn the_forms_that_occur() {
        for (expression, text, expected) in [
            ("/^[a-z0-9_][a-z0-9_-]{0,63}$/i", "Main-1", Some(true)),
            ("/^[a-z0-9_][a-z0-9_-]{0,63}$/i", "a b", Some(false)),
            ("/^[a-z0-9_][a-z0-9_-]{0,63}$/i", "", Some(false)),
            ("/^#?[0-9a-fA-F]{6}$/", "#a0B1c2", Some(true)),
            ("/^#?[0-9a-fA-F]{6}$/", "red", Some(false)),
            ("/^[^.[\\]]+$/", "items", Some(true)),
            ("/^[^.[\\]]+$/", "a.b", Some(false)),
            ("/^ghp_[a-f0-9]{2}$/u", "ghp_0f", Some(true)),
            ("/^(?:a|b)$/", "a", None),
            ("/a/", "a", None),
        ] {
            assert_eq!(matches(expression, text), expected, "{expression} {text}");
        }
    }
}
