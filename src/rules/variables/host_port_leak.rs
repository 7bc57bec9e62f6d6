//! CD212

use crate::rules::{
    Rule, RuleContext, Sink,
    support::common::{host_part, leads_to, listens_on, port_range, variables_in},
};
use crate::{
    model::target::Target,
    provenance::{Candidate, Layer, StepKind},
    text::{secret::Text, source::Place},
    vocabulary::{
        deployment::{Port, Role},
        finding::{Confidence, Finding, Impact, Severity},
        setting::Consumer,
        setting_key::SettingKey,
    },
};

pub(crate) static RULE: Rule = Rule {
    id: "CD212",
    name: "host-port-leak",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the port of the host arrives in the container as the gateway's port",
    impact: Impact::Reach,
    effect: "the gateway's port is mixed up with another one",
    page: include_str!("../../../docs/rules/CD212.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(facts) = &case.target.facts else { return };
    let Some(gateway) = gateway_of(case) else { return };
    let variables = facts.behaviour.network.port_variables;
    let variable = case.target.environment.iter().find(|v| variables.contains(&v.name.as_str()));
    let winner = variable.and_then(|v| v.winner.as_ref());
    let found = winner.filter(|w| !w.is_blank()).and_then(|w| goes_wrong(case, gateway, w));
    findings.extend(found.or_else(|| may_go_wrong(case, gateway, winner)));
}

/// The gateway in the same network namespace.
fn gateway_of<'a>(case: &RuleContext<'a>) -> Option<&'a Target> {
    if case.target.role == Role::Gateway {
        return Some(case.target);
    }
    let shared = case.target.deployment.network().strip_prefix("service:")?;
    case.index.named(shared).filter(|t| t.role == Role::Gateway && t.service.as_deref() == Some(shared))
}

fn goes_wrong(case: &RuleContext<'_>, gateway: &Target, leaked: &Candidate) -> Option<Finding> {
    let port: u16 = leaked.value.as_ref().map(Text::expose)?.trim().parse().ok()?;
    let listens = listens_on(gateway)?;
    let has_url = case.target.facts.as_ref().is_some_and(|f| {
        f.env.get("OPENCLAW_GATEWAY_URL").and_then(|v| v.value()).is_some_and(|v| !v.is_blank())
    });
    let dials = case.target.view(&SettingKey::GatewayPort, &Consumer::Cli).and_then(|v| v.winner.as_ref());
    let is_leaked = |c: &Candidate| c.name == leaked.name && c.layer != Layer::Config;
    if port != listens && !has_url && dials.is_some_and(is_leaked) {
        let found = finding(
            case,
            leaked,
            &listens.to_string(),
            format!(
                "{} is {port} in {}, where the gateway listens on {listens}: the CLI dials {port} and finds no gateway",
                leaked.name,
                case.subject()
            ),
        )
        .and(listens_at(gateway), "the gateway listens on this one");
        let view = gateway.view(&SettingKey::GatewayPort, &Consumer::Gateway);
        let by_script = view.and_then(|view| view.winner.as_ref()).filter(|w| w.layer == Layer::StartScript);
        return Some(match by_script {
            // The script sets it over whatever the container has.
            Some(_) => found.at(leaked.written(), "the CLI dials this one").help(format!(
                "write `{}: \"{listens}\"`, which the start script sets, in {}; then {}",
                leaked.name,
                case.target.advice.environment(),
                case.target.advice.recreate()
            )),
            None => found,
        });
    }
    let is_host_port =
        |p: &&Port| p.published.as_deref().and_then(port_range).is_some_and(|r| r.contains(&port));
    let ports = &gateway.deployment.ports;
    let mapping = ports.iter().find(is_host_port).filter(|p| !leads_to(p, port))?;
    let reached = ports.iter().any(|p| leads_to(p, listens));
    (port == listens && !reached && case.target.role == Role::Gateway).then(|| {
        finding(
            case,
            leaked,
            &mapping.target,
            format!(
                "{} is {port} in {}, so the gateway listens on {port}, and the published port leads to {}",
                leaked.name,
                case.subject(),
                mapping.target
            ),
        )
        .and(mapping.place, "the port of the host leads elsewhere")
    })
}

/// Where the port of the gateway is written.
fn listens_at(gateway: &Target) -> Option<Place> {
    let view = gateway.view(&SettingKey::GatewayPort, &Consumer::Gateway)?;
    view.winner.as_ref()?.root()
}

fn finding(case: &RuleContext<'_>, leaked: &Candidate, port: &str, message: String) -> Finding {
    RULE.finding(message)
        .at(leaked.written(), "the host's port, in the container")
        .and(leaked.root(), "written here")
        .propose_fix(
            case.set_variable(
                format!("pin the container's port: `{}: \"{port}\"` in `environment:`", leaked.name),
                &leaked.name,
                port,
            ),
            &format!("; then {}", case.target.advice.recreate()),
            format!("set {} to the container's port", leaked.name),
        )
        .key(leaked.name.clone())
}

/// All is well while the two ports are the same: the variable that sets the host's side of the
/// mapping is handed to the gateway as well.
fn may_go_wrong(case: &RuleContext<'_>, gateway: &Target, winner: Option<&Candidate>) -> Option<Finding> {
    let listens = listens_on(gateway)?;
    let mapping = gateway.deployment.ports.iter().find(|p| leads_to(p, listens))?;
    let written = case.written(mapping.place?);
    let names = variables_in(host_part(written, "published:"));
    let fixed = !variables_in(written).is_empty() && variables_in(written).len() == names.len();
    let by_file = |name: &&str| {
        // The project's .env goes into the container as a whole.
        let dotenv = case.whole.map(|w| w.directory.join(".env"));
        let files = &case.target.deployment.env_files;
        winner.is_none()
            && *name == "OPENCLAW_GATEWAY_PORT"
            && dotenv.is_some_and(|d| files.iter().any(|f| std::path::Path::new(&f.value) == d))
    };
    let handed = |name: &&str| {
        winner.is_some_and(|w| takes(w, name) || w.name == **name && w.layer == Layer::ComposeEnvFile)
    };
    let name = names.iter().filter(|_| fixed).find(|name| handed(name) || by_file(name))?;
    // The file that would carry it in is here, and does not have it.
    let is_here = case.whole.is_some_and(|whole| !whole.dotenv.is_empty());
    let is_unset = winner.is_none() && is_here && case.index.lines_of(name).is_empty();
    let place = winner.and_then(|w| w.place).or_else(|| case.target.deployment.env_files.first()?.place);
    Some(
        RULE.finding(format!(
            "{name} sets the host's side of port {listens} and goes into {} as well: with any other value the gateway or the CLI uses the wrong port",
            case.subject()
        ))
        .severity(if is_unset { Severity::Info } else { Severity::Warning })
        .at(place, "the same variable, in the container")
        .and(mapping.place, "the host's side of the port")
        .propose_fix(
            case.set_variable(
                format!("pin the container's port: `OPENCLAW_GATEWAY_PORT: \"{listens}\"` in `environment:`"),
                "OPENCLAW_GATEWAY_PORT",
                &listens.to_string(),
            ),
            &format!("; then {}", case.target.advice.recreate()),
            "set OPENCLAW_GATEWAY_PORT to the container's port",
        )
        .key(*name),
    )
}

/// The value is made from that variable.
fn takes(candidate: &Candidate, name: &str) -> bool {
    candidate.via.iter().any(|v| match &v.step {
        StepKind::Interpolation { shown } => variables_in(shown).contains(&name),
        StepKind::Variable { layer, name: n } => layer.feeds_compose() && n == name,
        _ => false,
    })
}
