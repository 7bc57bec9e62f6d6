//! YAML to [`Node`]s, as go-yaml reads it for Docker Compose: anchors, merge keys, several
//! documents, one source of truth for places.
//!
//! granit-parser gives events; they are kept as a flat graph, because the two tags of Compose,
//! `!reset` and `!override`, are recorded by path before aliases and merge keys are followed
//! (compose-go `loader/reset.go`). Errors never quote a scalar.

mod construction;
pub mod layout;

use super::node::Node;
use crate::{
    limits,
    source::{Place, SourceId, Span},
};
use construction::Construction;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Tag};
use std::{borrow::Cow, collections::HashMap};

/// Everything that was read from one text.
#[derive(Debug, Default)]
pub struct Stream {
    /// The documents, in order.
    pub documents: Vec<Document>,
    /// What go-yaml or Compose would refuse, in the order it was met.
    pub problems: Vec<Problem>,
    /// Every comment, `#` included.
    pub comments: Vec<Place>,
}

/// One document.
#[derive(Debug)]
pub struct Document {
    /// Its tree, with aliases and merge keys followed and `!reset` entries left out.
    pub root: Node,
    /// The paths of keys that carry `!reset` or `!override`.
    pub resets: Vec<Vec<Box<str>>>,
    /// How many values Compose visits to read it.
    pub visits: usize,
}

/// Something that makes the text unreadable to Compose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, free of values.
    pub message: String,
    /// What was read is not the whole text.
    pub fatal: bool,
}

/// Reads a text that is stored as `source`.
#[must_use]
pub fn parse(text: &str, source: SourceId) -> Stream {
    let options = granit_parser::options! {
        flow_nesting_limit: limits::DEPTH as usize,
        block_nesting_limit: limits::DEPTH as usize,
        max_buffered_comment_events: usize::MAX,
        emit_unresolved_aliases: true,
    };
    let mut stream = Stream::default();
    let mut graph = Graph::new(source);
    let end = text.len();
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !is_printable(*c)) {
        stream.problems.push(Problem {
            place: Place { source, span: Span::new(at, at + c.len_utf8()) },
            message: "control characters are not allowed".to_owned(),
            fatal: true,
        });
        return stream;
    }
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok((event, span)) => (event, span_of(span.byte_range(), end)),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(end).min(end);
                stream.problems.push(Problem {
                    place: Place { source, span: Span::new(at, at) },
                    message: syntax_message(error.kind()),
                    fatal: true,
                });
                break;
            }
        };
        let done = match event {
            Event::Comment(..) => {
                stream.comments.push(Place { source, span });
                continue;
            }
            Event::DocumentStart(..) => {
                graph = Graph::new(source);
                continue;
            }
            Event::DocumentEnd => true,
            event => graph.accept(event, span).is_err(),
        };
        if graph.nodes.len() > limits::NODES {
            let message = format!("the document has more than {} values", limits::NODES);
            stream.problems.push(Problem { place: Place { source, span }, message, fatal: true });
            break;
        }
        if done {
            let graph = std::mem::replace(&mut graph, Graph::new(source));
            stream.documents.extend(Construction::new(&graph, &mut stream.problems).document());
        }
    }
    stream
}

/// What go-yaml's `reader.go` lets through.
fn is_printable(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' => true,
        c => c >= '\u{a0}' && !matches!(c, '\u{fffe}' | '\u{ffff}'),
    }
}

fn span_of(range: Option<std::ops::Range<usize>>, end: usize) -> Span {
    range.map_or(Span::new(end, end), |r| Span::new(r.start.min(end), r.end.min(end)))
}

/// granit's words, without the character it stumbled over.
fn syntax_message(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::UnexpectedCharacter { .. } => "found a character that cannot start any token".to_owned(),
        ErrorKind::RecursionLimitExceeded => {
            format!("nested deeper than {} levels", limits::DEPTH)
        }
        kind => kind.to_string(),
    }
}

/// A document as it is written: aliases point to nodes, nothing is copied.
struct Graph<'a> {
    source: SourceId,
    nodes: Vec<Raw<'a>>,
    /// Node of each anchor id.
    anchors: HashMap<usize, usize>,
    /// Collections that are still open, with the key that waits for its value.
    open: Vec<(usize, Option<usize>)>,
    root: Option<usize>,
}

