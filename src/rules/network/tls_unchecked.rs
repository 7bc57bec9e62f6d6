//! CD510

use crate::rules::{Rule, RuleContext, Sink};
use crate::{
    text::secret::Text,
    vocabulary::finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD510",
    name: "tls-unchecked",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "NODE_TLS_REJECT_UNAUTHORIZED=0 makes OpenClaw talk to whoever answers",
    impact: Impact::Stranger,
    effect: "TLS certificates are not checked",
    page: include_str!("../../../docs/rules/CD510.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

const NAME: &str = "NODE_TLS_REJECT_UNAUTHORIZED";

/// Node looks for this very text (`getAllowUnauthorized` of `lib/internal/options.js`, Node 24).
fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let Some(winner) = case.target.own_view(&NAME.into()).and_then(|view| view.winner.as_ref()) else {
        return;
    };
    if winner.value.as_ref().map(Text::expose) != Some("0") {
        return;
    }
    findings.push(
        RULE.finding(format!(
            "{NAME} is 0 in {}: it sends its provider keys over TLS to whoever answers, with any certificate",
            case.subject()
        ))
        .at(winner.written(), "no certificate is checked")
        .and(winner.root(), "its value is written here")
        .help(format!(
            "take it out, mount the certificate of the authority, name it as NODE_EXTRA_CA_CERTS in {} (a .env of OpenClaw is too late for it), and {}",
            case.target.advice.environment(),
            case.target.advice.recreate()
        ))
        .key(NAME),
    );
}
