//! One consumer with what it reads.

use crate::openclaw::settings::any_key::known;
use crate::{
    openclaw::{
        facts::OpenClawModel,
        read::{
            config::{self, Field, Presence},
            config_path::{PathStep, find, keys},
            environment::OpenClawEnvironment,
        },
        release::schema::keys::{Membership, Takes},
        settings::precedence::{CandidateState, RankedCandidate, decide, unused},
    },
    provenance::{Candidate, Layer, Provenance, Reason, Shadowed},
    syntax::node::{Node, NodeKind},
    text::secret::Text,
    vocabulary::{
        deployment::Role,
        setting::{Consumer, Holds, Resolution, State},
    },
};

/// One consumer with its config and its environment.
pub(crate) struct Reader<'a> {
    pub(crate) consumer: Consumer,
    pub(crate) env: &'a OpenClawEnvironment,
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
    pub(super) fn at(&self, path: &[PathStep<'_>]) -> Option<(Vec<PathStep<'a>>, &'a Node)> {
        find(self.facts.config.root()?, path)
    }

    /// What the release's schema says of a path, the keys as the config has them.
    pub(super) fn membership(&self, path: &[PathStep<'_>]) -> Membership {
        let Some(schema) = &self.facts.schema else { return Membership::Open };
        match self.at(path) {
            Some((steps, _)) => schema.membership(&steps),
            None => schema.membership(path),
        }
    }

    /// What the config offers at a path.
    pub(crate) fn ranked(&self, path: &[PathStep<'_>], credential: bool) -> Option<RankedCandidate> {
        let (steps, node) = self.at(path)?;
        let name = keys(&steps);
        let mut below = self.hidden_by(&steps, &name, node);
        below.extend(self.facts.config.lost(&name));
        let offer = self.offer(&name, node, credential);
        Some(RankedCandidate { below, ..RankedCandidate::new(offer) })
    }

    fn offer(&self, name: &[&str], node: &Node, credential: bool) -> CandidateState {
        let env = &self.facts.filled_in_from;
        let field = match &node.kind {
            NodeKind::Map(_) if is_secret_ref(node) => self.facts.config.credential_in(name, node, env),
            NodeKind::Str(_) if credential => self.facts.config.credential_in(name, node, env),
            NodeKind::Str(written) => config::text_field(name, node, written, env),
            _ => Field::Value(candidate(name, node, scalar(node))),
        };
        match field {
            Field::Value(candidate) if credential => CandidateState::Value(candidate),
            Field::Value(candidate) => CandidateState::Final(candidate),
            Field::Unresolved { candidate, .. } => CandidateState::Unresolved(candidate),
            Field::Elsewhere(candidate) => CandidateState::Unknown(candidate),
            Field::Absent => CandidateState::Unknown(candidate(name, node, None)),
        }
    }

    /// What the same key was set to before: in an included file, or further up in the same object.
    fn hidden_by(&self, steps: &[PathStep<'_>], name: &[&str], node: &Node) -> Vec<Shadowed> {
        let text = |node: &Node| node.text().cloned().or_else(|| scalar(node));
        let replaced = node.replaced.iter().map(|old| {
            let by = Reason::OverriddenInMerge(old.by.clone());
            Shadowed::new(candidate(name, &old.node, text(&old.node)), by)
        });
        let mut hidden: Vec<Shadowed> = replaced.collect();
        if let Some((PathStep::Key(key), above)) = steps.split_last()
            && let Some((_, parent)) = self.at_or_root(above)
        {
            let mut same: Vec<_> = parent.entries().iter().filter(|entry| &*entry.key == *key).collect();
            same.pop();
            let earlier = same.into_iter().map(|e| candidate(name, &e.value, text(&e.value)));
            hidden.extend(earlier.map(|candidate| Shadowed::new(candidate, Reason::LaterLine)));
        }
        hidden
    }

    fn at_or_root(&self, path: &[PathStep<'_>]) -> Option<(Vec<PathStep<'a>>, &'a Node)> {
        if path.is_empty() { Some((Vec::new(), self.facts.config.root()?)) } else { self.at(path) }
    }

    /// A key of the config that is no setting of its own.
    pub(super) fn view(&self, path: &[PathStep<'_>], said: Membership) -> Resolution {
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
    pub(super) fn variable(&self, name: &str) -> Resolution {
        let ranked = RankedCandidate::variable(self.env.get(name)).into_iter().collect();
        let view = decide(self.consumer.clone(), ranked, self.env.ignored(name).cloned().collect());
        self.as_sure_as_seen(view)
    }

    /// Nothing is said to be unset that a config may set which could not be read.
    pub(crate) fn as_sure_as_seen(&self, mut view: Resolution) -> Resolution {
        let is_seen = matches!(self.facts.config.presence, Presence::Present | Presence::Absent);
        if view.winner.is_none() && view.state == State::Unset && view.ignored.is_empty() && !is_seen {
            view.state = State::Unknown;
        }
        view
    }
}

fn candidate(name: &[&str], node: &Node, value: Option<Text>) -> Candidate {
    let via: Provenance = node.via.clone();
    Candidate { layer: Layer::Config, place: Some(node.place), via, value, name: name.join(".") }
}

/// The text of what is neither an object nor a list.
fn scalar(node: &Node) -> Option<Text> {
    Some(match &node.kind {
        NodeKind::Null => "null".into(),
        NodeKind::Bool(value) => value.to_string().into(),
        NodeKind::Int(value) => value.to_string().into(),
        NodeKind::Uint(value) => value.to_string().into(),
        NodeKind::Float(value) => value.to_string().into(),
        NodeKind::Str(text) => text.clone(),
        NodeKind::Seq(_) | NodeKind::Map(_) => return None,
    })
}

fn holds(node: &Node, takes: Takes) -> Option<Holds> {
    match &node.kind {
        NodeKind::Map(_) if is_secret_ref(node) => None,
        NodeKind::Map(_) => Some(Holds::Object(crate::openclaw::settings::any_key::children(node).len())),
        NodeKind::Seq(items) => Some(Holds::List(items.len())),
        NodeKind::Bool(_) | NodeKind::Null => Some(Holds::Published),
        NodeKind::Int(_) | NodeKind::Float(_) if takes.published => Some(Holds::Published),
        NodeKind::Str(text)
            if takes.published && crate::openclaw::release::schema::is_word(text.expose()) =>
        {
            Some(Holds::Published)
        }
        _ => None,
    }
}
