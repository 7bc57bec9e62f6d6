//! CD218

use crate::rules::support::proposals::{NewValue, Proposal};
use crate::rules::{Rule, RuleContext, Sink, Yield, listed};
use crate::{
    provenance::Candidate,
    secrets,
    syntax::node::{Node, NodeKind},
    text::{
        secret::{Text, js_trim},
        source::Place,
    },
    vocabulary::{
        finding::{Confidence, Finding, Impact, Severity},
        setting::Category,
    },
};
use crate::{
    provenance::{Layer, StepKind},
    rules::support::common::variables_in,
    text::source::Language,
};

pub(crate) static RULE: Rule = Rule {
    id: "CD218",
    name: "template-mark-left",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the placeholder of an example or a template stands where a key, a token or a password belongs",
    impact: Impact::Credential,
    effect: "a placeholder is used as a credential",
    page: include_str!("../../../docs/rules/CD218.md"),
    since: "0.1.0",
    // It says what a gateway makes of the mark.
    yields_to: &[Yield::on_place("CD106")],
    check,
};

/// A mark that was left.
struct Left {
    /// What it is called where it stands.
    name: String,
    place: Option<Place>,
    /// A program was to fill it in: nobody would write that by hand.
    is_template: bool,
    /// It is a default that is used because a variable is not set here.
    is_default: bool,
    /// It stands where a credential of the gateway belongs.
    is_gateways: bool,
}

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_openclaw() {
        return;
    }
    let mut left: Vec<Left> = of_variables(case);
    left.extend(of_settings(case));
    if let Some(root) = case.target.facts.as_ref().and_then(|f| f.config.root()) {
        in_config(root, &mut Vec::new(), &mut left);
    }
    let mut all: Vec<Left> = Vec::new();
    for one in left {
        let known =
            |other: &Left| other.place == one.place && (one.place.is_some() || other.name == one.name);
        if !all.iter().any(known) && !is_told_before(case, &one) {
            all.push(one);
        }
    }
    // What stands in a file by itself, and what only stands there because a file is not here.
    let absent = case.absent_env_file().map(str::to_owned);
    let (weak, strong): (Vec<Left>, Vec<Left>) =
        all.into_iter().partition(|one| one.is_default && absent.is_some());
    for (left, absent) in [(strong, None), (weak, absent.as_deref())] {
        // What another rule can say better is a finding of its own.
        let (of_gateway, others): (Vec<Left>, Vec<Left>) = left.into_iter().partition(|one| one.is_gateways);
        findings.extend(found(case, &others, absent));
        // Whether it is in effect is not asked here.
        let of_gateway = found(case, &of_gateway, absent);
        findings.extend(of_gateway.map(|f| f.severity(Severity::Info).confidence(Confidence::Medium)));
    }
}

fn found(case: &RuleContext<'_>, left: &[Left], absent: Option<&str>) -> Option<Finding> {
    let first = left.first()?;
    let names = listed(left.iter().map(|one| one.name.as_str()), 4);
    let verb = if left.len() == 1 { "holds" } else { "hold" };
    let unless =
        absent.map(|file| format!(", unless {file}, which is not here, sets it")).unwrap_or_default();
    let mut finding = RULE
        .finding(format!(
            "{names} of {} {verb} the placeholder of an example{unless}: no service accepts it as a key, and as a password everybody knows it",
            case.subject()
        ))
        .at(first.place, "never replaced")
        .propose(
            values(case, left),
            &format!(
                ", or take the line out where it is not needed; then {}",
                case.target.advice.recreate()
            ),
        )
        .key(first.name.clone());
    for other in left.iter().skip(1).take(8) {
        finding = finding.again(other.place, "and this");
    }
    Some(if absent.is_some() {
        finding.severity(Severity::Info).confidence(Confidence::Medium)
    } else if left.iter().any(|one| one.is_template) {
        finding
    } else {
        finding.confidence(Confidence::Medium)
    })
}

