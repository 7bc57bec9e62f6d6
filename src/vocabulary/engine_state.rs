//! What the engine reports of a container: evidence that no prediction can argue with.

use crate::{text::secret::Text, vocabulary::manager::Manager};

/// The state of one container, as the engine reports it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EngineState {
    /// The engine's word: `running`, `exited`, `restarting`, `created`, `paused`, `dead` …
    pub status: String,
    /// The engine's word for the health check; none without a check.
    pub health: Option<String>,
    /// RFC 3339: when it started if a process runs, else when the process ended; none before its
    /// first start.
    pub since: Option<String>,
    /// How often the engine restarted it.
    pub restarts: u64,
    /// The exit code of the last run; none while its first process runs.
    pub exit_code: Option<i64>,
    /// The kernel killed a process of it for want of memory.
    pub oom_killed: bool,
    /// `State.Error`: why the engine could not start it. It may quote a command or a path.
    pub error: Option<Text>,
    /// The memory limit, in bytes.
    pub memory_limit: Option<u64>,
    /// What created the container.
    pub manager: Manager,
}

/// What a container does, as its state says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Activity {
    /// A process runs.
    Running,
    /// It is frozen.
    Paused,
    /// Its process ends, and the engine starts it again.
    Restarting,
    /// Its process has ended by itself, with a code that says so.
    Exited,
    /// Its process has ended because it was told to.
    Stopped,
    /// It was never started.
    NeverStarted,
    /// The engine could not remove it.
    Dead,
    /// Another word of the engine's.
    Unknown,
}

/// How a prediction relates to what the engine reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EngineVerdict {
    /// The engine reports what was predicted.
    Confirms,
    /// The engine reports something else.
    Contradicts,
}

impl EngineVerdict {
    /// The name used in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Confirms => "confirms",
            Self::Contradicts => "contradicts",
        }
    }
}

/// Exit codes of a process that was told to end: SIGINT, SIGKILL and SIGTERM, and 0.
const TOLD_TO_END: [i64; 4] = [0, 130, 137, 143];

impl EngineState {
    /// What the container does.
    #[must_use]
    pub fn activity(&self) -> Activity {
        match self.status.as_str() {
            "running" => Activity::Running,
            "paused" => Activity::Paused,
            "restarting" => Activity::Restarting,
            "dead" => Activity::Dead,
            // Podman says `configured` and `initialized` of what Docker calls `created`.
            "created" | "configured" | "initialized" => Activity::NeverStarted,
            "exited" | "stopped" => match self.exit_code {
                Some(code) if !TOLD_TO_END.contains(&code) || self.oom_killed => Activity::Exited,
                _ => Activity::Stopped,
            },
            _ => Activity::Unknown,
        }
    }

    /// The health check fails.
    #[must_use]
    pub fn is_unhealthy(&self) -> bool {
        self.activity() == Activity::Running && self.health.as_deref() == Some("unhealthy")
    }

    /// It runs and has not been restarted, or its health check passes.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.activity() == Activity::Running
            && (self.restarts == 0 || self.health.as_deref() == Some("healthy"))
    }

    /// It does not serve, and nobody told it to end.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        match self.activity() {
            Activity::Restarting | Activity::Exited | Activity::Dead => true,
            Activity::NeverStarted => self.error.is_some(),
            Activity::Running | Activity::Paused | Activity::Stopped | Activity::Unknown => false,
        }
    }

    /// Why nothing is served; goes on a name: `keeps restarting: it exited with code 78 …`. None while
    /// a process runs.
    #[must_use]
    pub fn why_not_serving(&self) -> Option<String> {
        let code = self.exit_code.map(|code| format!(" with code {code}{}", meaning(code)));
        let code = code.unwrap_or_default();
        let memory = || match self.memory_limit {
            Some(limit) => format!("was killed at its memory limit of {}", mebibytes(limit)),
            None => "was killed because the host ran out of memory".to_owned(),
        };
        Some(match self.activity() {
            Activity::Running | Activity::Unknown => return None,
            Activity::Restarting => {
                let killed = if self.oom_killed { format!("{}, and ", memory()) } else { String::new() };
                format!(
                    "keeps restarting: it {killed}exited{code} and was restarted {}",
                    times(self.restarts)
                )
            }
            Activity::Exited if self.oom_killed => format!("{} and has exited{code}", memory()),
            Activity::Exited => format!("is not running: it exited{code}"),
            Activity::Stopped => "is stopped".to_owned(),
            Activity::Paused => "is paused and answers nobody".to_owned(),
            Activity::Dead => "is dead: the engine could not remove it".to_owned(),
            Activity::NeverStarted if self.error.is_some() => "could not be started".to_owned(),
            Activity::NeverStarted => "was created and never started".to_owned(),
        })
    }
}