struct Raw<'a> {
    span: Span,
    tag: Option<Box<str>>,
    kind: RawKind<'a>,
}

enum RawKind<'a> {
    Scalar { text: Cow<'a, str>, quoted: bool },
    Seq { items: Vec<usize>, flow: bool },
    Map { entries: Vec<(usize, usize)>, flow: bool },
    Alias(usize),
    UnknownAlias,
}

/// The events do not make a tree, which granit rules out.
struct Malformed;

impl<'a> Graph<'a> {
    fn new(source: SourceId) -> Self {
        Self { source, nodes: Vec::new(), anchors: HashMap::new(), open: Vec::new(), root: None }
    }

    fn accept(&mut self, event: Event<'a>, span: Span) -> Result<(), Malformed> {
        use granit_parser::StructureStyle::Flow;
        let (kind, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain;
                // granit gives `~` for nothing at all; with `!!str` the two differ.
                let absent = span.start == span.end && !quoted;
                let text = if absent { Cow::Borrowed("") } else { text };
                (RawKind::Scalar { text, quoted }, anchor, tag)
            }
            Event::SequenceStart(style, anchor, tag) => {
                (RawKind::Seq { items: Vec::new(), flow: style == Flow }, anchor, tag)
            }
            Event::MappingStart(style, anchor, tag) => {
                (RawKind::Map { entries: Vec::new(), flow: style == Flow }, anchor, tag)
            }
            Event::Alias(id) => {
                let target = self.anchors.get(&id).copied();
                (target.map_or(RawKind::UnknownAlias, RawKind::Alias), 0, None)
            }
            Event::UnresolvedAlias(_) => (RawKind::UnknownAlias, 0, None),
            Event::SequenceEnd | Event::MappingEnd => return self.close(span),
            _ => return Ok(()),
        };
        let opens = matches!(kind, RawKind::Seq { .. } | RawKind::Map { .. });
        let id = self.nodes.len();
        self.nodes.push(Raw { span, tag: tag.and_then(|t| short_tag(&t)), kind });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        match self.open.last_mut() {
            None => self.root = Some(id),
            Some((parent, key)) => match (&mut self.nodes[*parent].kind, key.take()) {
                (RawKind::Seq { items, .. }, _) => items.push(id),
                (RawKind::Map { entries, .. }, Some(key)) => entries.push((key, id)),
                (RawKind::Map { .. }, None) => *key = Some(id),
                _ => return Err(Malformed),
            },
        }
        if opens {
            self.open.push((id, None));
        }
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Malformed> {
        let (id, _) = self.open.pop().ok_or(Malformed)?;
        // A block collection is reported to end where the next line starts: say instead that it
        // ends where its last value does.
        let last = match &self.nodes[id].kind {
            RawKind::Seq { items, flow: false } => items.last().copied(),
            RawKind::Map { entries, flow: false } => entries.last().map(|(_, value)| *value),
            _ => None,
        };
        let end = last.map_or(span.end, |last| self.nodes[last].span.end);
        let node = &mut self.nodes[id];
        node.span.end = end.max(node.span.start);
        Ok(())
    }

    fn place(&self, id: usize) -> Place {
        Place { source: self.source, span: self.nodes[id].span }
    }

    /// The node that an alias, or a chain of them, stands for.
    fn target(&self, id: usize) -> usize {
        match self.nodes[id].kind {
            RawKind::Alias(target) => target,
            _ => id,
        }
    }

    fn is_merge_key(&self, id: usize) -> bool {
        let node = &self.nodes[id];
        match (&node.kind, node.tag.as_deref()) {
            (RawKind::Scalar { .. }, Some(tag)) => tag == "!!merge",
            (RawKind::Scalar { text, quoted }, None) => !quoted && text == "<<",
            _ => false,
        }
    }
}

