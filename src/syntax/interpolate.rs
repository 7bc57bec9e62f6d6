//! Compose's template syntax: `$NAME`, `${NAME}`, `${NAME:-word}` and its kin, and `$$`.
//!
//! Follows compose-go `template/template.go` to the letter where that matters: its greedy regular
//! expression, its way to count braces, and words that are evaluated only when they are used. Its
//! recursion over the rest of a line is a loop here, which keeps the time linear.

mod pieces;

use crate::{
    provenance::{MOST_STEPS, Provenance, ProvenanceStep, StepKind},
    secrets,
    text::{
        secret::Text,
        source::{Place, Span},
    },
};
use pieces::{Operator, Pieces, TemplatePiece};
use std::ops::Range;

/// Stands for characters that cannot be known from here; never part of a text that people write
/// (a Unicode noncharacter). See [`Binding::unknown`].
pub const UNKNOWN: char = '\u{10FFFF}';

/// Deepest nesting of words in words.
const DEPTH: u32 = 64;
/// How much longer than itself a template may become.
const GROWTH: usize = 1 << 20;
/// Most names without a value that are told of one template.
const UNSET: usize = 100;
/// Longest word whose parts are shown.
const SHOWN: usize = 200;

/// A variable that a template may use: its value and where that comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Binding {
    /// Its value.
    pub value: Text,
    /// Where the value comes from.
    pub via: Provenance,
}

impl Binding {
    /// A variable that is set to something that cannot be known from here.
    #[must_use]
    pub fn unknown() -> Self {
        Self { value: UNKNOWN.to_string().into(), via: Provenance::default() }
    }
}

/// The variables that a template is evaluated with.
pub trait InterpolationLookup {
    /// The variable of that name, if it is set.
    fn lookup(&self, name: &str) -> Option<Binding>;

    /// What a variable that is not set counts as.
    fn missing(&self) -> Missing {
        Missing::Unset
    }
}

/// What variables that are not set count as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Missing {
    /// Not set.
    #[default]
    Unset,
    /// Set to a value that cannot be known from here.
    Unknown,
    /// The same, but a default that the template gives is the better guess.
    UnknownWithoutDefault,
}

impl<F: Fn(&str) -> Option<Binding>> InterpolationLookup for F {
    fn lookup(&self, name: &str) -> Option<Binding> {
        self(name)
    }
}

/// What a template evaluates to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InterpolationOutcome {
    /// The text; incomplete when there is an error.
    pub text: Text,
    /// The expressions that gave characters, in order.
    pub uses: Vec<Use>,
    /// Names that were not set and were taken as the empty string.
    pub unset: Vec<UnsetVariable>,
    /// The first error.
    pub error: Option<TemplateError>,
}

/// One expression of a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// Its bytes in the template.
    pub span: Range<usize>,
    /// Itself, with literal words masked.
    pub shown: String,
    /// Where its value comes from; empty for a default.
    pub via: Provenance,
}

/// A name that was not set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnsetVariable {
    /// The name.
    pub name: String,
    /// The expression's bytes in the template.
    pub span: Range<usize>,
}

/// Why a template cannot be evaluated. Holds no value.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TemplateError {
    /// `${` that begins no expression.
    #[error("invalid interpolation format; write `$$` for a literal `$`")]
    Invalid {
        /// The bytes of the `${` in the template.
        span: Range<usize>,
    },
    /// `${NAME:?message}` and NAME is not set, or empty.
    #[error("required variable {name} is missing a value{}", shown_message(.message.as_deref()))]
    Required {
        /// The name.
        name: String,
        /// The message, when it consists of plain words.
        message: Option<String>,
        /// The expression's bytes in the template.
        span: Range<usize>,
    },
    /// Variables that hold variables.
    #[error("interpolation makes a value longer than {} MiB", GROWTH >> 20)]
    TooLong {
        /// The expression's bytes in the template.
        span: Range<usize>,
    },
    /// Words in words in words.
    #[error("interpolation is nested deeper than {DEPTH} levels")]
    TooDeep {
        /// The expression's bytes in the template.
        span: Range<usize>,
    },
}

