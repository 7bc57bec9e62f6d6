//! Masks compose files.

use super::canvas::Canvas;
use crate::{
    redact::{
        is_surely_variable, public,
        shape::{ValueShape, keep_command},
    },
    secrets,
};
use std::{collections::HashSet, ops::Range};

/// Deepest nesting of `[` and `{` that is followed.
const DEPTH: usize = 128;

/// Tags that compose files have.
const TAGS: &[&str] = &["!reset", "!override", "!!str", "!!int", "!!bool", "!!float", "!!null", "!!merge"];

pub(super) fn scan(canvas: &mut Canvas<'_>) {
    let text = canvas.text;
    let mut yaml = Yaml { names: names(text), text, canvas, levels: Vec::new(), block: None, scalar: None };
    if ["{%", "{{ ", "<%"].iter().any(|mark| text.contains(mark)) {
        // A template is no YAML before it is rendered.
        yaml.canvas.puzzled();
    }
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() {
        at = yaml.line(at) + 1;
    }
}

/// Names that are both an anchor `&name` and an alias `*name`: a password that begins with `&` or
/// `*` is one of the two at most.
fn names(text: &str) -> HashSet<&str> {
    let after = |mark: char| -> HashSet<&str> {
        let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
        text.split(mark)
            .skip(1)
            .map(|rest| &rest[..rest.find(ends).unwrap_or(rest.len())])
            .filter(|name| secrets::key_like(name))
            .collect()
    };
    &after('&') & &after('*')
}

/// Public keys that never hold a list.
const ONE_VALUE: [&str; 9] =
    ["name", "version", "apiVersion", "kind", "namespace", "driver", "key", "secretName", "claimName"];

/// An open mapping key or list item.
struct YamlLevel<'a> {
    indent: usize,
    /// None for a list item.
    key: Option<&'a str>,
}

struct Yaml<'a, 'c> {
    text: &'a str,
    canvas: &'c mut Canvas<'a>,
    names: HashSet<&'a str>,
    levels: Vec<YamlLevel<'a>>,
    /// Inside a block scalar: lines that are indented more than this.
    block: Option<usize>,
    /// After a scalar: lines that are indented more than this continue it.
    scalar: Option<usize>,
}

