//! Commands that are run in a container.

use super::{
    Engine, EngineError, json,
    problem::{EngineProblem, Says},
};
use crate::{
    text::secret::{Bytes, Text},
    world::engine::container_names::checked,
};
use bollard::{
    container::LogOutput,
    exec::{CreateExecOptions, StartExecOptions, StartExecResults},
};
use futures_util::{StreamExt as _, future};
use serde_json::Value;
use std::{cell::OnceCell, path::Path, time::Duration};
use tokio::io::AsyncWriteExt as _;

/// Most bytes beyond what is kept that are waited for: a command that writes more may never end.
const MOST_DROPPED: usize = 16 << 20;
/// How long killing a command that outlived its time may take.
const REAP: Duration = Duration::from_secs(2);
/// An exec's exit code may arrive a moment after its output ended.
const EXIT_CODE_TRIES: u32 = 20;

/// A command to run in a container. The engine writes `argv` into its event log: secrets go
/// through `env` or `stdin`.
#[derive(Clone, Debug, Default)]
pub struct Exec {
    /// The command.
    pub argv: Vec<String>,
    /// Variables beside those of the container.
    pub env: Vec<(String, Text)>,
    /// What it reads; its input ends after it.
    pub stdin: Option<Bytes>,
    /// How long it may take; the engine's own limit when none.
    pub timeout: Option<Duration>,
    /// Most bytes kept of each of its outputs.
    pub max_output: usize,
}

/// What a command did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExecOutcome {
    /// What it wrote.
    pub stdout: Bytes,
    /// What it wrote beside it.
    pub stderr: Bytes,
    /// Its exit code, when the engine told it. A command that does not exist is 126 (Docker
    /// 20.10.24) or 127 (Podman 4.3.1), and no error.
    pub exit_code: Option<i64>,
    /// It wrote more than was kept.
    pub truncated: bool,
}

impl Engine {
    /// Runs a command in a container, as the container's user. Nothing is left behind but a line
    /// in the engine's event log, which holds `argv`.
    ///
    /// A command that outlives its time, or writes without end, is killed with its process
    /// group where the processes of the engine's host can be seen from here; elsewhere it goes on,
    /// since the engine has no call for it. Give it a limit of its own.
    ///
    /// # Errors
    /// When the container does not run, or the engine cannot be reached.
    pub fn exec(&self, container: &str, exec: &Exec) -> Result<ExecOutcome, EngineError> {
        let mut outcomes = self.exec_all(container, &[exec]);
        outcomes.pop().unwrap_or(Err(EngineError::Internal("no command was run")))
    }

    /// Runs several commands in a container at the same time; see [`Engine::exec`].
    #[must_use]
    pub fn exec_all(&self, container: &str, execs: &[&Exec]) -> Vec<Result<ExecOutcome, EngineError>> {
        let all = async { future::join_all(execs.iter().map(|exec| self.exec_one(container, exec))).await };
        self.runtime.block_on(all)
    }

    async fn exec_one(&self, container: &str, exec: &Exec) -> Result<ExecOutcome, EngineError> {
        let id = checked(container)?;
        let own = exec.timeout.unwrap_or(self.timeout);
        let limit = if self.strict { own.min(self.timeout) } else { own };
        let created = OnceCell::new();
        let limited = tokio::time::timeout(limit, self.executed(id, exec, &created)).await;
        let outcome = limited.unwrap_or(Err(EngineProblem::Timeout));
        if outcome.as_ref().map_or_else(|p| matches!(p, EngineProblem::Timeout), |o| o.exit_code.is_none())
            && let Some(exec) = created.get()
        {
            let _ = tokio::time::timeout(REAP, self.kill(id, exec)).await;
        }
        outcome.map_err(|p| match p {
            EngineProblem::Status(409, _) | EngineProblem::Status(_, Says::NotRunning) => {
                EngineError::NotRunning { name: id.to_owned() }
            }
            problem => self.error_after(problem, "run a command in a container", id, limit),
        })
    }

    /// Kills the process group of a command that still runs. The engine tells its process as its own
    /// host counts; `/proc` there tells how the container counts.
    async fn kill(&self, id: &str, exec: &str) -> Option<()> {
        let state = json(self.docker.inspect_exec(exec)).await.ok()?;
        let pid = state["Pid"].as_u64().filter(|_| state["Running"] == Value::Bool(true))?;
        let status = self.host.files.read_text(Path::new(&format!("/proc/{pid}/status")), 8192).ok()?;
        let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
        let inside: u64 = numbers.split_whitespace().next_back()?.parse().ok()?;
        // A process group of 1 would be the container's own.
        if inside <= 1 || numbers.split_whitespace().next()? != pid.to_string() {
            return None;
        }
        let argv = ["kill", "-9", "--", &format!("-{inside}")].map(str::to_owned).into();
        let kill = Exec { argv, ..Exec::default() };
        self.executed(id, &kill, &OnceCell::new()).await.ok()?;
        Some(())
    }

    async fn executed(
        &self,
        id: &str,
        exec: &Exec,
        created_as: &OnceCell<String>,
    ) -> Result<ExecOutcome, EngineProblem> {
        let options = CreateExecOptions {
            cmd: Some(exec.argv.clone()),
            env: Some(exec.env.iter().map(|(name, value)| format!("{name}={}", value.expose())).collect()),
            attach_stdin: Some(exec.stdin.is_some()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..Default::default()
        };
        let created = self.docker.create_exec(id, options).await.map_err(|e| EngineProblem::of(&e))?;
        let _ = created_as.set(created.id.clone());
        let started = self.docker.start_exec(&created.id, None::<StartExecOptions>).await;
        let StartExecResults::Attached { mut output, mut input } =
            started.map_err(|e| EngineProblem::of(&e))?
        else {
            return Err(EngineProblem::Garbled);
        };
        let write = async {
            if let Some(bytes) = &exec.stdin {
                // A command that does not read to the end is no failure of ours.
                let _ = input.write_all(bytes).await;
                let _ = input.shutdown().await;
            }
        };
        let mut outcome =
            ExecOutcome { stdout: Bytes(vec![]), stderr: Bytes(vec![]), exit_code: None, truncated: false };
        let mut dropped = 0;
        let read = async {
            while let Some(part) = output.next().await {
                let (kept, message) = match part.map_err(|e| EngineProblem::of(&e))? {
                    LogOutput::StdErr { message } => (&mut outcome.stderr.0, message),
                    LogOutput::StdOut { message } | LogOutput::Console { message } => {
                        (&mut outcome.stdout.0, message)
                    }
                    LogOutput::StdIn { .. } => continue,
                };
                let room = exec.max_output.saturating_sub(kept.len()).min(message.len());
                outcome.truncated |= room < message.len();
                kept.extend_from_slice(&message[..room]);
                dropped += message.len() - room;
                if dropped > MOST_DROPPED {
                    break;
                }
            }
            Ok::<_, EngineProblem>(())
        };
        // A command that ends without reading its input must not be waited for.
        tokio::select! {
            biased;
            done = read => done?,
            () = async { write.await; std::future::pending().await } => {}
        }
        if dropped > MOST_DROPPED {
            return Ok(outcome);
        }
        for _ in 0..EXIT_CODE_TRIES {
            let state = json(self.docker.inspect_exec(&created.id)).await?;
            outcome.exit_code = state["ExitCode"].as_i64();
            if outcome.exit_code.is_some() && state["Running"] != Value::Bool(true) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(outcome)
    }
}
