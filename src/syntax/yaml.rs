//! YAML to [`Node`]s, as go-yaml reads it for Docker Compose: anchors, merge keys, several
//! documents, one source of truth for places.
//!
//! The events of a text are kept as a flat graph, because the two tags of Compose, `!reset` and
//! `!override`, are recorded by path before aliases and merge keys are followed (compose-go
//! `loader/reset.go`). Errors never quote a scalar.

mod construction;
mod events;
pub mod layout;
mod scanner;

use super::node::Node;
use crate::text::{
    limits,
    source::{Place, SourceId, Span},
};
use construction::{Constructed, Construction};
use events::{Event, Events, NodeProperties};
use scanner::{ScanError, TOO_DEEP};
use std::{borrow::Cow, collections::HashMap};

/// Everything that was read from one text.
#[derive(Debug, Default)]
pub struct Stream {
    /// The documents, in order.
    pub documents: Vec<YamlDocument>,
    /// What go-yaml or Compose would refuse, in the order it was met.
    pub problems: Vec<YamlProblem>,
    /// Every comment, `#` included.
    pub comments: Vec<Place>,
}

/// One document.
#[derive(Debug)]
pub struct YamlDocument {
    /// Its tree, with aliases and merge keys followed and `!reset` entries left out.
    pub root: Node,
    /// The paths of keys that carry `!reset` or `!override`.
    pub resets: Vec<Vec<Box<str>>>,
    /// How many values Compose visits to read it.
    pub visits: usize,
}

/// Something that makes the text unreadable to Compose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct YamlProblem {
    /// Where.
    pub place: Place,
    /// What, free of values.
    pub message: String,
    /// The same thing before, where it is one too many.
    pub first: Option<Place>,
    /// What was read is not the whole text.
    pub fatal: bool,
}

/// Reads a text that is stored as `source`.
#[must_use]
pub fn parse(text: &str, source: SourceId) -> Stream {
    let mut stream = Stream::default();
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !is_printable(*c)) {
        stream.problems.push(YamlProblem {
            place: Place { source, span: Span::new(at, at + c.len_utf8()) },
            message: "control characters are not allowed".to_owned(),
            first: None,
            fatal: true,
        });
        return stream;
    }
    // One graph for all documents: go-yaml knows an anchor in those that follow as well.
    let mut graph = Graph::new(source);
    let mut constructed = Constructed::default();
    let mut events = Events::new(text, limits::DEPTH as usize);
    for event in events.by_ref() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(ScanError { at, problem }) => {
                let place = Place { source, span: Span::new(at, at) };
                stream.problems.push(YamlProblem {
                    place,
                    message: message_of(problem),
                    first: None,
                    fatal: true,
                });
                break;
            }
        };
        let done = event == Event::DocumentEnd || graph.accept(event, span).is_err();
        if graph.nodes.len() > limits::NODES {
            let message = format!("the document has more than {} values", limits::NODES);
            stream.problems.push(YamlProblem {
                place: Place { source, span },
                message,
                first: None,
                fatal: true,
            });
            break;
        }
        if done {
            let document = Construction::new(&graph, &mut constructed, &mut stream.problems).document();
            stream.documents.extend(document);
            graph.root = None;
            graph.open.clear();
        }
    }
    stream.comments = events.comments().into_iter().map(|span| Place { source, span }).collect();
    stream
}

/// What go-yaml lets through (v4.0.0-rc.6, `internal/libyaml/reader.go`).
fn is_printable(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        c => c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'),
    }
}

/// go-yaml's words, with the limit that is clawdock's own.
fn message_of(problem: &str) -> String {
    if problem == TOO_DEEP {
        return format!("nested deeper than {} levels", limits::DEPTH);
    }
    problem.to_owned()
}

/// The documents of a text as they are written: aliases point to nodes, nothing is copied.
struct Graph<'a> {
    source: SourceId,
    nodes: Vec<Raw<'a>>,
    /// The node that each anchor names, as far as the text was read.
    anchors: HashMap<&'a str, usize>,
    /// Collections that are still open, with the key that waits for its value.
    open: Vec<(usize, Option<usize>)>,
    /// The value of the document that is being read.
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

/// The events do not make a tree, which [`Events`] rules out.
struct Malformed;

impl<'a> Graph<'a> {
    fn new(source: SourceId) -> Self {
        Self { source, nodes: Vec::new(), anchors: HashMap::new(), open: Vec::new(), root: None }
    }