impl<'a> Yaml<'a, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
        if end > at && self.text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// The line break at or after `at`.
    fn line_break(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |n| at + n)
    }

    fn skip_blanks(&self, at: usize) -> usize {
        at + self.text.as_bytes()[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
    }

    /// A blank or the end of a line.
    fn is_gap(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
    }

    /// Scans what begins on the line at `start`; answers the line break after it.
    fn line(&mut self, start: usize) -> usize {
        let indent = self.text.as_bytes()[start..].iter().take_while(|b| **b == b' ').count();
        let at = start + indent;
        let end = self.line_end(start).max(at);
        let content = &self.text[at..end];
        if content.trim().is_empty() {
            return self.line_break(start);
        }
        if self.block.is_some_and(|parent| indent > parent) {
            return self.line_break(start);
        }
        self.block = None;
        if content.starts_with('#') {
            self.canvas.comment(at..end, 1);
            return self.line_break(start);
        }
        if self.scalar.is_some_and(|parent| indent > parent) {
            if content.contains(": ") || content.ends_with(':') {
                self.canvas.puzzled();
            }
            return self.line_break(start);
        }
        self.scalar = None;
        if content.starts_with('\t') {
            self.canvas.puzzled();
            return self.line_break(start);
        }
        if indent == 0 && (content == "---" || content == "...") {
            self.canvas.show(at..end);
            self.levels.clear();
            return self.line_break(start);
        }
        self.entry(start, at, end)
    }

    /// `- - key: value`, from the first character of a line.
    fn entry(&mut self, start: usize, mut at: usize, end: usize) -> usize {
        let mut parent = None;
        while self.byte(at) == Some(b'-') && self.is_gap(at + 1) {
            let column = at - start;
            self.close_levels(|level| {
                level.indent > column || (level.indent == column && level.key.is_none())
            });
            self.open_level(YamlLevel { indent: column, key: None });
            self.canvas.show(at..at + 1);
            parent = Some(column);
            at = self.skip_blanks(at + 1);
            if at >= end {
                return self.line_break(at.min(end));
            }
        }
        let column = at - start;
        let node = self.properties(at, end);
        if let Some(key) = self.key(node, end) {
            self.close_levels(|level| level.indent >= column);
            if self.canvas.is_key(&self.text[key.inner.clone()]) {
                self.canvas.show(key.outer.clone());
            }
            self.canvas.show(key.colon..key.colon + 1);
            self.open_level(YamlLevel { indent: column, key: Some(&self.text[key.inner]) });
            let value = self.skip_blanks(key.colon + 1);
            return self.value(value, end, column);
        }
        if let Some(parent) = parent {
            return self.value(node, end, parent);
        }
        if !matches!(self.byte(node), Some(b'{' | b'[')) {
            self.canvas.puzzled();
            return self.line_break(end);
        }
        self.value(node, end, column)
    }

    fn open_level(&mut self, level: YamlLevel<'a>) {
        if self.levels.len() >= DEPTH * 2 {
            self.canvas.puzzled();
            self.levels.clear();
        }
        self.levels.push(level);
    }

    fn close_levels(&mut self, closes: impl Fn(&YamlLevel<'_>) -> bool) {
        while self.levels.last().is_some_and(&closes) {
            self.levels.pop();
        }
    }

    /// Skips `&anchor` and `!tag`.
    fn properties(&mut self, mut at: usize, end: usize) -> usize {
        while at < end && matches!(self.byte(at), Some(b'&' | b'!')) {
            let word_end = self.text[at..end].find([' ', '\t']).map_or(end, |n| at + n);
            let word = &self.text[at..word_end];
            if word.strip_prefix('&').is_some_and(|name| self.names.contains(name)) || TAGS.contains(&word) {
                self.canvas.show(at..word_end);
            } else if word.starts_with('!') {
                // Perhaps a value that begins with `!`.
                self.canvas.puzzled();
            }
            at = self.skip_blanks(word_end).min(end);
        }
        at
    }

    /// The key at `at`, when there is one on this line.
    fn key(&mut self, at: usize, end: usize) -> Option<Key> {
        let first = self.byte(at).filter(|_| at < end)?;
        if matches!(first, b'"' | b'\'') {
            let close = self.closing(at)?;
            let colon = self.skip_blanks(close + 1);
            let is_key = colon < end && self.byte(colon) == Some(b':') && self.is_gap(colon + 1);
            return is_key.then_some(Key { outer: at..close + 1, inner: at + 1..close, colon });
        }
        if matches!(first, b'[' | b'{' | b'|' | b'>' | b'*' | b'?' | b'@' | b'`' | b'%') {
            return None;
        }
        let line = &self.text.as_bytes()[at..end];
        let comment = line.windows(2).position(|w| matches!(w, [b' ' | b'\t', b'#'])).unwrap_or(line.len());
        let colon = (0..comment).find(|i| line[*i] == b':' && self.is_gap(at + i + 1))?;
        let inner = at..at + self.text[at..at + colon].trim_end().len();
        Some(Key { outer: inner.clone(), inner, colon: at + colon })
    }

    /// The closing quote of the scalar that opens at `at`, on whatever line.
    fn closing(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let quote = bytes[at];
        let mut i = at + 1;
        while i < bytes.len() {
            match bytes[i] {
                b'\\' if quote == b'"' => i += 1,
                b'\'' if quote == b'\'' && bytes.get(i + 1) == Some(&b'\'') => i += 1,
                b if b == quote => return Some(i),
                _ => {}
            }
            i += 1;
        }
        None
    }

    /// A node of a block; `parent` is the column that its further lines are indented below.
    fn value(&mut self, at: usize, end: usize, parent: usize) -> usize {
        if at >= end || self.byte(at) == Some(b'#') {
            if at < end {
                self.canvas.comment(at..end, 1);
            }
            return self.line_break(end);
        }
        let at = self.properties(at, end);
        if at >= end || self.byte(at) == Some(b'#') {
            return self.line_break(end);
        }
        match self.byte(at) {
            Some(b'|' | b'>') => {
                let header = self.text[at..end].split([' ', '\t']).next().unwrap_or_default();
                if header[1..].bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-')) {
                    self.canvas.show(at..at + header.len());
                }
                self.block = Some(parent);
                self.line_break(end)
            }
            Some(b'"' | b'\'') => {
                self.scalar = Some(parent);
                let Some(close) = self.closing(at) else {
                    self.canvas.puzzled();
                    return self.line_break(end);
                };
                self.canvas.show(at..at + 1);
                self.canvas.show(close..close + 1);
                self.judge(at + 1..close, None);
                self.rest(close + 1)
            }
            Some(b'[' | b'{') => {
                self.scalar = Some(parent);
                let after = self.flow(at);
                self.rest(after)
            }
            Some(b'*') => {
                self.scalar = Some(parent);
                let name_end = self.text[at..end].find([' ', '\t']).map_or(end, |n| at + n);
                if self.names.contains(&self.text[at + 1..name_end]) {
                    self.canvas.show(at..name_end);
                }
                self.rest(name_end)
            }
            _ => {
                self.scalar = Some(parent);
                let value = &self.text[at..end];
                let comment = [" #", "\t#"].iter().filter_map(|m| value.find(m)).min();
                let length = value[..comment.unwrap_or(value.len())].trim_end().len();
                self.plain(at..at + length, None);
                self.rest(at + length)
            }
        }
    }

    /// What is left of a line behind a node: nothing, or a comment.
    fn rest(&mut self, at: usize) -> usize {
        let at = at.min(self.text.len());
        let end = self.line_end(at).max(at);
        let next = self.skip_blanks(at);
        if next < end {
            if self.byte(next) == Some(b'#') && next > at {
                // Behind a value without quotes it may be meant as a part of it.
                if self.text[..at].ends_with(['"', '\'', ']', '}']) {
                    self.canvas.comment(next..end, 1);
                } else {
                    self.canvas.tail(next..end, 1);
                }
            } else {
                self.canvas.puzzled();
            }
        }
        self.line_break(at)
    }

    /// `[…]` and `{…}`; answers what comes after the last bracket.
    fn flow(&mut self, start: usize) -> usize {
        let depth = self.levels.len();
        let mut frames: Vec<YamlFrame> = Vec::new();
        let mut at = start;
        while let Some(byte) = self.byte(at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' if self.is_gap(at.saturating_sub(1)) => {
                    let end = self.line_end(at);
                    self.canvas.comment(at..end, 1);
                    at = end;
                }
                b'[' | b'{' => {
                    self.canvas.show(at..at + 1);
                    frames.push(YamlFrame {
                        mapping: byte == b'{',
                        levels: self.levels.len(),
                        previous: None,
                    });
                    if frames.len() > DEPTH {
                        break;
                    }
                    at += 1;
                }
                b']' | b'}' => {
                    let Some(frame) = frames.pop() else { break };
                    if frame.mapping != (byte == b'}') {
                        break;
                    }
                    self.canvas.show(at..at + 1);
                    self.levels.truncate(frame.levels);
                    at += 1;
                    if frames.is_empty() {
                        self.levels.truncate(depth);
                        return at;
                    }
                }
                b',' | b':' => {
                    self.canvas.show(at..at + 1);
                    if let Some(frame) = frames.last().filter(|_| byte == b',') {
                        self.levels.truncate(frame.levels);
                    }
                    at += 1;
                }
                _ => at = self.flow_scalar(at, frames.last_mut()),
            }
        }
        self.levels.truncate(depth);
        self.canvas.puzzled();
        self.line_end(at.min(self.text.len()))
    }

    fn flow_scalar(&mut self, at: usize, frame: Option<&mut YamlFrame>) -> usize {
        let quoted = matches!(self.byte(at), Some(b'"' | b'\''));
        let (inner, after) = if quoted {
            let Some(close) = self.closing(at) else {
                self.canvas.puzzled();
                return self.text.len();
            };
            self.canvas.show(at..at + 1);
            self.canvas.show(close..close + 1);
            (at + 1..close, close + 1)
        } else {
            let end = self.flow_plain_end(at);
            (at..at + self.text[at..end].trim_end().len(), end)
        };
        let colon = self.skip_blanks(after);
        let Some(frame) = frame else { return after };
        let expects_key = frame.mapping && self.levels.len() == frame.levels;
        if expects_key && self.byte(colon) == Some(b':') {
            let key = &self.text[inner.clone()];
            if self.canvas.is_key(key) {
                self.canvas.show(inner);
            }
            self.levels.push(YamlLevel { indent: usize::MAX, key: Some(key) });
        } else {
            let previous = frame.previous.replace(inner.clone());
            if quoted { self.judge(inner, previous) } else { self.plain(inner, previous) }
        }
        after.max(at + 1)
    }

    fn flow_plain_end(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let ends = |i: usize| match bytes[i] {
            b',' | b'[' | b']' | b'}' | b'\n' => true,
            // `${NAME}` is no mapping.
            b'{' => i == at || bytes[i - 1] != b'$',
            b':' => self.is_gap(i + 1) || matches!(bytes.get(i + 1), Some(b',' | b'[' | b']' | b'{' | b'}')),
            b'#' => matches!(bytes[i - 1], b' ' | b'\t'),
            _ => false,
        };
        let mut i = at + 1;
        while i < bytes.len() && !ends(i) {
            i += 1;
        }
        while !self.text.is_char_boundary(i) {
            i += 1;
        }
        i
    }

    /// A value without quotes.
    fn plain(&mut self, range: Range<usize>, previous: Option<Range<usize>>) {
        if matches!(&self.text[range.clone()], "true" | "false" | "null" | "~") {
            self.canvas.show(range);
        } else {
            self.judge(range, previous);
        }
    }

    /// Shows what may be shown of a scalar.
    fn judge(&mut self, range: Range<usize>, previous: Option<Range<usize>>) {
        let path: Vec<&str> = self.levels.iter().filter_map(|level| level.key).collect();
        match path.as_slice() {
            [.., "environment" | "args"] => self.assignment(range),
            [.., "environment" | "args", name] => self.canvas.value(range, public::variable_shape(name)),
            [.., name] if name.len() > 3 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => {
                // Fragments such as `x-env: &env` have no parent that says what they are.
                self.canvas.value(range, public::variable_shape(name));
            }
            path => {
                // A name is one value: below a list of them stands something else.
                let is_item = self.levels.last().is_some_and(|level| level.key.is_none());
                let takes_one = path.last().is_some_and(|key| ONE_VALUE.contains(key));
                let shape = public::document_shape(path).filter(|_| !(is_item && takes_one));
                let value = &self.text[range.clone()];
                if shape == Some(ValueShape::Command) && !value.contains('\n') {
                    let keep = keep_command(value, previous.map(|p| &self.text[p]));
                    self.canvas.value_ranges(range.start, &keep);
                } else {
                    self.canvas.value(range, shape);
                }
            }
        }
    }

    /// `NAME=value`
    fn assignment(&mut self, range: Range<usize>) {
        let item = &self.text[range.clone()];
        let name = item.split('=').next().unwrap_or_default();
        let bare = name.len() == item.len();
        if !self.canvas.is_variable(name) || (bare && !is_surely_variable(name)) {
            return;
        }
        self.canvas.show(range.start..range.start + name.len());
        if !bare {
            let value = range.start + name.len() + 1;
            self.canvas.show(value - 1..value);
            self.canvas.value(value..range.end, public::variable_shape(name));
        }
    }
}

