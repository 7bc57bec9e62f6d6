//! Ignore comments: `# clawdock: ignore[CD201] reason` in YAML, `.env` and Dockerfiles, `// clawdock: …` in JSON5.
//!
//! A comment behind something holds for its line; a comment on a line of its own holds for the next
//! line that is not one. `ignore-file[…]` holds for the whole file.

use super::selector;
use crate::{
    syntax::{dotenv, json5, yaml},
    text::source::{Language, Place, Source, SourceId, Span},
};
use std::{cell::OnceCell, ops::Range};

/// What every such comment holds.
const MARK: &str = "clawdock:";

/// One ignore comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ignore {
    /// From `clawdock:` to the closing bracket.
    pub place: Place,
    /// Where it holds; none for the whole file.
    pub line: Option<usize>,
    /// The rules it names, as they are written.
    pub rules: Vec<(String, Place)>,
    /// What is said behind the bracket.
    pub reason: Option<String>,
}

impl Ignore {
    /// Which of its rules is that rule.
    #[must_use]
    pub fn names(&self, id: &str, name: &str) -> Option<usize> {
        self.rules.iter().position(|(rule, _)| selector::fits(rule, id, name))
    }
}

/// Every ignore comment of a text.
#[must_use]
pub fn of(id: SourceId, source: &Source) -> Vec<Ignore> {
    let text = source.text();
    if !text.contains(MARK) {
        return Vec::new();
    }
    let comments: Vec<Range<usize>> = match source.language {
        Language::Yaml => yaml::parse(text, id).comments.iter().map(|c| c.span.range()).collect(),
        Language::Json5 => json5::parse(id, text)
            .map(|d| d.comments.iter().map(|c| c.span.range()).collect())
            .unwrap_or_default(),
        Language::Dotenv => dotenv_comments(text),
        Language::Dockerfile | Language::RunScript | Language::Unit => dockerfile_comments(text),
        Language::Toml | Language::Shell => Vec::new(),
    };
    let lines = CommentLines { source, comments: &comments, holding: OnceCell::new() };
    comments.iter().flat_map(|comment| lines.ignores(id, comment)).collect()
}

/// A comment of a Dockerfile is a line of its own.
fn dockerfile_comments(text: &str) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        if body.starts_with('#') {
            let at = start + (line.len() - line.trim_start().len());
            comments.push(at..at + body.len());
        }
        start += line.len();
    }
    comments
}

/// What begins with `#` at the start of a line or behind white space, and is part of no value.
fn dotenv_comments(text: &str) -> Vec<Range<usize>> {
    let values: Vec<Range<usize>> =
        dotenv::compose::parse(text).entries.iter().map(|e| e.value_span.range()).collect();
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let hash = body.char_indices().map(|(at, _)| at).find(|at| {
            let alone = body[..*at].chars().next_back().is_none_or(char::is_whitespace);
            let at = start + at;
            text[at..].starts_with('#') && alone && !is_within(&values, at)
        });
        if let Some(hash) = hash {
            comments.push(start + hash..start + body.len());
        }
        start += line.len();
    }
    comments
}

/// One of the ranges, which follow one another, has the offset in it.
fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next.checked_sub(1).is_some_and(|last| ranges[last].contains(&at))
}

struct CommentLines<'a> {
    source: &'a Source,
    comments: &'a [Range<usize>],
    /// For each line, the next one that holds more than a comment; the first line is at 0.
    holding: OnceCell<Vec<usize>>,
}

impl CommentLines<'_> {
    /// The directives of one comment.
    fn ignores(&self, id: SourceId, comment: &Range<usize>) -> Vec<Ignore> {
        let text = self.source.text();
        let Some(body) = text.get(comment.clone()) else { return Vec::new() };
        let mut ignores = Vec::new();
        for (at, _) in body.match_indices(MARK) {
            let from = comment.start + at;
            let line = body[at..].lines().next().unwrap_or_default();
            let line = line.trim_end().strip_suffix("*/").unwrap_or(line).trim_end();
            ignores.extend(directive(id, from, line).map(|(ignore, for_file)| {
                let line = (!for_file).then(|| self.holds_for(comment, from));
                Ignore { line, ..ignore }
            }));
        }
        ignores
    }

    /// The line that a directive at `at`, in a comment, holds for.
    fn holds_for(&self, comment: &Range<usize>, at: usize) -> usize {
        let text = self.source.text();
        let line_of = |offset: usize| self.source.line_col(Span::new(offset, offset).start).line;
        let before = text[..comment.start].rsplit('\n').next().unwrap_or_default();
        let rest = text[comment.end..].split('\n').next().unwrap_or_default();
        let blank = |s: &str| s.trim_matches(['\u{feff}', '\r']).trim().is_empty();
        if !blank(before) || !blank(rest) {
            return line_of(at);
        }
        // Alone: the next line that holds more than a comment.
        let last = line_of(comment.end.saturating_sub(1).max(comment.start));
        let holding = self.holding.get_or_init(|| self.holding());
        holding.get(last).copied().unwrap_or(last + 1)
    }

    fn holding(&self) -> Vec<usize> {
        let text = self.source.text();
        let holds_more = |span: Range<usize>| {
            let held = &text[span.clone()];
            let first = span.start + (held.len() - held.trim_start().len());
            let next = self.comments.partition_point(|c| c.start <= first);
            let around = next.checked_sub(1).map(|last| &self.comments[last]);
            let in_comment = around.is_some_and(|c| c.contains(&first) && c.end >= span.end);
            !held.trim_matches(['\u{feff}', '\r']).trim().is_empty() && !in_comment
        };
        let holds: Vec<bool> = (1..).map_while(|line| self.line(line)).map(holds_more).collect();
        let mut next = holds.len() + 1;
        let mut holding: Vec<usize> = Vec::with_capacity(holds.len());
        for (at, holds) in holds.iter().enumerate().rev() {
            if *holds {
                next = at + 1;
            }
            holding.push(next);
        }
        holding.reverse();
        holding
    }

    fn line(&self, line: usize) -> Option<Range<usize>> {
        let span = self.source.line_span(line).range();
        let past = span.start >= self.source.text().len();
        (!past).then_some(span)
    }
}

