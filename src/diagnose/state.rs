//! What the state of a container, or an exit code alone, says.

use super::{cause::Cause, messages::MessageCertainty, pattern::Means, scan};

/// What an engine says of a container.
#[derive(Clone, Debug, Default)]
pub struct ContainerSaid<'a> {
    /// The engine's word: `running`, `exited`, `created`, `restarting`, `dead`.
    pub status: &'a str,
    /// The exit code of the last run.
    pub exit_code: Option<i64>,
    /// The kernel killed it for want of memory.
    pub oom_killed: bool,
    /// `healthy`, `unhealthy`, `starting`.
    pub health: Option<&'a str>,
    /// Why the engine could not start it.
    pub error: &'a str,
    /// How often it was restarted.
    pub restarts: u64,
}

/// A cause, with the sentence that says it.
#[derive(Clone, Debug)]
pub struct StateSaid {
    /// What it means.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: MessageCertainty,
    /// The state in words.
    pub text: String,
}

impl ContainerSaid<'_> {
    /// The state in words: `exited with code 78, 3 restarts`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = match (self.status, self.exit_code) {
            ("exited" | "restarting" | "dead", Some(code)) => format!("{}, exit code {code}", self.status),
            ("created", _) => "created, never started".to_owned(),
            (status, _) => status.to_owned(),
        };
        if self.oom_killed {
            words.push_str(", OOMKilled");
        }
        if let Some(health) = self.health.filter(|_| self.status == "running") {
            words.push_str(&format!(", {health}"));
        }
        if self.restarts > 0 {
            let times = if self.restarts == 1 { "restart" } else { "restarts" };
            words.push_str(&format!(", {} {times}", self.restarts));
        }
        words
    }

    /// What it says, where it is trouble.
    #[must_use]
    pub fn meaning(&self) -> Option<StateSaid> {
        let mut text = self.words();
        if !self.error.is_empty() {
            text.push_str(&format!(", error: {}", self.error));
        }
        let said = |cause, certainty| Some(StateSaid { cause, certainty, text: text.clone() });
        let certain = MessageCertainty::Certain;
        if self.oom_killed {
            return said(Cause::OutOfMemory, certain);
        }
        if !self.error.is_empty()
            && let Some(Means::Failure(cause)) = scan::rows().meaning("", self.error).map(|m| m.means)
        {
            return said(cause, certain);
        }
        match (self.status, self.exit_code, self.health) {
            ("created", ..) => said(Cause::NeverStarted, certain),
            ("running", _, Some("unhealthy")) => said(Cause::Unhealthy, certain),
            ("exited" | "dead" | "restarting", Some(code), _) => {
                let cause = of_code(code);
                (cause != Cause::ExitStopped || self.status == "restarting")
                    .then(|| said(cause, certain))
                    .flatten()
            }
            _ => None,
        }
    }
}

/// What an exit code says by itself.
#[must_use]
pub fn of_code(code: i64) -> Cause {
    match code {
        0 | 130 | 143 => Cause::ExitStopped,
        78 => Cause::ExitConfig,
        125 => Cause::ExitDocker,
        126 => Cause::ExitCommandRefused,
        127 => Cause::ExitCommandMissing,
        9 | 137 => Cause::ExitKilled,
        132..=136 | 138 | 139 => Cause::ExitCrash,
        _ => Cause::ExitFailed,
    }
}

/// An exit code that somebody typed.
#[must_use]
pub fn of_exit_code(code: i64) -> StateSaid {
    let certainty = match of_code(code) {
        Cause::ExitFailed | Cause::ExitKilled => MessageCertainty::Likely,
        _ => MessageCertainty::Certain,
    };
    // 137 without a word on who killed it is memory more often than anything else.
    let cause = if code == 137 { Cause::OutOfMemory } else { of_code(code) };
    StateSaid { cause, certainty, text: format!("exit code {code}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_that_are_trouble() {
        let state = |status, exit_code, oom_killed, health, error| {
            let said = ContainerSaid { status, exit_code, oom_killed, health, error, restarts: 0 };
            said.meaning().map(|s| s.cause.about().id)
        };
        for (said, id) in [
            (state("running", None, false, Some("healthy"), ""), None),
            (state("running", None, false, Some("unhealthy"), ""), Some("unhealthy")),
            (state("exited", Some(0), false, None, ""), None),
            (state("exited", Some(78), false, None, ""), Some("exit-config")),
            (state("exited", Some(137), true, None, ""), Some("out-of-memory")),
            (state("restarting", Some(1), false, None, ""), Some("exit-failed")),
            (
                state(
                    "created",
                    Some(128),
                    false,
                    None,
                    "driver failed programming external connectivity: Bind for 0.0.0.0:18789 failed: port is already allocated",
                ),
                Some("start-port"),
            ),
            (state("exited", Some(139), false, None, ""), Some("exit-crash")),
        ] {
            assert_eq!(said, id);
        }
        assert_eq!(of_exit_code(137).cause, Cause::OutOfMemory);
    }
}