struct Key {
    /// With its quotes.
    outer: Range<usize>,
    inner: Range<usize>,
    colon: usize,
}

/// An open `[` or `{`.
struct YamlFrame {
    mapping: bool,
    /// How many levels were open before it.
    levels: usize,
    /// The scalar before this one: perhaps a flag.
    previous: Option<Range<usize>>,
}

#[cfg(test)]
mod tests {
    use crate::{redact::excerpt::masked, text::source::Language};

    fn mask(text: &str) -> String {
        masked(text, Language::Yaml)
    }

    #[test]
    fn a_compose_file_keeps_what_is_public() {
        let text = r#"# my secret
x-env: &env
  OPENAI_API_KEY: abc
  HOME: /home/node
services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    environment:
      <<: *env
      OPENCLAW_GATEWAY_TOKEN: ${OPENCLAW_GATEWAY_TOKEN:-abc}
      OPENCLAW_GATEWAY_PORT: "18789"
      MY_NAME: 'it''s'   # or not
    ports:
      - "${OPENCLAW_GATEWAY_PORT:-18789}:18789"
    volumes:
    - ${OPENCLAW_CONFIG_DIR:-${HOME:-/tmp}/.openclaw}:/home/node/.openclaw
    command: ["node", "dist/index.js", "gateway", "--port", "18789", "--token", "abc", "--password=abc"]
    labels:
      some.label: abc
    healthcheck: { test: [CMD, curl, "-H", "Authorization: Bearer abc"], interval: 30s }
    restart: unless-stopped
"#;
        let want = r#"# ** ******
x-env: &env
  OPENAI_API_KEY: ***
  HOME: /home/node
services:
  openclaw-gateway:
    image: ghcr.io/openclaw/openclaw:2026.9.6
    environment:
      <<: *env
      OPENCLAW_GATEWAY_TOKEN: ${OPENCLAW_GATEWAY_TOKEN:-***}
      OPENCLAW_GATEWAY_PORT: "18789"
      MY_NAME: '*****'   # or not
    ports:
      - "${OPENCLAW_GATEWAY_PORT:-18789}:18789"
    volumes:
    - ${OPENCLAW_CONFIG_DIR:-${HOME:-/tmp}/.openclaw}:/home/node/.openclaw
    command: ["node", "dist/index.js", "gateway", "--port", "18789", "--token", "***", "--password=***"]
    labels:
      some.label: ***
    healthcheck: { test: [CMD, curl, "-H", "************** ****** ***"], interval: 30s }
    restart: unless-stopped
"#;
        for (got, want) in mask(text).lines().zip(want.lines()) {
            assert_eq!(got, want);
        }
    }