/// `clawdock: ignore[A, B] reason`; whether it is for the whole file. What is no directive at all
/// is prose; one without rules has none, which is told.
fn directive(id: SourceId, from: usize, text: &str) -> Option<(Ignore, bool)> {
    let mut at = MARK.len();
    at += text[at..].len() - text[at..].trim_start().len();
    let word: String =
        text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let for_file = match word.as_str() {
        "ignore" => false,
        "ignore-file" => true,
        _ => return None,
    };
    at += word.len();
    let place = |from: usize, to: usize| Place { source: id, span: Span::new(from, to) };
    let mut rules = Vec::new();
    let mut reason = text[at..].trim();
    let mut end = at;
    if let Some(list) = text[at..].strip_prefix('[')
        && let Some(close) = list.find(']')
    {
        let mut start = from + at + 1;
        for part in list[..close].split(',') {
            let rule = part.trim();
            let rule_at = start + (part.len() - part.trim_start().len());
            if !rule.is_empty() {
                rules.push((rule.to_owned(), place(rule_at, rule_at + rule.len())));
            }
            start += part.len() + 1;
        }
        end = at + 1 + close + 1;
        reason = list[close + 1..].trim();
    }
    let reason = reason.trim_start_matches([':', '-', '–', '—']).trim();
    let ignore = Ignore {
        place: place(from, from + end),
        line: None,
        rules,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
    };
    Some((ignore, for_file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::{SourceName, Sources};

    /// Line, rules and reason of each comment.
    fn found(language: Language, text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, language, text.to_owned());
        let each = of(id, sources.get(id)).into_iter().map(|i| {
            let line = i.line.map_or("file".to_owned(), |l| l.to_string());
            let rules = i.rules.iter().map(|(r, p)| {
                assert_eq!(&text[p.span.range()], r);
                r.as_str()
            });
            let rules = rules.collect::<Vec<_>>().join("+");
            format!("{line} {rules} {}", i.reason.unwrap_or_default()).trim_end().to_owned()
        });
        each.collect()
    }

    #[test]
    fn yaml() {
        let text = "\
# clawdock: ignore-file[CD605]
services: # clawdock: ignore[CD101]
  # clawdock: ignore[CD201, dead-env] the deploy script sets it
  # another comment

  a: \"# clawdock: ignore[CD999]\"
  b: x#clawdock:ignore[CD998]
  c: |
    # clawdock: ignore[CD997]
  e: 2 # clawdock:ignore[CD2]
  d: 1 # see the wiki; clawdock: ignore [CD1]
";
        assert_eq!(
            found(Language::Yaml, text),
            ["file CD605", "2 CD101", "6 CD201+dead-env the deploy script sets it", "10 CD2", "11  [CD1]",]
        );
    }

    #[test]
    fn dotenv() {
        let text = "\
# clawdock: ignore[CD106] known
A=x # clawdock: ignore[CD1]: why
B=\"y # clawdock: ignore[CD999]\"
C=z#clawdock: ignore[CD998]
D='two
# clawdock: ignore[CD997]
lines' # clawdock: ignore[CD2]
# clawdock: ignored
# clawdock: ignore
";
        assert_eq!(found(Language::Dotenv, text), ["2 CD106 known", "2 CD1 why", "7 CD2", "10"]);
    }

    #[test]
    fn json5() {
        let text = "{\n  // clawdock: ignore[CD108] later\n  a: 1, /* clawdock: ignore[CD101] */ b: \"// clawdock: ignore[CD9]\",\n  /*\n   * clawdock: ignore[CD2]\n   */\n  c: 2,\n}\n";
        assert_eq!(found(Language::Json5, text), ["3 CD108 later", "3 CD101", "7 CD2"]);
        assert_eq!(found(Language::Json5, "{ // clawdock: ignore[CD1]"), [""; 0]);
    }

    #[test]
    fn line_ends_and_byte_order_marks() {
        assert_eq!(found(Language::Yaml, "\u{feff}# clawdock: ignore[CD1] a\r\na: 1\r\n"), ["2 CD1 a"]);
        assert_eq!(found(Language::Dotenv, "A=1 # clawdock: ignore[CD1]\r\n"), ["1 CD1"]);
    }
}
