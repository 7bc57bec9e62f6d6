//! What a start script leaves behind: the config that the program then reads.

use crate::openclaw::read::images::{Fixed, ImageProfile, WrittenAs, WrittenVariable};
use crate::{
    openclaw::read::{command::OpenClawCommand, config::Config},
    provenance::{Candidate, Layer, ProvenanceStep, Reason, Shadowed, StepKind, Variable},
    syntax::node::{Node, NodeKind},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::deployment::{Deployment, Located as Word},
};

/// Writes into the config what the script would write at the next start. `at` is where the image is
/// named: the place of what comes from the image alone.
pub fn rewrite(profile: &ImageProfile, environment: &[Variable], at: Option<Place>, config: &mut Config) {
    let value = |name: &str| {
        let winner = environment.iter().find(|v| v.name == name)?.winner.as_ref()?;
        (!winner.is_blank()).then_some(winner)
    };
    let off = |c: &Candidate| {
        c.value.as_ref().is_some_and(|v| {
            matches!(js_trim(v.expose()).to_ascii_lowercase().as_str(), "false" | "0" | "no")
        })
    };
    if profile.switch.as_deref().and_then(value).is_some_and(off) {
        return;
    }
    for (written, over) in
        profile.sets.iter().map(|w| (w, true)).chain(profile.fills.iter().map(|w| (w, false)))
    {
        let Some(found) = value(&written.variable) else { continue };
        let path: Vec<&str> = written.path.iter().map(String::as_str).collect();
        if !over && (config.node(&path).is_some() || !config.is_seen()) {
            let reason = Reason::StartScript { image: profile.name.clone(), variable: None };
            config.leave_out(&path, Shadowed::new(found.clone(), reason));
            continue;
        }
        if let Some(node) = node(written, found, at) {
            let variable = Some(written.variable.clone());
            config.write(&path, node, Reason::StartScript { image: profile.name.clone(), variable });
        }
    }
    let Some(at) = at.filter(|_| config.is_seen()) else { return };
    for (path, fixed) in &profile.defaults {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if config.node(&path).is_none() {
            let reason = Reason::StartScript { image: profile.name.clone(), variable: None };
            config.write(&path, Node::new(at, kind_of(fixed)), reason);
        }
    }
}

/// The variable's value as the script writes it, with the variable as the step to it.
fn node(written: &WrittenVariable, found: &Candidate, at: Option<Place>) -> Option<Node> {
    let place = found.place.or(at)?;
    let text = found.value.as_ref()?;
    let raw = js_trim(text.expose());
    let kind = match written.kind {
        WrittenAs::Text => NodeKind::Str(text.clone()),
        WrittenAs::Number => NodeKind::Int(raw.parse().ok()?),
        WrittenAs::Bool => NodeKind::Bool(!matches!(raw.to_ascii_lowercase().as_str(), "false" | "0" | "no")),
        WrittenAs::List => {
            let items = raw.split(',').map(str::trim).filter(|item| !item.is_empty());
            NodeKind::Seq(items.map(|item| Node::new(place, NodeKind::Str(Text::from(item)))).collect())
        }
    };
    let step = ProvenanceStep {
        step: StepKind::Variable { layer: found.layer, name: written.variable.clone() },
        place: found.place,
    };
    let via = std::iter::once(step).chain(found.via.iter().cloned()).collect();
    Some(Node { via, ..Node::new(place, kind) })
}

fn kind_of(fixed: &Fixed) -> NodeKind {
    match fixed {
        Fixed::Text(text) => NodeKind::Str(text.as_str().into()),
        Fixed::Number(n) => NodeKind::Int(*n),
        Fixed::Bool(b) => NodeKind::Bool(*b),
    }
}

/// The image's start script runs: the service overrides neither the image's `ENTRYPOINT` nor a
/// `CMD` that it depends on.
#[must_use]
pub fn is_in_charge(profile: &ImageProfile, deployment: &Deployment) -> bool {
    fits(deployment.entrypoint.as_deref(), profile.entrypoint.as_deref())
        && (profile.command.is_none() || fits(deployment.command.as_deref(), profile.command.as_deref()))
}

