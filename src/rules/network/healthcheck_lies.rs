//! CD507

use crate::rules::{Rule, RuleContext, Sink, support::common::listens_on};
use crate::vocabulary::{
    deployment::{Healthcheck, Role},
    finding::{Confidence, Impact, Severity},
};

pub(crate) static RULE: Rule = Rule {
    id: "CD507",
    name: "healthcheck-lies",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the health check says something else than whether the gateway answers",
    impact: Impact::Reach,
    effect: "the health check does not test the gateway",
    page: include_str!("../../../docs/rules/CD507.md"),
    since: "0.1.0",
    yields_to: &[],
    check,
};

fn check(case: &RuleContext<'_>, findings: &mut Sink) {
    let target = case.target;
    if target.facts.is_none() || target.role != Role::Gateway {
        return;
    }
    let Some(health) = &target.deployment.healthcheck else { return };
    let fault = never_fails(health)
        .or_else(|| operators(health))
        .or_else(|| case.is_published_image().then(|| missing_program(health)).flatten())
        .or_else(|| other_port(case, health))
        .or_else(|| only_connects(health))
        .or_else(|| only_a_process(health));
    let Some((message, severity)) = fault else { return };
    let port = listens_on(target).unwrap_or(18789);
    findings.push(
        RULE.finding(format!("the health check of {} {message}", case.subject()))
            .severity(severity)
            .at(health.place, "the health check")
            .help(format!(
                "ask the gateway itself, as in `test: [\"CMD-SHELL\", \"curl -fsS http://127.0.0.1:{port}/healthz || exit 1\"]`, and {}",
                target.advice.recreate()
            ))
            .key("healthcheck"),
    );
}

type HealthcheckFault = (String, Severity);

fn words(health: &Healthcheck) -> impl Iterator<Item = &str> {
    health.test.iter().map(|w| w.value.expose())
}

/// `CMD` runs no shell: `||` and what follows are handed to the program.
fn operators(health: &Healthcheck) -> Option<HealthcheckFault> {
    let mut words = words(health);
    let exec = words.next() == Some("CMD");
    let shells = ["sh", "bash", "ash"];
    let mut rest = words.peekable();
    let is_shell = rest.peek().is_some_and(|w| shells.contains(&w.rsplit('/').next().unwrap_or_default()));
    let operator = rest.find(|w| matches!(*w, "||" | "&&" | ";" | "|" | ">"))?;
    (exec && !is_shell).then(|| {
        (
            format!("hands `{operator}` to its program as an argument, since `CMD` runs no shell: write it with `CMD-SHELL`"),
            Severity::Warning,
        )
    })
}

/// `… || exit 0`, `true`.
fn never_fails(health: &Healthcheck) -> Option<HealthcheckFault> {
    let mut words = words(health);
    let kind = words.next()?;
    let line = words.collect::<Vec<_>>().join(" ");
    let line = line.trim().trim_end_matches(';').trim_end();
    let shell = kind == "CMD-SHELL" || line.starts_with("sh -c") || line.starts_with("bash -c");
    let hides = ["|| exit 0", "|| true", "|| :", "; exit 0", "; true"].iter().any(|end| line.ends_with(end));
    let empty = matches!(line, "true" | "/bin/true" | "exit 0" | ":")
        || ["import sys; sys.exit(0)", "import sys;sys.exit(0)", "-e process.exit(0)"]
            .iter()
            .any(|end| line.ends_with(end));
    ((shell && hides) || empty).then(|| {
        ("succeeds whatever happens: a dead gateway counts as healthy".to_owned(), Severity::Warning)
    })
}

/// What OpenClaw's own images (2026.3.24, 2026.9.6) do not have.
fn missing_program(health: &Healthcheck) -> Option<HealthcheckFault> {
    let text = words(health).collect::<Vec<_>>().join(" ");
    let program = ["wget", "nc", "netcat"];
    let found = text
        .split([' ', ';', '|', '&'])
        .find(|w| program.contains(&w.rsplit('/').next().unwrap_or_default()))?;
    Some((
        format!("runs `{found}`, which OpenClaw's image does not have: it fails for ever"),
        Severity::Warning,
    ))
}

/// It asks another port of this container than the gateway's.
fn other_port(case: &RuleContext<'_>, health: &Healthcheck) -> Option<HealthcheckFault> {
    let listens = listens_on(case.target)?;
    let text = words(health).collect::<Vec<_>>().join(" ");
    let hosts = ["127.0.0.1:", "localhost:", "[::1]:", "0.0.0.0:"];
    let asked = hosts.iter().flat_map(|host| text.split(host).skip(1)).filter_map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<u16>().ok()
    });
    let asked: Vec<u16> = asked.collect();
    let first = *asked.first().filter(|_| !asked.contains(&listens))?;
    let other = case.target.facts.as_ref().is_some_and(|f| !f.image.is_official());
    // Another image may have a server of its own there.
    (!other).then(|| (format!("asks port {first}, and the gateway listens on {listens}"), Severity::Warning))
}

fn only_connects(health: &Healthcheck) -> Option<HealthcheckFault> {
    let text = words(health).map(str::to_owned).collect::<Vec<_>>().join(" ");
    let connects = [
        "/dev/tcp/",
        "nc -z",
        "netcat -z",
        "net.connect",
        "net.createConnection",
        "createConnection(",
        "tcpsocket",
    ];
    connects.iter().any(|c| text.contains(c)).then(|| {
        (
            "only opens a connection: a gateway that hangs or is still starting counts as healthy".to_owned(),
            Severity::Info,
        )
    })
}

fn only_a_process(health: &Healthcheck) -> Option<HealthcheckFault> {
    let lists = ["pgrep", "pidof", "ps"];
    let program = words(health).skip(1).flat_map(str::split_whitespace).next()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    lists.contains(&program).then(|| {
        (
            format!("only looks for a process (`{program}`): a gateway that hangs or refuses every client counts as healthy"),
            Severity::Info,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::secret::Text, vocabulary::deployment::Located};

    fn health(words: &[&str]) -> Healthcheck {
        let word = |w: &&str| Located { value: Text::from(*w), place: None };
        Healthcheck { test: words.iter().map(word).collect(), place: None }
    }

    #[test]
    fn faults() {
        assert!(operators(&health(&["CMD", "wget", "-q", "u", "||", "exit", "0"])).is_some());
        assert!(operators(&health(&["CMD", "sh", "-c", "a || b"])).is_none());
        assert!(operators(&health(&["CMD-SHELL", "a || b"])).is_none());
        assert!(never_fails(&health(&["CMD-SHELL", "curl -f x || exit 0"])).is_some());
        assert!(never_fails(&health(&["CMD-SHELL", "curl -f x || exit 1"])).is_none());
        assert!(never_fails(&health(&["CMD", "python", "-c", "import sys; sys.exit(0)"])).is_some());
        assert!(only_connects(&health(&["CMD-SHELL", "nc -z localhost 1"])).is_some());
        assert!(only_a_process(&health(&["CMD", "pgrep", "-f", "openclaw"])).is_some());
        assert!(only_a_process(&health(&["CMD-SHELL", "pgrep node || exit 1"])).is_some());
        assert!(only_a_process(&health(&["CMD", "curl", "-f", "http://ps/"])).is_none());
        assert!(missing_program(&health(&["CMD", "wget", "x"])).is_some());
        assert!(missing_program(&health(&["CMD", "node", "-e", "fetch('http://x/sync')"])).is_none());
    }
}