fn shown_message(message: Option<&str>) -> String {
    message.map(|m| format!(": {m}")).unwrap_or_default()
}

impl TemplateError {
    /// The bytes that are to blame.
    #[must_use]
    pub fn span(&self) -> &Range<usize> {
        match self {
            Self::Invalid { span }
            | Self::Required { span, .. }
            | Self::TooLong { span }
            | Self::TooDeep { span } => span,
        }
    }
}

/// Evaluates a template.
#[must_use]
pub fn substitute(template: &str, variables: &dyn InterpolationLookup) -> InterpolationOutcome {
    let (text, outcome) = (String::new(), InterpolationOutcome::default());
    let mut evaluation = Evaluation { variables, text, grown: 0, outcome, depth: 0 };
    evaluation.template(template, 0);
    InterpolationOutcome { text: evaluation.text.into(), ..evaluation.outcome }
}

/// How many steps [`explain`] copies: those of all expressions but the last, whose steps are shared.
#[must_use]
pub fn copied_steps(uses: &[Use]) -> usize {
    let others = uses.split_last().map_or(&[][..], |(_, others)| others);
    others.iter().map(|used| 1 + used.via.len()).sum::<usize>().min(MOST_STEPS)
}

/// The steps that explain a text which a template evaluated to. `place` is where the template is
/// written and `source` that source's text: the expressions are looked for in it, as quoting may
/// have moved them.
#[must_use]
pub fn explain(template: &str, uses: &[Use], place: Place, source: &str) -> Provenance {
    let Some((last, others)) = uses.split_last() else { return Provenance::default() };
    let mut locator = Locator::new(template, place, source);
    let mut step = |used: &Use| {
        let place = locator.place_of(&used.span);
        ProvenanceStep { step: StepKind::Interpolation { shown: used.shown.clone() }, place: Some(place) }
    };
    let mut before = Vec::new();
    for used in others {
        before.push(step(used));
        before.extend(used.via.iter().cloned());
        if before.len() >= MOST_STEPS {
            return before.into();
        }
    }
    before.push(step(last));
    Provenance::join(before, last.via.clone())
}

/// Finds parts of a template, one after the other, in the characters that it was written with:
/// quoting and folding may have moved them.
pub struct Locator<'a> {
    template: &'a str,
    place: Place,
    source: &'a str,
    /// Where the template is written character by character.
    verbatim: Option<usize>,
    from: usize,
}

impl<'a> Locator<'a> {
    /// For a template that is written at `place` of `source`.
    #[must_use]
    pub fn new(template: &'a str, place: Place, source: &'a str) -> Self {
        let from = place.span.range().start;
        let written = source.get(place.span.range()).unwrap_or_default();
        let verbatim = written.find(template).map(|at| from + at);
        Self { template, place, source, verbatim, from }
    }

    /// The place of a part of the template, else of the whole.
    pub fn place_of(&mut self, part: &Range<usize>) -> Place {
        if let Some(start) = self.verbatim {
            return Place { span: Span::new(start + part.start, start + part.end), ..self.place };
        }
        let end = self.place.span.range().end;
        let piece = self.template.get(part.clone()).filter(|piece| !piece.is_empty());
        let rest = self.source.get(self.from..end);
        let found = rest.zip(piece).and_then(|(rest, piece)| Some((rest.find(piece)?, piece.len())));
        let Some((at, length)) = found else { return self.place };
        let start = self.from + at;
        self.from = start + length;
        Place { span: Span::new(start, self.from), ..self.place }
    }
}

struct Evaluation<'v> {
    variables: &'v dyn InterpolationLookup,
    text: String,
    grown: usize,
    outcome: InterpolationOutcome,
    depth: u32,
}