fn short_tag(tag: &Tag) -> Option<Box<str>> {
    const CORE: &str = "tag:yaml.org,2002:";
    let full = format!("{}{}", tag.handle(), tag.suffix());
    match full.strip_prefix(CORE) {
        // The non-specific tag says nothing: go-yaml drops it.
        _ if full == "!" => None,
        Some(name) => Some(format!("!!{name}").into()),
        None => Some(full.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        origin::Step,
        source::{Language, SourceName, Sources},
        syntax::node::Kind,
    };

    fn read(text: &str) -> (Sources, Stream) {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Yaml, text.to_owned());
        let stream = parse(sources.get(id).text(), id);
        (sources, stream)
    }

    fn root(text: &str) -> Node {
        let (_, stream) = read(text);
        assert_eq!(stream.problems, []);
        stream.documents.into_iter().next().unwrap().root
    }

    fn written(sources: &Sources, place: Place) -> &str {
        &sources.get(place.source).text()[place.span.range()]
    }

    #[test]
    fn places_are_those_of_the_text_bom_and_crlf_included() {
        let (sources, stream) = read("\u{feff}a: 1\r\nb:\r\n  c: \"x\" # note\r\n  d: [é, f]\r\n");
        let root = &stream.documents[0].root;
        let c = root.at(["b", "c"]).unwrap();
        assert_eq!(written(&sources, c.place), "\"x\"");
        assert_eq!(sources.line_col(c.place).line, 3);
        assert_eq!(written(&sources, root.entry("b").unwrap().key_place), "b");
        assert_eq!(written(&sources, root.at(["b", "d"]).unwrap().place), "[é, f]");
        assert_eq!(written(&sources, stream.comments[0]), "# note");
        assert_eq!(written(&sources, root.get("b").unwrap().place), "c: \"x\" # note\r\n  d: [é, f]");
    }

    #[test]
    fn merge_keys_give_what_is_missing_and_say_so() {
        let root = root("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 0}\nd: *a\n");
        let c = root.get("c").unwrap();
        let pairs: Vec<_> = c.entries().iter().map(|e| (&*e.key, e.value.kind.clone())).collect();
        assert_eq!(pairs, [("x", Kind::Int(0)), ("y", Kind::Int(2)), ("z", Kind::Int(4))]);
        assert_eq!(c.get("y").unwrap().via.iter().next().unwrap().step, Step::MergeKey);
        assert_eq!(root.get("d").unwrap().via.iter().next().unwrap().step, Step::Alias);
    }

    #[test]
    fn duplicate_and_non_string_keys_are_told_once() {
        let (_, stream) = read("a: &a {k: 1, k: 2, 1: x}\nb: *a\n");
        let messages: Vec<_> = stream.problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages[0].contains("already defined"));
        assert!(messages[1].contains("non-string key"));
    }

    #[test]
    fn compose_tags_are_recorded_by_path() {
        let (_, stream) = read("a: {b: !reset null, c: !override {d: 1}}\nx: &x {e: !reset }\ny: {<<: *x}\n");
        let document = &stream.documents[0];
        let paths: Vec<_> = document.resets.iter().map(|p| p.join(".")).collect();
        assert_eq!(paths, ["a.b", "a.c", "x.e", "y.e"]);
        assert!(document.root.at(["a", "b"]).is_none());
        assert!(document.root.at(["a", "c", "d"]).is_some());
    }

    #[test]
    fn a_reset_entry_does_not_hide_the_one_that_is_merged() {
        let root = root("x: &x {e: 1, f: 2}\ny: {<<: *x, e: !reset null, f: !override {}}\n");
        assert_eq!(root.at(["y", "e"]).unwrap().kind, Kind::Int(1));
        assert_eq!(root.at(["y", "f"]).unwrap().kind, Kind::Map(Vec::new()));
    }

    #[test]
    fn bombs_cycles_and_depth_end_quickly() {
        let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (previous, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
            bomb += &format!("{next}: &{next} [{}]\n", vec![format!("*{previous}"); 9].join(","));
        }
        let deep = "[".repeat(100_000);
        let dashes = "- ".repeat(20_000);
        for text in [bomb.as_str(), "a: &a [*a]", "a: &a {<<: *a}", deep.as_str(), dashes.as_str()] {
            let (_, stream) = read(text);
            assert!(stream.problems[0].fatal, "{:?}", stream.problems);
        }
    }

    #[test]
    fn messages_hold_no_value() {
        let (_, stream) = read("a: `sk-secret\n");
        assert!(!stream.problems[0].message.contains("sk"));
        let (_, stream) = read("a: !!int sk-secret\n");
        assert!(!stream.problems[0].message.contains("sk"));
    }
}