/// What a code says beyond its number.
fn meaning(code: i64) -> &'static str {
    match code {
        78 => " (a refused configuration)",
        126 => " (a command that cannot be executed)",
        127 => " (a command that is not found)",
        137 => " (SIGKILL)",
        139 => " (a crash, SIGSEGV)",
        _ => "",
    }
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// A size for sentences: `384 MiB`.
#[must_use]
pub fn mebibytes(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes < MIB { format!("{} KiB", bytes / 1024) } else { format!("{} MiB", bytes / MIB) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(status: &str, exit_code: i64, restarts: u64) -> EngineState {
        EngineState { status: status.into(), exit_code: Some(exit_code), restarts, ..EngineState::default() }
    }

    #[test]
    fn states_say_what_they_mean() {
        let with_error = EngineState { error: Some("no".into()), ..state("created", 127, 0) };
        let killed =
            EngineState { oom_killed: true, memory_limit: Some(402_653_184), ..state("exited", 137, 0) };
        let starved = EngineState { oom_killed: true, ..state("restarting", 137, 2) };
        for (state, fails, said) in [
            (
                state("restarting", 78, 6),
                true,
                Some(
                    "keeps restarting: it exited with code 78 (a refused configuration) and was restarted 6 times",
                ),
            ),
            (
                state("restarting", 1, 1),
                true,
                Some("keeps restarting: it exited with code 1 and was restarted once"),
            ),
            (
                starved,
                true,
                Some(
                    "keeps restarting: it was killed because the host ran out of memory, and exited with code 137 (SIGKILL) and was restarted 2 times",
                ),
            ),
            (state("exited", 1, 0), true, Some("is not running: it exited with code 1")),
            (state("exited", 143, 0), false, Some("is stopped")),
            (state("exited", 137, 0), false, Some("is stopped")),
            (
                killed,
                true,
                Some("was killed at its memory limit of 384 MiB and has exited with code 137 (SIGKILL)"),
            ),
            (state("created", 0, 0), false, Some("was created and never started")),
            (with_error, true, Some("could not be started")),
            (state("paused", 0, 0), false, Some("is paused and answers nobody")),
            (state("dead", 0, 0), true, Some("is dead: the engine could not remove it")),
            (state("running", 1, 3), false, None),
            (state("removing", 0, 0), false, None),
        ] {
            assert_eq!(state.why_not_serving().as_deref(), said, "{state:?}");
            assert_eq!(state.has_failed(), fails, "{state:?}");
        }
    }

    #[test]
    fn a_run_counts_when_it_lasts() {
        let healthy = |restarts, health: &str| EngineState {
            health: Some(health.into()),
            ..state("running", 0, restarts)
        };
        assert!(healthy(0, "starting").has_started());
        assert!(!healthy(2, "starting").has_started(), "it may be about to end again");
        assert!(healthy(2, "healthy").has_started());
        assert!(healthy(2, "unhealthy").is_unhealthy());
        assert!(!state("exited", 0, 0).has_started());
    }
}