impl Evaluation<'_> {
    /// Appends the value of `template`, which starts at byte `base` of the whole. False after an
    /// error: the expression that this is a word of is then given up.
    fn template(&mut self, template: &str, base: usize) -> bool {
        let mut good = true;
        let mut pieces = Pieces::new(template);
        while let Some((piece, range)) = pieces.next() {
            let span = base + range.start..base + range.end;
            match piece {
                TemplatePiece::Literal(text) => self.text.push_str(text),
                TemplatePiece::Dollar => self.text.push('$'),
                TemplatePiece::Plain(name) => self.plain(name, &template[range], span),
                TemplatePiece::Operator { name, operator, word, line_end } => {
                    let word_start = base + range.end - 1 - word.len();
                    if !self.operator(name, operator, (word, word_start), span) {
                        // compose-go gives up the rest of what its expression matched.
                        pieces.at = line_end;
                        good = false;
                    }
                }
                TemplatePiece::Invalid => {
                    self.fail(TemplateError::Invalid { span });
                    good = false;
                }
            }
        }
        good
    }

    fn fail(&mut self, error: TemplateError) {
        self.outcome.error.get_or_insert(error);
    }

    fn get(&self, name: &str, operator: Option<Operator>) -> Option<Binding> {
        let found = self.variables.lookup(name);
        let blank = found.as_ref().is_some_and(|v| v.value.is_empty());
        let missing = match operator {
            Some(Operator::RequiredFilled) => found.is_none() || blank,
            _ => found.is_none(),
        };
        let defaulted = matches!(operator, Some(Operator::Default | Operator::DefaultIfBlank));
        match self.variables.missing() {
            Missing::Unknown if missing => Some(Binding::unknown()),
            Missing::UnknownWithoutDefault if missing && !defaulted => Some(Binding::unknown()),
            _ => found,
        }
    }

    fn plain(&mut self, name: &str, shown: &str, span: Range<usize>) {
        match self.get(name, None) {
            Some(variable) => {
                // Where it is only assumed to be set, what follows a `$` may be a piece of a password.
                let is_known = !variable.value.expose().contains(UNKNOWN);
                let shown = if is_known { shown.to_owned() } else { secrets::expression::masked(shown) };
                self.put(&variable, shown, span);
            }
            None => {
                if self.outcome.unset.len() < UNSET {
                    self.outcome.unset.push(UnsetVariable { name: name.to_owned(), span: span.clone() });
                }
                // What follows a `$` in a password looks like a name.
                self.used(span, secrets::expression::masked(shown), Provenance::default());
            }
        }
    }

    fn put(&mut self, variable: &Binding, shown: String, span: Range<usize>) {
        let value = variable.value.expose();
        self.grown += value.len();
        if self.grown > GROWTH {
            self.fail(TemplateError::TooLong { span });
            return;
        }
        self.text.push_str(value);
        self.used(span, shown, variable.via.clone());
    }

    fn used(&mut self, span: Range<usize>, shown: String, via: Provenance) {
        if self.outcome.uses.len() < MOST_STEPS {
            self.outcome.uses.push(Use { span, shown, via });
        }
    }

    fn operator(
        &mut self,
        name: &str,
        operator: Operator,
        (word, word_start): (&str, usize),
        span: Range<usize>,
    ) -> bool {
        let variable = self.get(name, Some(operator));
        let filled = |v: &&Binding| !(operator.blank_is_unset() && v.value.is_empty());
        let present = variable.as_ref().filter(filled);
        let shown = shown_operator(name, operator, word);
        match (operator, present) {
            (Operator::Alternative | Operator::AlternativeIfFilled, Some(_))
            | (Operator::Default | Operator::DefaultIfBlank, None) => {
                self.used(span.clone(), shown, Provenance::default());
                self.word(word, word_start, span)
            }
            (Operator::Alternative | Operator::AlternativeIfFilled, None) => {
                self.used(span, shown, Provenance::default());
                true
            }
            (Operator::Required | Operator::RequiredFilled, None) => {
                let length = self.text.len();
                if self.word(word, word_start, span.clone()) {
                    let message = secrets::is_message(name, word).then(|| word.to_owned());
                    let name = name.to_owned();
                    self.fail(TemplateError::Required { name, message, span });
                }
                self.text.truncate(length);
                false
            }
            (_, Some(variable)) => {
                self.put(variable, shown, span);
                true
            }
        }
    }

    fn word(&mut self, word: &str, start: usize, span: Range<usize>) -> bool {
        if self.depth == DEPTH {
            self.fail(TemplateError::TooDeep { span });
            return false;
        }
        self.depth += 1;
        let good = self.template(word, start);
        self.depth -= 1;
        good
    }
}

