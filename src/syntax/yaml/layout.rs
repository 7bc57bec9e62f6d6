//! How a YAML text is laid out: what one has to know to change a part of it and nothing else.

use super::events::{Event, Events};
use crate::text::{limits, source::Span};
use std::collections::{HashMap, HashSet};

/// The entries of all mappings and lists of a text, as they are written: aliases are not followed.
#[derive(Debug, Default)]
pub struct Layout {
    slots: Vec<Slot>,
    collections: Vec<Collection>,
    /// Anchors that something refers to.
    used: HashSet<usize>,
}

/// Names a [`Slot`] of a [`Layout`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlotId(usize);

/// An entry of a mapping, or an item of a list.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The key, quotes included; none of an item.
    pub key: Option<Span>,
    /// The value, quotes included, anchor and tag left out; empty where nothing is written.
    pub value: Span,
    anchor: usize,
    collection: usize,
}

#[derive(Debug)]
struct Collection {
    flow: bool,
    is_map: bool,
    anchor: usize,
    owner: Option<usize>,
    slots: Vec<usize>,
}

/// Reads a text; none when it is no YAML.
#[must_use]
pub fn parse(text: &str) -> Option<Layout> {
    let mut layout = Layout::default();
    let mut open: Vec<Open> = Vec::new();
    let mut anchors = Anchors::default();
    for event in Events::new(text, limits::DEPTH as usize) {
        let (event, span) = event.ok()?;
        match event {
            Event::Scalar { properties, .. } => {
                layout.node(&mut open, span, anchors.define(properties.anchor));
            }
            Event::Alias(name) => {
                layout.used.extend(anchors.last.get(name));
                layout.node(&mut open, span, 0);
            }
            Event::SequenceStart { flow, properties } => {
                layout.begin(&mut open, span, flow, anchors.define(properties.anchor), false);
            }
            Event::MappingStart { flow, properties } => {
                layout.begin(&mut open, span, flow, anchors.define(properties.anchor), true);
            }
            Event::SequenceEnd | Event::MappingEnd => layout.end(&mut open, span)?,
            Event::DocumentStart | Event::DocumentEnd => {}
        }
        if layout.slots.len() > limits::NODES {
            return None;
        }
    }
    Some(layout)
}

/// The anchors of a text, each by the number of its definition; 0 is none.
#[derive(Default)]
struct Anchors<'a> {
    /// The definition that a name stands for, as far as the text was read.
    last: HashMap<&'a str, usize>,
    count: usize,
}

impl<'a> Anchors<'a> {
    fn define(&mut self, name: Option<&'a str>) -> usize {
        let Some(name) = name else { return 0 };
        self.count += 1;
        self.last.insert(name, self.count);
        self.count
    }
}

/// A collection whose end was not seen yet.
struct Open {
    id: usize,
    start: u32,
    anchor: usize,
    /// The key that waits for its value.
    key: Option<Span>,
}

impl Layout {
    /// A key, a value or an item that is complete.
    fn node(&mut self, open: &mut [Open], span: Span, anchor: usize) {
        let Some(parent) = open.last_mut() else { return };
        let is_map = self.collections[parent.id].is_map;
        let key = parent.key.take();
        if is_map && key.is_none() {
            parent.key = Some(span);
            return;
        }
        // Where nothing is written, the parser says where it noticed.
        let span = match key {
            Some(key) if span.start == span.end => Span { start: key.end, end: key.end },
            _ => span,
        };
        self.collections[parent.id].slots.push(self.slots.len());
        self.slots.push(Slot { key, value: span, anchor, collection: parent.id });
    }

    fn begin(&mut self, open: &mut Vec<Open>, span: Span, flow: bool, anchor: usize, is_map: bool) {
        let id = self.collections.len();
        self.collections.push(Collection { flow, is_map, anchor, owner: None, slots: Vec::new() });
        open.push(Open { id, start: span.start, anchor, key: None });
    }

