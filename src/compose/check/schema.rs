//! The shape of a compose file: what the JSON schema of the Compose specification allows, as far
//! as it makes Compose refuse a project. The table is in [`crate::syntax::compose_fields`].

use crate::compose::load::session::Session;
use crate::{
    syntax::{
        compose_fields::{self, FieldShape, Fields, Type},
        interpolate::UNKNOWN,
        node::{Node, NodeKind},
    },
    text::source::Place,
};
use std::collections::HashSet;

/// Most complaints about one file.
const COMPLAINTS: usize = 50;

impl Type {
    fn of(kind: &NodeKind) -> Self {
        match kind {
            NodeKind::Null => Self::Null,
            NodeKind::Bool(_) => Self::Bool,
            NodeKind::Int(_) | NodeKind::Uint(_) => Self::Int,
            NodeKind::Float(number) if number.fract() == 0.0 => Self::Int,
            NodeKind::Float(_) => Self::Num,
            NodeKind::Str(_) => Self::Str,
            NodeKind::Seq(_) => Self::List,
            NodeKind::Map(_) => Self::Map,
        }
    }

    /// Whether a value of type `self` is one of type `wanted`.
    fn is(self, wanted: Self) -> bool {
        self == wanted || (self == Self::Int && wanted == Self::Num)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Str => "string",
            Self::Int => "integer",
            Self::Num => "number",
            Self::Bool => "boolean",
            Self::Null => "null",
            Self::Map => "mapping",
            Self::List => "list",
        }
    }
}

impl Session<'_> {
    /// Refuses what does not have the shape of a compose file.
    pub(crate) fn check_schema(&mut self, tree: &Node) {
        let mut check = SchemaCheck { path: Vec::new(), complaints: Vec::new() };
        check.value(tree, &compose_fields::PROJECT);
        for (place, message) in check.complaints {
            self.refuse(place, message);
        }
    }
}

struct SchemaCheck<'n> {
    path: Vec<&'n str>,
    complaints: Vec<(Place, String)>,
}

impl<'n> SchemaCheck<'n> {
    fn complain(&mut self, place: Place, message: &str) {
        if self.complaints.len() < COMPLAINTS {
            let path = self.path.join(".");
            let message = if path.is_empty() { message.to_owned() } else { format!("{path} {message}") };
            self.complaints.push((place, message));
        }
    }

    fn value(&mut self, node: &'n Node, shape: &'static FieldShape) {
        if let NodeKind::Float(number) = node.kind
            && !number.is_finite()
        {
            return self.complain(node.place, "is no number that Compose can handle");
        }
        match (shape, &node.kind) {
            (FieldShape::Any, NodeKind::Seq(items)) => {
                items.iter().for_each(|item| self.value(item, &FieldShape::Any))
            }
            (FieldShape::Any, NodeKind::Map(entries)) => {
                entries.iter().for_each(|entry| self.value(&entry.value, &FieldShape::Any));
            }
            (FieldShape::Any, _) => {}
            (FieldShape::Word(words), NodeKind::Str(text)) => {
                let text = text.expose();
                if !words.contains(&text) && !text.contains(UNKNOWN) {
                    let message = format!("must be one of {}", words.join(", "));
                    self.complain(node.place, &message);
                }
            }
            (FieldShape::Text(fits, form), NodeKind::Str(text)) => {
                if !fits(text.expose()) && !text.expose().contains(UNKNOWN) {
                    self.complain(node.place, &format!("must be {form}"));
                }
            }
            (FieldShape::Within(least, most), NodeKind::Int(number)) => {
                if !(least..=most).contains(&number) {
                    self.complain(node.place, "is out of range");
                }
            }
            (FieldShape::List(item), NodeKind::Seq(items)) => self.items(items, item),
            (FieldShape::Set(item), NodeKind::Seq(items)) => {
                self.items(items, item);
                let mut seen = HashSet::with_capacity(items.len());
                if let Some(again) = items.iter().find(|item| !seen.insert(identity(item))) {
                    self.complain(again.place, "has the same item twice");
                }
            }
            (FieldShape::Map(fields), NodeKind::Map(_)) => self.fields(node, fields),
            (FieldShape::Named(fits, shape), NodeKind::Map(entries)) => {
                for entry in entries {
                    if fits(&entry.key) {
                        self.path.push(&entry.key);
                        self.value(&entry.value, shape);
                        self.path.pop();
                    } else {
                        self.unknown_key(&entry.key, entry.key_place);
                    }
                }
            }
            (FieldShape::Loose(fits, shape), NodeKind::Map(entries)) => {
                for entry in entries.iter().filter(|entry| fits(&entry.key)) {
                    self.path.push(&entry.key);
                    self.value(&entry.value, shape);
                    self.path.pop();
                }
            }
            (FieldShape::Either(shapes), _) => match shapes.iter().find(|shape| accepts(shape, node)) {
                Some(shape) => self.value(node, shape),
                None => self.wrong_type(node, shape),
            },
            (shape, _) if accepts(shape, node) => {}
            (shape, _) => self.wrong_type(node, shape),
        }
    }

    fn items(&mut self, items: &'n [Node], shape: &'static FieldShape) {
        for item in items {
            self.path.push("[]");
            self.value(item, shape);
            self.path.pop();
        }
    }