/// A service before this one has the same place, by an anchor or a file that both read.
/// A value in the place of each; one of a compose file goes to where Compose takes values from.
fn values(case: &RuleContext<'_>, left: &[Left]) -> Proposal {
    let literal = |one: &Left| {
        let winner = case.target.variable(&one.name)?.winner.as_ref()?;
        let is_here = winner.layer == Layer::ComposeEnvironment && winner.root() == one.place;
        Some(winner).filter(|_| is_here && winner.via.is_empty() && case.literal_at(winner).is_some())
    };
    // The default of a variable stands in a compose file too.
    let of_default = |one: &Left| {
        let winner = case.target.variable(&one.name)?.winner.as_ref().filter(|w| w.root() == one.place)?;
        let root = case.sources.get(winner.root()?.source).language;
        let shown = winner.via.iter().filter_map(|via| match &via.step {
            StepKind::Interpolation { shown } => variables_in(shown).last().copied(),
            _ => None,
        });
        shown.last().filter(|_| root == Language::Yaml)
    };
    let one = |left: &Left| match (literal(left), left.place) {
        (None, _) if of_default(left).is_some() => {
            case.set_value(of_default(left).unwrap_or_default(), NewValue::Random)
        }
        (Some(winner), _) => case.move_out("", winner, NewValue::Random),
        (None, Some(place)) => case.replace(String::new(), place, &left.name, NewValue::Random),
        (None, None) => Proposal::words(""),
    };
    let says = match left.iter().find_map(literal) {
        Some(winner) => format!(
            "put the value into {} and write `${{{}:?}}` in its place",
            case.target.advice.values(),
            winner.name
        ),
        None => match left.iter().find_map(of_default) {
            Some(name) => format!("set {name} in {}", case.target.advice.values()),
            None => "put the value in its place".to_owned(),
        },
    };
    match left.iter().map(one).reduce(|all, one| all.and("", one)) {
        Some(all) => all.said(says),
        None => Proposal::words(says),
    }
}

fn is_told_before(case: &RuleContext<'_>, one: &Left) -> bool {
    let Some(place) = one.place else { return false };
    case.index.has_value_before(place, case.target)
}

/// The whole environment, dotenv files of OpenClaw included.
fn of_variables(case: &RuleContext<'_>) -> Vec<Left> {
    let target = case.target;
    let environment = target.process_environment.as_ref().unwrap_or(&target.environment);
    let winners = environment.iter().filter_map(|v| v.winner.as_ref());
    winners.filter(|c| secrets::names_credential(&c.name)).filter_map(|c| mark(case, c)).collect()
}

/// What OpenClaw makes of them and of its config.
fn of_settings(case: &RuleContext<'_>) -> Vec<Left> {
    let keys = case.target.settings.iter().filter(|s| s.category == Category::ProviderKey);
    let winners = keys.filter_map(|s| s.views.first()).filter_map(|v| v.winner.as_ref());
    winners.filter_map(|c| mark(case, c)).collect()
}

fn mark(case: &RuleContext<'_>, candidate: &Candidate) -> Option<Left> {
    let value = js_trim(candidate.value.as_ref().map(Text::expose)?);
    (secrets::is_placeholder(value) && !secrets::is_public_value(value)).then(|| Left {
        name: candidate.name.clone(),
        place: candidate.root(),
        is_template: secrets::is_template(value),
        is_default: case.literal_at(candidate).is_some() && !candidate.via.is_empty(),
        is_gateways: secrets::is_gateway_credential(&candidate.name),
    })
}

/// Texts of the config that are a mark as a whole. OpenClaw fills in templates of its own
/// (`hooks.mappings`, `tools.media`): only what is written like a variable is no such template.
fn in_config(node: &Node, path: &mut Vec<String>, left: &mut Vec<Left>) {
    match &node.kind {
        NodeKind::Str(text) => {
            let value = js_trim(text.expose());
            let last = path.iter().rev().find(|key| key.parse::<usize>().is_err()).map_or("", String::as_str);
            let is_mark =
                (secrets::names_credential(last) && secrets::is_placeholder(value) && !value.contains("${"))
                    || is_framed_name(value);
            if is_mark && !path.iter().any(|key| key == "auth") {
                left.push(Left {
                    name: path.join("."),
                    place: Some(node.place),
                    is_template: secrets::is_template(value),
                    is_default: false,
                    is_gateways: false,
                });
            }
        }
        NodeKind::Seq(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                in_config(item, path, left);
                path.pop();
            }
        }
        NodeKind::Map(entries) => {
            for entry in entries {
                path.push(entry.key.to_string());
                in_config(&entry.value, path, left);
                path.pop();
            }
        }
        _ => {}
    }
}

/// `{{ANTHROPIC_API_KEY}}`, `<YOUR_TOKEN>`, `__TOKEN__`
fn is_framed_name(value: &str) -> bool {
    let frames = [("{{", "}}"), ("<", ">"), ("__", "__")];
    frames.iter().any(|(from, to)| {
        let inner = value.strip_prefix(from).and_then(|v| v.strip_suffix(to)).map_or("", str::trim);
        let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        inner.len() > 3 && inner.contains('_') && inner.chars().all(is_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames() {
        assert!(is_framed_name("{{ANTHROPIC_API_KEY}}") && is_framed_name("<YOUR_TOKEN>"));
        assert!(!is_framed_name("{{MediaPath}}") && !is_framed_name("New mail from {{FROM_NAME}}"));
    }
}
