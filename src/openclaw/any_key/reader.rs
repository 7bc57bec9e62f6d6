//! One consumer with what it reads.

use super::known;
use crate::{
    deployment::Role,
    openclaw::{
        config::{self, Field, Presence},
        config_path::{Step, find, keys},
        environment::Environment,
        facts::OpenClawModel,
        schema::keys::{Membership, Takes},
        view::{Offer, Ranked, decide, unused},
    },
    origin::{Candidate, Layer, Loser, Reason, Steps},
    setting::{Consumer, Holds, State, View},
    syntax::node::{Kind, Node},
    text::Text,
};

/// One consumer with its config and its environment.
pub(in crate::openclaw) struct Reader<'a> {
    pub(in crate::openclaw) consumer: Consumer,
    pub(in crate::openclaw) env: &'a Environment,
    pub(super) facts: &'a OpenClawModel,
}

/// Who reads a config.
pub(super) fn of<'a>(role: Role, facts: &'a OpenClawModel) -> Vec<Reader<'a>> {
    let reader = |consumer, facts: &'a OpenClawModel| Reader { consumer, env: &facts.env, facts };
    match role {
        Role::Gateway => {
            let of_cli = facts.of_cli.as_deref().unwrap_or(facts);
            vec![reader(Consumer::Gateway, facts), reader(Consumer::Cli, of_cli)]
        }
        Role::Cli => vec![reader(Consumer::Cli, facts)],
        Role::Other => Vec::new(),
    }
}

/// An object that refers to a secret: `{source, provider, id}`.
pub(super) fn is_secret_ref(node: &Node) -> bool {
    let source = node.get("source").and_then(Node::text);
    node.get("id").is_some()
        && source.is_some_and(|s| matches!(s.expose(), "env" | "file" | "exec" | "store"))
}