    #[test]
    fn lists_of_assignments() {
        let text = "services:\n  a:\n    environment:\n    - MY_TOKEN=abc\n    - TZ=UTC\n    - hunter2\n    - HOME\n";
        let want = "services:\n  a:\n    environment:\n    - MY_TOKEN=***\n    - TZ=UTC\n    - *******\n    - HOME\n";
        assert_eq!(mask(text), want);
    }

    #[test]
    fn lines_of_scalars_are_values() {
        let text = "a:\n  one: |\n    key: abc\n    HOME: /x\n  two: \"x\n  key: abc\n  \"\n  three: abc\n    def\n  four: x\n";
        let want = "a:\n  one: |\n    **** ***\n    ***** **\n  two: \"*\n  **** ***\n  \"\n  three: ***\n    ***\n  four: *\n";
        assert_eq!(mask(text), want);
    }

    #[test]
    fn what_does_not_parse_shows_known_names_only() {
        let text =
            "services:\n  mine:\n\t environment:\n    MY_NAME: abc\n    HOME: /home\n  {% if secret %}\n";
        let want =
            "services:\n  *****\n\t ************\n    ******** ***\n    HOME: *****\n  {* ** ****** *}\n";
        assert_eq!(mask(text).replace("*:", "**"), want);
    }

    #[test]
    fn windows_line_ends_and_wide_characters_keep_columns() {
        let text = "\u{feff}a:\r\n  b: 日本語 # é\r\n";
        assert_eq!(mask(text), "\u{feff}a:\r\n  b: *** # *\r\n");
    }
}