    fn accept(&mut self, event: Event<'a>, span: Span) -> Result<(), Malformed> {
        let (kind, properties) = match event {
            Event::Scalar { text, plain, properties } => {
                (RawKind::Scalar { text, quoted: !plain }, properties)
            }
            Event::SequenceStart { flow, properties } => {
                (RawKind::Seq { items: Vec::new(), flow }, properties)
            }
            Event::MappingStart { flow, properties } => {
                (RawKind::Map { entries: Vec::new(), flow }, properties)
            }
            Event::Alias(name) => {
                let target = self.anchors.get(name).copied();
                (target.map_or(RawKind::UnknownAlias, RawKind::Alias), NodeProperties::default())
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(span),
            Event::DocumentStart | Event::DocumentEnd => return Ok(()),
        };
        let opens = matches!(kind, RawKind::Seq { .. } | RawKind::Map { .. });
        let id = self.nodes.len();
        self.nodes.push(Raw { span, tag: properties.tag.and_then(short_tag), kind });
        if let Some(anchor) = properties.anchor {
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

fn short_tag(tag: String) -> Option<Box<str>> {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        // The non-specific tag makes text of a scalar (go-yaml since v4.0.0-rc.5; before, it said nothing).
        _ if tag == "!" => Some("!!str".into()),
        Some(name) => Some(format!("!!{name}").into()),
        None => Some(tag.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        provenance::StepKind,
        syntax::node::NodeKind,
        text::source::{Language, SourceName, Sources},
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
        assert_eq!(pairs, [("x", NodeKind::Int(0)), ("y", NodeKind::Int(2)), ("z", NodeKind::Int(4))]);
        assert_eq!(c.get("y").unwrap().via.iter().next().unwrap().step, StepKind::MergeKey);
        assert_eq!(root.get("d").unwrap().via.iter().next().unwrap().step, StepKind::Alias);
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
        assert_eq!(root.at(["y", "e"]).unwrap().kind, NodeKind::Int(1));
        assert_eq!(root.at(["y", "f"]).unwrap().kind, NodeKind::Map(Vec::new()));
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

    /// The value of `k`, as text.
    fn text(of: &str) -> String {
        let root = root(of);
        let k = root.get("k").unwrap_or_else(|| panic!("{of:?} has no k"));
        k.text().unwrap_or_else(|| panic!("{of:?}: {k:?}")).expose().to_owned()
    }

    /// Each row was read by go-yaml v4.0.0-rc.6.
    #[test]
    fn scalars_are_those_of_go_yaml() {
        for (written, read) in [
            // A comment needs no blank after a quote or a bracket.
            ("k: \"abc\"#rotate\n", "abc"),
            ("x: [a, b]#c\nk: 'v'#c\n", "v"),
            // Lines of a quoted scalar need no indentation, and may begin with a tab.
            ("k: \"-----BEGIN\nabc\n-----END\"\n", "-----BEGIN abc -----END"),
            ("k: 'a\n\tb'\n", "a b"),
            ("k: \"a\\\n  b\"\n", "ab"),
            ("k: 'a\n\n  b'\n", "a\nb"),
            // A dash is text between braces.
            ("{k: -, x: y}\n", "-"),
            // The last line of a block scalar keeps its line end only where it has one.
            ("k: |\n  abc", "abc"),
            ("k: |\n  abc\n", "abc\n"),
            ("k: |+\n  abc\n\n", "abc\n\n"),
            ("k: >-\n  a\n  b\n\n  c\n", "a b\nc"),
            ("k: |3#c\n   abc", "abc"),
            // Unicode's line breaks are some, a byte-order mark and a DEL are characters.
            ("k: a\u{2028}", "a"),
            ("k: a\u{85}", "a"),
            ("k: \u{feff}a\n", "\u{feff}a"),
            ("k: a\u{7f}\n", "a\u{7f}"),
            ("k: a\r\nl: b\r\n", "a"),
            ("%YAML 1.1\n---\nk: v\n", "v"),
            ("k: ! 5\n", "5"),
            ("# c\n\t# d\nk: v\n", "v"),
        ] {
            assert_eq!(text(written), read, "{written:?}");
        }
        let key = "k".repeat(2000);
        assert_eq!(root(&format!("{key}: 1\n")).get(&key).unwrap().kind, NodeKind::Int(1));
        assert!(root("k: <<\n").get("k").is_none());
    }

    /// Each row was refused by go-yaml v4.0.0-rc.6.
    #[test]
    fn what_go_yaml_refuses_is_refused() {
        for written in [
            "a: x\n\t\nb: y\n",
            "a: x\n\t# c\nb: y\n",
            "k:\n  -\ta\n",
            "k: |\n  a\n\t\n  b\n",
            "k: \"\\/\"\n",
            "%YAML 1.2\n---\nk: v\n",
            "k: a # c\u{2028} d\n",
            "a: 1\n b: 2\n",
            "a: [1, 2\n",
            "a: b: c\n",
            "k: !é v\n",
        ] {
            let (_, stream) = read(written);
            assert!(stream.problems.iter().any(|p| p.fatal), "{written:?}");
        }
    }

    #[test]
    fn anchors_live_on_in_later_documents() {
        let (_, stream) = read("x: &a {A: 1}\n---\ny: *a\nz: {<<: *a}\n");
        assert_eq!(stream.problems, []);
        let second = &stream.documents[1].root;
        assert_eq!(second.at(["y", "A"]).unwrap().kind, NodeKind::Int(1));
        assert_eq!(second.at(["z", "A"]).unwrap().kind, NodeKind::Int(1));
        assert!(second.get("x").is_none());
    }

    #[test]
    fn messages_hold_no_value() {
        let (_, stream) = read("a: `sk-secret\n");
        assert!(!stream.problems[0].message.contains("sk"));
        let (_, stream) = read("a: !!int sk-secret\n");
        assert!(!stream.problems[0].message.contains("sk"));
    }
}