impl<'a> Reader<'a> {
    /// What the config has at a path.
    pub(super) fn at(&self, path: &[Step<'_>]) -> Option<(Vec<Step<'a>>, &'a Node)> {
        find(self.facts.config.root()?, path)
    }

    /// What the release's schema says of a path, the keys as the config has them.
    pub(super) fn membership(&self, path: &[Step<'_>]) -> Membership {
        let Some(schema) = &self.facts.schema else { return Membership::Open };
        match self.at(path) {
            Some((steps, _)) => schema.membership(&steps),
            None => schema.membership(path),
        }
    }

    /// What the config offers at a path.
    pub(in crate::openclaw) fn ranked(&self, path: &[Step<'_>], credential: bool) -> Option<Ranked> {
        let (steps, node) = self.at(path)?;
        let name = keys(&steps);
        let mut below = self.hidden_by(&steps, &name, node);
        below.extend(self.facts.config.lost(&name));
        let offer = self.offer(&name, node, credential);
        Some(Ranked { below, ..Ranked::new(offer) })
    }

    fn offer(&self, name: &[&str], node: &Node, credential: bool) -> Offer {
        let env = &self.facts.filled_in_from;
        let field = match &node.kind {
            Kind::Map(_) if is_secret_ref(node) => self.facts.config.credential_in(name, node, env),
            Kind::Str(_) if credential => self.facts.config.credential_in(name, node, env),
            Kind::Str(written) => config::text_field(name, node, written, env),
            _ => Field::Value(candidate(name, node, scalar(node))),
        };
        match field {
            Field::Value(candidate) if credential => Offer::Value(candidate),
            Field::Value(candidate) => Offer::Final(candidate),
            Field::Unresolved { candidate, .. } => Offer::Unresolved(candidate),
            Field::Elsewhere(candidate) => Offer::Unknown(candidate),
            Field::Absent => Offer::Unknown(candidate(name, node, None)),
        }
    }

    /// What the same key was set to before: in an included file, or further up in the same object.
    fn hidden_by(&self, steps: &[Step<'_>], name: &[&str], node: &Node) -> Vec<Loser> {
        let text = |node: &Node| node.text().cloned().or_else(|| scalar(node));
        let replaced = node.replaced.iter().map(|old| {
            let by = Reason::OverriddenInMerge(old.by.clone());
            Loser::new(candidate(name, &old.node, text(&old.node)), by)
        });
        let mut hidden: Vec<Loser> = replaced.collect();
        if let Some((Step::Key(key), above)) = steps.split_last()
            && let Some((_, parent)) = self.at_or_root(above)
        {
            let mut same: Vec<_> = parent.entries().iter().filter(|entry| &*entry.key == *key).collect();
            same.pop();
            let earlier = same.into_iter().map(|e| candidate(name, &e.value, text(&e.value)));
            hidden.extend(earlier.map(|candidate| Loser::new(candidate, Reason::LaterLine)));
        }
        hidden
    }

    fn at_or_root(&self, path: &[Step<'_>]) -> Option<(Vec<Step<'a>>, &'a Node)> {
        if path.is_empty() { Some((Vec::new(), self.facts.config.root()?)) } else { self.at(path) }
    }

    /// A key of the config that is no setting of its own.
    pub(super) fn view(&self, path: &[Step<'_>], said: Membership) -> View {
        let name = self.at(path).map_or_else(|| keys(path), |(steps, _)| keys(&steps)).join(".");
        let takes = said.takes();
        let mut ranked = known::before_config(self, &name);
        ranked.extend(self.ranked(path, takes.secret_ref));
        if let Some(why) = self.lacks(said) {
            let unread = unused(self.consumer.clone(), ranked, Vec::new(), &why);
            return self.as_sure_as_seen(unread);
        }
        let mut view = decide(self.consumer.clone(), ranked, Vec::new());
        let of_config = view.winner.as_ref().is_some_and(|w| w.layer == Layer::Config);
        view.holds = self.at(path).filter(|_| of_config).and_then(|(_, node)| holds(node, takes));
        if matches!(view.holds, Some(Holds::Object(_) | Holds::List(_))) {
            view.state = State::Set;
        }
        self.as_sure_as_seen(view)
    }

    /// Why the release does not take a key, for one that is known not to.
    fn lacks(&self, said: Membership) -> Option<Reason> {
        let schema = self.facts.schema.as_ref()?;
        let lacks = !schema.is_beyond() && said == Membership::Lacks;
        lacks.then(|| Reason::not_read(self.facts.release_name.as_str()))
    }

    /// A variable of the process.
    pub(super) fn variable(&self, name: &str) -> View {
        let ranked = Ranked::variable(self.env.get(name)).into_iter().collect();
        let view = decide(self.consumer.clone(), ranked, self.env.ignored(name).cloned().collect());
        self.as_sure_as_seen(view)
    }

    /// Nothing is said to be unset that a config may set which could not be read.
    pub(in crate::openclaw) fn as_sure_as_seen(&self, mut view: View) -> View {
        let is_seen = matches!(self.facts.config.presence, Presence::Present | Presence::Absent);
        if view.winner.is_none() && view.state == State::Unset && view.ignored.is_empty() && !is_seen {
            view.state = State::Unknown;
        }
        view
    }
}

fn candidate(name: &[&str], node: &Node, value: Option<Text>) -> Candidate {
    let via: Steps = node.via.clone();
    Candidate { layer: Layer::Config, place: Some(node.place), via, value, name: name.join(".") }
}

/// The text of what is neither an object nor a list.
fn scalar(node: &Node) -> Option<Text> {
    Some(match &node.kind {
        Kind::Null => "null".into(),
        Kind::Bool(value) => value.to_string().into(),
        Kind::Int(value) => value.to_string().into(),
        Kind::Uint(value) => value.to_string().into(),
        Kind::Float(value) => value.to_string().into(),
        Kind::Str(text) => text.clone(),
        Kind::Seq(_) | Kind::Map(_) => return None,
    })
}

fn holds(node: &Node, takes: Takes) -> Option<Holds> {
    match &node.kind {
        Kind::Map(_) if is_secret_ref(node) => None,
        Kind::Map(_) => Some(Holds::Object(super::children(node).len())),
        Kind::Seq(items) => Some(Holds::List(items.len())),
        Kind::Bool(_) | Kind::Null => Some(Holds::Published),
        Kind::Int(_) | Kind::Float(_) if takes.published => Some(Holds::Published),
        Kind::Str(text) if takes.published && crate::openclaw::schema::is_word(text.expose()) => {
            Some(Holds::Published)
        }
        _ => None,
    }
}
