//! Interpolates every string value of a document, compose-go `interpolation/interpolation.go`.

use crate::compose::{
    load::{budget::Work, session::Session},
    values::cast,
};
use crate::{
    provenance::{Provenance, StepKind},
    syntax::{
        interpolate::{self, Binding, InterpolationLookup, Missing, TemplateError, UNKNOWN},
        node::{Node, NodeKind},
    },
    text::source::Place,
};

/// One element of the way down to a value, and the text of a path for messages.
pub(crate) type Trail<'n> = Vec<&'n str>;

/// Variables as a document sees them: where `--assume-env` makes up values, `environment` gets an
/// unknown one, and every other field the default that the author wrote, where there is one, as
/// an image or a port is of no use when it is unknown.
struct Views<'v> {
    unknown: SubstitutionView<'v>,
    elsewhere: SubstitutionView<'v>,
    environment: SubstitutionView<'v>,
    casts: bool,
}

/// The same variables with another opinion on those that are missing.
struct SubstitutionView<'v>(&'v dyn InterpolationLookup, Missing);

impl InterpolationLookup for SubstitutionView<'_> {
    fn lookup(&self, name: &str) -> Option<Binding> {
        self.0.lookup(name)
    }

    fn missing(&self) -> Missing {
        self.1
    }
}

impl Session<'_> {
    /// Interpolates a document in place.
    pub(crate) fn interpolate(&mut self, root: &mut Node, variables: &dyn InterpolationLookup, casts: bool) {
        if self.options.uninterpolated {
            return;
        }
        let missing = if self.options.assume_env {
            (Missing::Unknown, Missing::UnknownWithoutDefault)
        } else {
            (Missing::Unset, Missing::Unset)
        };
        let views = Views {
            unknown: SubstitutionView(variables, Missing::Unknown),
            elsewhere: SubstitutionView(variables, missing.1),
            environment: SubstitutionView(variables, missing.0),
            casts,
        };
        self.interpolate_below(root, &mut Vec::new(), &views);
    }

    fn interpolate_below<'n>(&mut self, node: &'n mut Node, trail: &mut Trail<'n>, views: &Views<'_>) {
        let place = node.place;
        if let NodeKind::Str(text) = &node.kind {
            if text.expose().contains('$') || (views.casts && cast::at(trail).is_some()) {
                let template = text.clone();
                let done = self.interpolate_text(template.expose(), place, trail, views);
                if let Some((kind, via)) = done {
                    follow(&mut node.via, via);
                    node.kind = kind;
                }
            }
            return;
        }
        match &mut node.kind {
            NodeKind::Seq(items) => {
                for item in items {
                    trail.push("[]");
                    self.interpolate_below(item, trail, views);
                    trail.pop();
                }
            }
            NodeKind::Map(entries) => {
                for entry in entries {
                    trail.push(&entry.key);
                    self.interpolate_below(&mut entry.value, trail, views);
                    trail.pop();
                }
            }
            _ => {}
        }
    }

    fn interpolate_text(
        &mut self,
        template: &str,
        place: Place,
        trail: &Trail<'_>,
        views: &Views<'_>,
    ) -> Option<(NodeKind, Provenance)> {
        let in_environment = matches!(trail.as_slice(), ["services", _, "environment", ..]);
        let variables: &dyn InterpolationLookup =
            if in_environment { &views.environment } else { &views.elsewhere };
        let mut outcome = interpolate::substitute(template, variables);
        self.warn_unset(template, &outcome, place);
        if let Some(error) = &outcome.error {
            self.refuse_template(template, error, place);
            if !matches!(error, TemplateError::Required { .. }) {
                return None;
            }
            // Compose stops here; what else the value says is still of use.
            outcome = interpolate::substitute(template, &views.unknown);
        }
        if !self.spend(Work::Text, outcome.text.len(), place) {
            return None;
        }
        let via = self.explain(template, &outcome.uses, place);
        let kind = match cast::at(trail).filter(|_| views.casts && !outcome.text.expose().contains(UNKNOWN)) {
            None => NodeKind::Str(outcome.text),
            Some(wanted) => match cast::cast(outcome.text.expose(), wanted) {
                Ok((kind, instead)) => {
                    if let Some(instead) = instead {
                        // One of six words: no secret.
                        let word = outcome.text.expose();
                        let words = format!(
                            "{word:?} for boolean is not supported by YAML 1.2, please use `{instead}`"
                        );
                        self.warn(words, Some(place));
                    }
                    kind
                }
                Err(expected) => {
                    let path = trail.join(".");
                    let message = format!("failed to cast {path} to expected type: it is not {expected}");
                    self.refuse(place, message);
                    NodeKind::Str(outcome.text)
                }
            },
        };
        Some((kind, via))
    }
}

/// Whether a text was made from a variable. It may then be a secret, whatever it is used for, and
/// no message shows it.
pub(crate) fn is_made(via: &Provenance) -> bool {
    via.iter().any(|via| matches!(via.step, StepKind::Interpolation { .. }))
}

/// Goes on from a value's steps to those of what it was made from.
pub(crate) fn follow(via: &mut Provenance, mut further: Provenance) {
    further.prepend(via);
    *via = further;
}

/// Hands the steps of a mapping or list down to what it holds, so that they are kept when its
/// entries are merged with others.
pub(crate) fn hand_down(node: &mut Node) {
    let steps = std::mem::take(&mut node.via);
    if steps.is_empty() {
        return;
    }
    match &mut node.kind {
        NodeKind::Map(entries) => entries.iter_mut().for_each(|e| e.value.via.prepend(&steps)),
        NodeKind::Seq(items) => items.iter_mut().for_each(|item| item.via.prepend(&steps)),
        _ => node.via = steps,
    }
}