/// The expression with the literal parts of its word masked.
fn shown_operator(name: &str, operator: Operator, word: &str) -> String {
    let name = if secrets::reads_like_variable(name) { name } else { "…" };
    let mut shown = format!("${{{name}{}", operator.symbol());
    if word.len() <= SHOWN {
        mask(word, &mut shown);
    } else {
        shown.push('…');
    }
    shown.push('}');
    shown
}

fn mask(word: &str, shown: &mut String) {
    let mut masked = false;
    for (piece, range) in Pieces::new(word) {
        let literal = match piece {
            TemplatePiece::Plain(name) if secrets::words::surely_variable(name) => {
                shown.push_str(&word[range]);
                false
            }
            TemplatePiece::Operator { name, operator, word, .. } if secrets::reads_like_variable(name) => {
                shown.push_str("${");
                shown.push_str(name);
                shown.push_str(operator.symbol());
                mask(word, shown);
                shown.push('}');
                false
            }
            _ => true,
        };
        if literal && !masked {
            shown.push('…');
        }
        masked = literal;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(name: &str) -> Option<Binding> {
        let value = match name {
            "SET" => "val",
            "EMPTY" => "",
            "DOLLAR" => "$SET ${SET}",
            _ => return None,
        };
        Some(Binding { value: value.into(), via: Provenance::default() })
    }

    fn value(template: &str) -> String {
        let outcome = substitute(template, &variables);
        assert_eq!(outcome.error, None, "{template}");
        outcome.text.expose().to_owned()
    }

    #[test]
    fn operators() {
        for (template, expected) in [
            ("a$SET-b", "aval-b"),
            ("${SET}${EMPTY}|$NONE|", "val||"),
            ("${SET:-d}${EMPTY:-d}${EMPTY-d}${NONE-d}", "valdd"),
            ("${SET:+a}${EMPTY:+a}${EMPTY+b}${NONE+a}", "ab"),
            ("${NONE:-${EMPTY:-deep}}", "deep"),
            ("${NONE:-{\"a\":1}}", "{\"a\":1}"),
            ("$$SET $${SET} $1 $", "$SET ${SET} $1 $"),
            ("${DOLLAR}", "$SET ${SET}"),
            ("${SET:-${NONE?x}}", "val"),
        ] {
            assert_eq!(value(template), expected, "{template}");
        }
    }

    #[test]
    fn errors_and_warnings() {
        for template in ["${", "${}", "${ SET}", "${SET", "${SET!}", "${1}", "${NONE:-a\nb}"] {
            let outcome = substitute(template, &variables);
            assert!(matches!(outcome.error, Some(TemplateError::Invalid { .. })), "{template}");
        }
        let outcome = substitute("x${EMPTY:?set it in .env}", &variables);
        let error = outcome.error.unwrap();
        assert_eq!(error.to_string(), "required variable EMPTY is missing a value: set it in .env");
        assert_eq!(*error.span(), 1..25);
        let error = substitute("${NONE?use sk-aB3dEf6hIj9kLm}", &variables).error.unwrap();
        assert_eq!(error.to_string(), "required variable NONE is missing a value");
        let unset: Vec<_> = substitute("$A ${B}", &variables).unset.into_iter().map(|u| u.name).collect();
        assert_eq!(unset, ["A", "B"]);
    }

    #[test]
    fn words_are_masked() {
        let shown = |template| substitute(template, &variables).uses[0].shown.clone();
        assert_eq!(shown("${SET:-}"), "${SET:-}");
        assert_eq!(shown("${SET:-hunter2}"), "${SET:-…}");
        assert_eq!(shown("${SET:-a${B:-c}d}"), "${SET:-…${B:-…}…}");
    }

    #[test]
    fn long_and_deep_templates_are_no_trouble() {
        let long = "${NONE:-x}".repeat(200_000);
        assert_eq!(value(&long).len(), 200_000);
        let deep = "${NONE:-".repeat(100_000) + &"}".repeat(100_000);
        assert!(matches!(substitute(&deep, &variables).error, Some(TemplateError::TooDeep { .. })));
    }
}