    fn end(&mut self, open: &mut Vec<Open>, span: Span) -> Option<()> {
        let Open { id, start, anchor, .. } = open.pop()?;
        let collection = &self.collections[id];
        // A block collection is reported to end where the next line starts.
        let last = collection.slots.last().map(|slot| self.slots[*slot].value.end.max(start));
        let end = if collection.flow { span.end } else { last.unwrap_or(span.end) };
        let owner = self.slots.len();
        let is_value = open.last().is_some_and(|p| p.key.is_some() || !self.collections[p.id].is_map);
        self.node(open, Span { start, end }, anchor);
        if is_value {
            self.collections[id].owner = Some(owner);
        }
        Some(())
    }

    /// The entry or item whose key, or else whose value, is written exactly there.
    #[must_use]
    pub fn find(&self, span: Span) -> Option<SlotId> {
        let by_key = self.slots.iter().position(|slot| slot.key == Some(span));
        by_key.or_else(|| self.slots.iter().position(|slot| slot.value == span)).map(SlotId)
    }

    /// Every entry and every item.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The entry or item.
    #[must_use]
    pub fn slot(&self, id: SlotId) -> &Slot {
        &self.slots[id.0]
    }

    /// It is an entry of a mapping in braces, or an item of a list in brackets.
    #[must_use]
    pub fn is_flow(&self, id: SlotId) -> bool {
        self.collections[self.slots[id.0].collection].flow
    }

    /// The entries or items beside it, itself included, in the order they are written.
    pub fn siblings(&self, id: SlotId) -> impl Iterator<Item = SlotId> {
        self.collections[self.slots[id.0].collection].slots.iter().copied().map(SlotId)
    }

    /// The entry or item that holds the mapping or list which it is a part of.
    #[must_use]
    pub fn owner(&self, id: SlotId) -> Option<SlotId> {
        self.collections[self.slots[id.0].collection].owner.map(SlotId)
    }

    /// What an alias or a merge key takes over elsewhere holds it.
    #[must_use]
    pub fn is_shared(&self, id: SlotId) -> bool {
        let mut at = Some(id);
        while let Some(id) = at {
            let slot = &self.slots[id.0];
            if [slot.anchor, self.collections[slot.collection].anchor].iter().any(|a| self.used.contains(a)) {
                return true;
            }
            at = self.owner(id);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written<'a>(text: &'a str, layout: &Layout, id: SlotId) -> (Option<&'a str>, &'a str) {
        let slot = layout.slot(id);
        (slot.key.map(|k| &text[k.range()]), &text[slot.value.range()])
    }

    fn at(text: &str, needle: &str) -> Span {
        let start = text.find(needle).unwrap();
        Span::new(start, start + needle.len())
    }

    #[test]
    fn entries_and_items_of_both_styles() {
        let text = "s:\n  e:\n    A: 'x' # y\n    B:\n  l: [a, \"b=c\"]\n  m: {k: v}\n";
        let layout = parse(text).unwrap();
        let a = layout.find(at(text, "A")).unwrap();
        assert_eq!(written(text, &layout, a), (Some("A"), "'x'"));
        assert_eq!(layout.siblings(a).count(), 2);
        let owner = layout.owner(a).unwrap();
        assert_eq!(written(text, &layout, owner).0, Some("e"));
        assert_eq!(written(text, &layout, layout.owner(owner).unwrap()).0, Some("s"));
        let b = layout.find(at(text, "\"b=c\"")).unwrap();
        assert!(layout.is_flow(b) && !layout.is_flow(a));
        assert_eq!(written(text, &layout, layout.owner(b).unwrap()), (Some("l"), "[a, \"b=c\"]"));
    }

    #[test]
    fn what_an_anchor_gives_away() {
        let text = "x: &x\n  A: 1\ny: &y\n  B: 2\nz:\n  <<: *x\n  C: 3\n";
        let layout = parse(text).unwrap();
        let shared = |needle| layout.is_shared(layout.find(at(text, needle)).unwrap());
        assert!(shared("A"));
        assert!(!shared("B") && !shared("C"));
    }

    #[test]
    fn what_is_no_yaml_has_none() {
        assert!(parse("a: [").is_none());
        assert!(parse("").is_some());
    }
}
