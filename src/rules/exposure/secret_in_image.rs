//! CD602

use crate::rules::{Rule, RuleContext, Sink, support::common::variables_in};
use crate::{
    provenance::{Layer, StepKind},
    secrets,
    text::secret::Text,
    vocabulary::{
        deployment::BuildArg,
        finding::{Confidence, Finding, Impact, Severity},
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD602",
    name: "secret-in-image",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "an image holds a token, key or password: in its ENV, or by a build argument in its history",
    impact: Impact::Stranger,
    effect: "an image contains a secret",
    page: include_str!("../../../docs/rules/CD602.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    if !case.runs_openclaw() {
        return;
    }
    for variable in &case.target.environment {
        let of_image = variable.candidates().find(|c| c.layer == Layer::ImageEnv);
        let value = of_image.and_then(|c| c.value.as_ref()).map_or("", Text::expose);
        let class = secrets::classify(value);
        if !secrets::names_credential(&variable.name) || !class.may_be_secret() {
            continue;
        }
        let name = &variable.name;
        let finding = RULE
            .finding(format!(
                "the image of {} sets {name} by ENV: whoever can pull the image can read it",
                case.subject()
            ))
            .help(format!(
                "take {name} out of the Dockerfile, rebuild the image, set {name} in {}, and have a new value made if the image left this host",
                case.target.advice.environment()
            ))
            .key(name.clone());
        findings.push(if class.is_generated() {
            finding
        } else {
            finding.severity(Severity::Info).confidence(Confidence::Medium)
        });
    }
    let args = case.target.deployment.build.iter().flat_map(|build| &build.args);
    findings.extend(args.filter_map(|arg| of_argument(case, arg)));
}

/// The values of build arguments stay in the history of the image, as far as its steps use them.
fn of_argument(case: &RuleContext<'_>, arg: &BuildArg) -> Option<Finding> {
    if !secrets::names_credential(&arg.name) {
        return None;
    }
    let value = arg.value.as_ref().map_or("", Text::expose);
    let made = arg.value.is_none()
        || arg.via.iter().any(|via| matches!(via.step, StepKind::Interpolation { .. }))
        || !variables_in(case.written(arg.place)).is_empty();
    let class = secrets::classify(value);
    if !made && !class.may_be_secret() {
        return None;
    }
    let name = &arg.name;
    let finding = RULE
        .finding(format!(
            "{name} is given to the build of {} as an argument, and `docker history` shows those",
            case.subject()
        ))
        .at(Some(arg.place), "stays in the image")
        .help(format!(
            "give it by `build.secrets`, with `RUN --mount=type=secret,id={}` in the Dockerfile; what only the running container needs belongs into {}",
            name.to_lowercase(),
            case.target.advice.environment()
        ))
        .key(name.clone());
    Some(if !made && class.is_generated() {
        finding
    } else if value.trim().is_empty() || !(made || class.is_generated()) {
        finding.severity(Severity::Info).confidence(Confidence::Medium)
    } else {
        finding.severity(Severity::Warning)
    })
}