/// The service starts by a script that is none of the image's: a file, or a shell's words that set
/// variables.
#[must_use]
pub fn is_wrapped(profile: Option<&ImageProfile>, deployment: &Deployment) -> bool {
    if profile.is_some_and(|profile| is_in_charge(profile, deployment)) {
        return false;
    }
    let command = OpenClawCommand::words_of(deployment);
    let exports = command.is_script() && command.words().any(|word| word == "export");
    let first = command
        .words()
        .find(|word| !matches!(*word, "tini" | "-s" | "-g" | "--" | "dumb-init" | "sh" | "bash"));
    let is_file = |word: &str| word.ends_with(".sh") || word.contains("entrypoint");
    exports || first.is_some_and(is_file)
}

/// Nothing is written, or what the image has.
fn fits(written: Option<&[Word<Text>]>, of_image: Option<&[String]>) -> bool {
    let Some(written) = written else { return true };
    let words = written.iter().map(|w| w.value.expose());
    of_image.is_some_and(|of_image| words.eq(of_image.iter().map(String::as_str)))
}

/// How the program is run in the end: what the service leaves out is the image's.
#[must_use]
pub fn deployment(profile: &ImageProfile, written: &Deployment, environment: &[Variable]) -> Deployment {
    let mut deployment = written.clone();
    let unplaced = |value: &String| Word { value: value.clone(), place: None };
    deployment.user = deployment.user.or_else(|| profile.user.as_ref().map(unplaced));
    deployment.working_dir = deployment.working_dir.or_else(|| profile.working_dir.as_ref().map(unplaced));
    match &profile.runs {
        Some(runs) if is_in_charge(profile, written) => {
            let is_set = |name: &str| environment.iter().any(|v| v.name == name && v.winner.is_some());
            // To a shell a variable that is not set is nothing, unless the script makes a value up.
            let filled = |word: Word<Text>| {
                let Some(name) = word.value.expose().strip_prefix('$') else { return word };
                let value = environment.iter().find(|v| v.name == name).and_then(Variable::value);
                match value {
                    Some(value) => Word { value: value.clone(), ..word },
                    None if !profile.makes_up_token && !is_set(name) => {
                        Word { value: Text::default(), ..word }
                    }
                    None => word,
                }
            };
            deployment.entrypoint = None;
            deployment.command = Some(words(runs).map(filled).collect());
        }
        _ => {
            if deployment.entrypoint.is_none() {
                deployment.command =
                    deployment.command.or_else(|| profile.command.as_ref().map(|c| words(c).collect()));
            }
            deployment.entrypoint =
                deployment.entrypoint.or_else(|| profile.entrypoint.as_ref().map(|e| words(e).collect()));
        }
    }
    deployment
}

fn words(list: &[String]) -> impl Iterator<Item = Word<Text>> {
    list.iter().map(|w| Word { value: w.as_str().into(), place: None })
}

/// The environment of a service with what its image brings along.
#[must_use]
pub fn environment(profile: &ImageProfile, written: &[Variable]) -> Vec<Variable> {
    let mut all = written.to_vec();
    for (name, value) in &profile.env {
        if !all.iter().any(|v| v.name == *name) {
            let winner = Candidate::new(Layer::ImageEnv, name.clone(), None, value.as_str().into());
            all.push(Variable { name: name.clone(), winner: Some(winner), losers: Vec::new() });
        }
    }
    all
}

/// A variable that a start script ends the container without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingInput {
    /// The variable; the first of those of which one would do.
    pub variable: String,
    /// A phrase that names what is missing.
    pub message: String,
}

/// Why the script would end the container.
#[must_use]
pub fn lacks(profile: &ImageProfile, environment: &[Variable]) -> Option<MissingInput> {
    let is_set = |name: &String| {
        let variable = environment.iter().find(|v| v.name == *name);
        variable.and_then(|v| v.winner.as_ref()).is_some_and(|w| !w.is_blank())
    };
    if let Some(missing) = profile.requires.iter().find(|name| !is_set(name)) {
        return Some(MissingInput {
            variable: missing.clone(),
            message: format!("the start script of {} ends the container without {missing}", profile.name),
        });
    }
    let some = &profile.requires_one_of;
    if some.is_empty() || some.iter().any(is_set) {
        return None;
    }
    let first = some.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    let rest = some.len().saturating_sub(3);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let message =
        format!("the start script of {} ends the container without one of {first}{more}", profile.name);
    Some(MissingInput { variable: some[0].clone(), message })
}
