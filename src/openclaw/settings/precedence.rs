//! From what the places of a setting offer to what one consumer uses.

use crate::{
    provenance::{Candidate, Layer, Reason, Shadowed, Variable},
    vocabulary::setting::{Agreement, Consumer, Resolution, State},
};

/// What one place offers.
#[derive(Clone, Debug)]
pub enum CandidateState {
    /// A value; an empty one is skipped.
    Value(Candidate),
    /// A value that counts even when it is empty.
    Final(Candidate),
    /// A reference that cannot be resolved and is not skipped.
    Unresolved(Candidate),
    /// A text that still has a `${NAME}` in it, and is skipped as if that were unresolved.
    Unfilled(Candidate),
    /// A value that is there and cannot be read from here.
    Unknown(Candidate),
}

impl CandidateState {
    fn candidate(&self) -> &Candidate {
        match self {
            Self::Value(c) | Self::Final(c) | Self::Unresolved(c) | Self::Unfilled(c) | Self::Unknown(c) => c,
        }
    }

    fn is_skipped(&self) -> bool {
        matches!(self, Self::Value(c) if c.is_blank()) || matches!(self, Self::Unfilled(_))
    }

    /// Why it loses to a place that comes after it.
    fn why_skipped(&self) -> Reason {
        match self {
            Self::Unfilled(_) => Reason::Unfilled,
            _ => Reason::Blank { filled_by: None },
        }
    }

    fn state(&self) -> State {
        match self {
            Self::Value(c) | Self::Final(c) => match &c.value {
                None => State::Unknown,
                Some(value) if value.is_blank() => State::Blank,
                Some(_) => State::Set,
            },
            Self::Unresolved(_) | Self::Unfilled(_) => State::Unresolved,
            Self::Unknown(_) => State::Unknown,
        }
    }
}

/// One place in the order in which a consumer reads.
#[derive(Clone, Debug)]
pub struct RankedCandidate {
    /// What it offers.
    pub offer: CandidateState,
    /// Why the places after it lose when it wins; none when that is its place in the order alone.
    pub beats: Option<Reason>,
    /// What lost already within the place: dotenv lines that a container variable hides.
    pub below: Vec<Shadowed>,
}

impl RankedCandidate {
    /// A place with one candidate.
    #[must_use]
    pub fn new(offer: CandidateState) -> Self {
        Self { offer, beats: None, below: Vec::new() }
    }

    /// Wins for that reason.
    #[must_use]
    pub fn beating(self, beats: Reason) -> Self {
        Self { beats: Some(beats), ..self }
    }

    /// Why the places after it lose when it wins.
    fn reason(&self) -> Reason {
        self.beats.clone().unwrap_or_else(|| Reason::precedence(self.offer.candidate()))
    }

    /// It is a flag of a command.
    #[must_use]
    pub fn is_flag(&self) -> bool {
        self.offer.candidate().is_flag()
    }

    /// A variable of the process, if it has one.
    #[must_use]
    pub fn variable(variable: Option<&Variable>) -> Option<Self> {
        let variable = variable?;
        let winner = variable.winner.clone()?;
        Some(Self { offer: CandidateState::Value(winner), beats: None, below: variable.losers.clone() })
    }
}

/// Takes the first offer that is not passed over.
#[must_use]
pub fn decide(consumer: Consumer, ranked: Vec<RankedCandidate>, ignored: Vec<Shadowed>) -> Resolution {
    let chosen = ranked.iter().position(|r| !r.offer.is_skipped());
    // With nothing but blanks the first blank is what is in effect, and what is no blank before it.
    let unfilled = ranked.iter().position(|r| matches!(r.offer, CandidateState::Unfilled(_)));
    let winner_at = chosen.or(unfilled).or(if ranked.is_empty() { None } else { Some(0) });
    let mut losers = Vec::new();
    let mut winner = None;
    let mut state = State::Unset;
    let beats = winner_at.map(|at| ranked[at].reason());
    for (at, place) in ranked.into_iter().enumerate() {
        if Some(at) == winner_at {
            state = place.offer.state();
            winner = Some(place.offer.candidate().clone());
        } else if winner_at.is_some_and(|w| at < w) {
            losers.push(Shadowed::new(place.offer.candidate().clone(), place.offer.why_skipped()));
        } else if let Some(beats) = &beats {
            losers.push(Shadowed::new(place.offer.candidate().clone(), beats.clone()));
        }
        losers.extend(place.below);
    }
    let verdict = verdict(state, winner.as_ref(), &losers);
    Resolution { consumer, state, winner, losers, ignored, verdict, holds: None }
}

/// A consumer that uses nothing of what is there, with the reason.
#[must_use]
pub fn unused(
    consumer: Consumer,
    ranked: Vec<RankedCandidate>,
    mut ignored: Vec<Shadowed>,
    why: &Reason,
) -> Resolution {
    let all = ranked.into_iter().flat_map(|place| {
        std::iter::once(Shadowed::new(place.offer.candidate().clone(), why.clone())).chain(place.below)
    });
    ignored.splice(0..0, all);
    Resolution {
        consumer,
        state: State::Unset,
        winner: None,
        losers: Vec::new(),
        ignored,
        verdict: Agreement::Unset,
        holds: None,
    }
}

fn verdict(state: State, winner: Option<&Candidate>, losers: &[Shadowed]) -> Agreement {
    let Some(winner) = winner else { return Agreement::Unset };
    if state == State::Unresolved {
        return Agreement::Unresolved;
    }
    // A built-in default that something replaces is no disagreement.
    let rival = |c: &&Candidate| !c.is_blank() && c.layer != Layer::Default;
    let rivals: Vec<&Candidate> = losers.iter().map(|l| &l.candidate).filter(rival).collect();
    if rivals.is_empty() {
        Agreement::Single
    } else if rivals.iter().all(|rival| winner.agrees(rival)) {
        Agreement::Agrees
    } else {
        Agreement::Overrides
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(layer: Layer, value: &str) -> RankedCandidate {
        RankedCandidate::new(CandidateState::Value(Candidate::new(layer, "X", None, value.into())))
    }

    fn view(ranked: Vec<RankedCandidate>) -> (State, Option<Layer>, Agreement, Vec<String>) {
        let view = decide(Consumer::Gateway, ranked, Vec::new());
        let whys = view.losers.into_iter().map(|l| l.reason.to_string()).collect();
        (view.state, view.winner.map(|w| w.layer), view.verdict, whys)
    }

    #[test]
    fn the_first_that_is_not_blank_wins() {
        let blank = "it is empty, which counts as unset here";
        assert_eq!(
            view(vec![
                value(Layer::Config, " "),
                value(Layer::ContainerEnv, "a"),
                value(Layer::ConfigEnv, "b")
            ]),
            (
                State::Set,
                Some(Layer::ContainerEnv),
                Agreement::Overrides,
                vec![blank.into(), "OpenClaw reads X first".into()]
            )
        );
    }

    #[test]
    fn verdicts() {
        assert_eq!(view(vec![]).2, Agreement::Unset);
        assert_eq!(view(vec![value(Layer::Config, "a")]).2, Agreement::Single);
        assert_eq!(
            view(vec![value(Layer::Config, "a"), value(Layer::ContainerEnv, " a ")]).2,
            Agreement::Agrees
        );
        assert_eq!(
            view(vec![value(Layer::Config, "a"), value(Layer::ContainerEnv, "")]).2,
            Agreement::Single
        );
        assert_eq!(view(vec![value(Layer::Config, ""), value(Layer::ContainerEnv, "")]).0, State::Blank);
    }
}