    fn fields(&mut self, node: &'n Node, fields: &'static Fields) {
        for entry in node.entries() {
            let known = fields.known.iter().find(|(key, _)| *key == &*entry.key);
            self.path.push(&entry.key);
            match known {
                Some((_, shape)) => self.value(&entry.value, shape),
                None if fields.extensions && entry.key.starts_with("x-") => {
                    self.value(&entry.value, &FieldShape::Any);
                }
                None if fields.open => {}
                None => {
                    self.path.pop();
                    self.unknown_key(&entry.key, entry.key_place);
                    continue;
                }
            }
            self.path.pop();
        }
        for key in fields.required {
            if node.get(key).is_none() {
                self.complain(node.place, &format!("needs the property {key}"));
            }
        }
    }

    fn unknown_key(&mut self, key: &str, place: Place) {
        // A key may be anything when a line went wrong: show it only when it is a name.
        let name = key.len() <= 40
            && key
                .bytes()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.' | b'{' | b'}' | b'$'));
        let message = match name {
            true => format!("additional properties '{key}' not allowed"),
            false => "additional properties not allowed: this key".to_owned(),
        };
        self.complain(place, &message);
    }

    fn wrong_type(&mut self, node: &Node, shape: &FieldShape) {
        let mut types = Vec::new();
        collect_types(shape, &mut types);
        let mut names: Vec<&str> = types.into_iter().map(Type::name).collect();
        names.sort_unstable();
        names.dedup();
        let names = match names.as_slice() {
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
            [] => return,
        };
        let article = if names.starts_with(['a', 'i']) { "an" } else { "a" };
        self.complain(node.place, &format!("must be {article} {names}"));
    }
}

/// Whether the type of a value fits; what is in it is another question.
fn accepts(shape: &FieldShape, node: &Node) -> bool {
    let found = Type::of(&node.kind);
    match shape {
        FieldShape::Any => true,
        FieldShape::Is(listed) => listed.iter().any(|wanted| found.is(*wanted)),
        FieldShape::Word(_) | FieldShape::Text(..) => found == Type::Str,
        FieldShape::Within(..) => matches!(found, Type::Str | Type::Int),
        FieldShape::List(_) | FieldShape::Set(_) => found == Type::List,
        FieldShape::Map(_) | FieldShape::Named(..) | FieldShape::Loose(..) => found == Type::Map,
        FieldShape::Either(shapes) => shapes.iter().any(|shape| accepts(shape, node)),
    }
}

fn collect_types(shape: &FieldShape, types: &mut Vec<Type>) {
    match shape {
        FieldShape::Any => {}
        FieldShape::Is(listed) => types.extend_from_slice(listed),
        FieldShape::Word(_) | FieldShape::Text(..) => types.push(Type::Str),
        FieldShape::Within(..) => types.extend([Type::Str, Type::Int]),
        FieldShape::List(_) | FieldShape::Set(_) => types.push(Type::List),
        FieldShape::Map(_) | FieldShape::Named(..) | FieldShape::Loose(..) => types.push(Type::Map),
        FieldShape::Either(shapes) => shapes.iter().for_each(|shape| collect_types(shape, types)),
    }
}

/// A text that is the same for equal values only.
fn identity(node: &Node) -> String {
    match &node.kind {
        NodeKind::Str(text) => format!("s{}", text.expose()),
        NodeKind::Seq(items) => {
            let items: Vec<String> = items.iter().map(identity).map(|i| format!("{}:{i}", i.len())).collect();
            format!("l{}", items.concat())
        }
        NodeKind::Map(entries) => {
            let pair = |e: &crate::syntax::node::MapEntry| {
                let value = identity(&e.value);
                format!("{}:{}{}:{value}", e.key.len(), e.key, value.len())
            };
            let mut pairs: Vec<String> = entries.iter().map(pair).collect();
            pairs.sort_unstable();
            format!("m{}", pairs.concat())
        }
        _ => format!("o{}", crate::compose::values::scalar::print(node).expose()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        syntax::yaml,
        text::source::{Language, SourceName, Sources},
    };

    fn complaints(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Yaml, text.to_owned());
        let document = yaml::parse(sources.get(id).text(), id).documents.remove(0);
        let mut check = SchemaCheck { path: Vec::new(), complaints: Vec::new() };
        check.value(&document.root, &compose_fields::PROJECT);
        check.complaints.into_iter().map(|(_, message)| message).collect()
    }

    #[test]
    fn typical_slips() {
        for (text, expected) in [
            (
                "services: {web: {enviroment: {}}}",
                "services.web additional properties 'enviroment' not allowed",
            ),
            ("services: {web: {environment: x}}", "services.web.environment must be a list or mapping"),
            (
                "services: {web: {environment: {A: [1]}}}",
                "services.web.environment.A must be a boolean, null, number or string",
            ),
            ("name: 1", "name must be a string"),
            ("services: {web: {restart: !!int 1}}", "services.web.restart must be a string"),
            ("services: {web: {cap_add: [A, A]}}", "services.web.cap_add has the same item twice"),
            ("bogus: 1", "additional properties 'bogus' not allowed"),
        ] {
            assert_eq!(complaints(text), [expected], "{text}");
        }
        assert!(
            complaints("x-a: [1]\nservices: {a.b-c_1: {x-b: 1, image: i, ports: [80, '81']}}").is_empty()
        );
    }
}
