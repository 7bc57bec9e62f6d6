//! The shape of a compose file: what the JSON schema of the Compose specification allows, as far
//! as it makes Compose refuse a project. The table is in [`crate::syntax::compose_fields`].

use super::session::Session;
use crate::{
    source::Place,
    syntax::{
        compose_fields::{self, Fields, Shape, Type},
        interpolate::UNKNOWN,
        node::{Kind, Node},
    },
};
use std::collections::HashSet;

/// Most complaints about one file.
const COMPLAINTS: usize = 50;

impl Type {
    fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Null => Self::Null,
            Kind::Bool(_) => Self::Bool,
            Kind::Int(_) | Kind::Uint(_) => Self::Int,
            Kind::Float(number) if number.fract() == 0.0 => Self::Int,
            Kind::Float(_) => Self::Num,
            Kind::Str(_) => Self::Str,
            Kind::Seq(_) => Self::List,
            Kind::Map(_) => Self::Map,
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
    pub(super) fn check_schema(&mut self, tree: &Node) {
        let mut check = Check { path: Vec::new(), complaints: Vec::new() };
        check.value(tree, &compose_fields::PROJECT);
        for (place, message) in check.complaints {
            self.refuse(place, message);
        }
    }
}

struct Check<'n> {
    path: Vec<&'n str>,
    complaints: Vec<(Place, String)>,
}

impl<'n> Check<'n> {
    fn complain(&mut self, place: Place, message: &str) {
        if self.complaints.len() < COMPLAINTS {
            let path = self.path.join(".");
            let message = if path.is_empty() { message.to_owned() } else { format!("{path} {message}") };
            self.complaints.push((place, message));
        }
    }

    fn value(&mut self, node: &'n Node, shape: &'static Shape) {
        if let Kind::Float(number) = node.kind
            && !number.is_finite()
        {
            return self.complain(node.place, "is no number that Compose can handle");
        }
        match (shape, &node.kind) {
            (Shape::Any, Kind::Seq(items)) => items.iter().for_each(|item| self.value(item, &Shape::Any)),
            (Shape::Any, Kind::Map(entries)) => {
                entries.iter().for_each(|entry| self.value(&entry.value, &Shape::Any));
            }
            (Shape::Any, _) => {}
            (Shape::Word(words), Kind::Str(text)) => {
                let text = text.expose();
                if !words.contains(&text) && !text.contains(UNKNOWN) {
                    let message = format!("must be one of {}", words.join(", "));
                    self.complain(node.place, &message);
                }
            }
            (Shape::Text(fits), Kind::Str(text)) => {
                if !fits(text.expose()) && !text.expose().contains(UNKNOWN) {
                    self.complain(node.place, "is not written as it must be");
                }
            }
            (Shape::Within(least, most), Kind::Int(number)) => {
                if !(least..=most).contains(&number) {
                    self.complain(node.place, "is out of range");
                }
            }
            (Shape::List(item), Kind::Seq(items)) => self.items(items, item),
            (Shape::Set(item), Kind::Seq(items)) => {
                self.items(items, item);
                let mut seen = HashSet::with_capacity(items.len());
                if let Some(again) = items.iter().find(|item| !seen.insert(identity(item))) {
                    self.complain(again.place, "has the same item twice");
                }
            }
            (Shape::Map(fields), Kind::Map(_)) => self.fields(node, fields),
            (Shape::Named(fits, shape), Kind::Map(entries)) => {
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
            (Shape::Loose(fits, shape), Kind::Map(entries)) => {
                for entry in entries.iter().filter(|entry| fits(&entry.key)) {
                    self.path.push(&entry.key);
                    self.value(&entry.value, shape);
                    self.path.pop();
                }
            }
            (Shape::Either(shapes), _) => match shapes.iter().find(|shape| accepts(shape, node)) {
                Some(shape) => self.value(node, shape),
                None => self.wrong_type(node, shape),
            },
            (shape, _) if accepts(shape, node) => {}
            (shape, _) => self.wrong_type(node, shape),
        }
    }

    fn items(&mut self, items: &'n [Node], shape: &'static Shape) {
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
                    self.value(&entry.value, &Shape::Any);
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

    fn wrong_type(&mut self, node: &Node, shape: &Shape) {
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
fn accepts(shape: &Shape, node: &Node) -> bool {
    let found = Type::of(&node.kind);
    match shape {
        Shape::Any => true,
        Shape::Is(listed) => listed.iter().any(|wanted| found.is(*wanted)),
        Shape::Word(_) | Shape::Text(_) => found == Type::Str,
        Shape::Within(..) => matches!(found, Type::Str | Type::Int),
        Shape::List(_) | Shape::Set(_) => found == Type::List,
        Shape::Map(_) | Shape::Named(..) | Shape::Loose(..) => found == Type::Map,
        Shape::Either(shapes) => shapes.iter().any(|shape| accepts(shape, node)),
    }
}

fn collect_types(shape: &Shape, types: &mut Vec<Type>) {
    match shape {
        Shape::Any => {}
        Shape::Is(listed) => types.extend_from_slice(listed),
        Shape::Word(_) | Shape::Text(_) => types.push(Type::Str),
        Shape::Within(..) => types.extend([Type::Str, Type::Int]),
        Shape::List(_) | Shape::Set(_) => types.push(Type::List),
        Shape::Map(_) | Shape::Named(..) | Shape::Loose(..) => types.push(Type::Map),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| collect_types(shape, types)),
    }
}

/// A text that is the same for equal values only.
fn identity(node: &Node) -> String {
    match &node.kind {
        Kind::Str(text) => format!("s{}", text.expose()),
        Kind::Seq(items) => {
            let items: Vec<String> = items.iter().map(identity).map(|i| format!("{}:{i}", i.len())).collect();
            format!("l{}", items.concat())
        }
        Kind::Map(entries) => {
            let pair = |e: &crate::syntax::node::Entry| {
                let value = identity(&e.value);
                format!("{}:{}{}:{value}", e.key.len(), e.key, value.len())
            };
            let mut pairs: Vec<String> = entries.iter().map(pair).collect();
            pairs.sort_unstable();
            format!("m{}", pairs.concat())
        }
        _ => format!("o{}", super::scalar::print(node).expose()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::{Language, SourceName, Sources},
        syntax::yaml,
    };

    fn complaints(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let id = sources.add(SourceName::Stdin, Language::Yaml, text.to_owned());
        let document = yaml::parse(sources.get(id).text(), id).documents.remove(0);
        let mut check = Check { path: Vec::new(), complaints: Vec::new() };
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
