//! The log of a container.

use super::{Engine, EngineError, problem::EngineProblem};
use crate::world::engine::{container_names::checked, log_frames};
use bollard::{container::LogOutput, query_parameters::LogsOptionsBuilder};
use futures_util::StreamExt as _;
use std::{ops::ControlFlow, time::Duration};

/// How long a followed log may be silent before that is told.
const LOG_PAUSE: Duration = Duration::from_millis(400);

/// Which part of a container's log to read.
#[derive(Clone, Debug, Default)]
pub struct LogRequest {
    /// Only what was written from this time on, in seconds since 1970.
    pub since: Option<i64>,
    /// Only so many of the last lines.
    pub tail: Option<u64>,
    /// Go on with what is written from now on, until the container ends.
    pub follow: bool,
}

impl Engine {
    /// Reads a container's log, both of its streams, each line behind the time at which the engine
    /// got it. `each` is given the pieces in their order, complete lines where there are such, and an
    /// empty one when nothing came for a while; the log ends early when it says so.
    ///
    /// Nothing is kept: a log of any length takes the memory of one line.
    ///
    /// # Errors
    /// When the engine cannot be reached, or goes silent in the middle of a log that is not followed.
    pub fn logs(
        &self,
        container: &str,
        request: &LogRequest,
        each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let id = checked(container)?;
        self.read_log(id, request, each).map_err(|p| self.error(p, "read a log", id))
    }

    /// Waits for one part at a time, so that `each` may ask the engine too.
    fn read_log(
        &self,
        id: &str,
        request: &LogRequest,
        each: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), EngineProblem> {
        let since = request.since.map_or(0, |s| i32::try_from(s.max(0)).unwrap_or(i32::MAX));
        let tail = request.tail.map_or_else(|| "all".to_owned(), |n| n.to_string());
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .follow(request.follow)
            .since(since)
            .tail(&tail)
            .build();
        let mut stream = self.docker.logs(id, Some(options));
        let mut lines = log_frames::Frames::default();
        let pause = if request.follow { LOG_PAUSE } else { self.timeout };
        loop {
            let next = async { tokio::time::timeout(pause, stream.next()).await };
            match self.runtime.block_on(next) {
                Ok(Some(part)) => {
                    let part = part.map_err(|e| EngineProblem::of(&e))?;
                    let error = matches!(part, LogOutput::StdErr { .. });
                    if lines.add(error, &part.into_bytes(), each).is_break() {
                        return Ok(());
                    }
                }
                Ok(None) => {
                    let _ = lines.finish(each);
                    return Ok(());
                }
                Err(_) if request.follow => {
                    if each(&[]).is_break() {
                        return Ok(());
                    }
                }
                Err(_) => return Err(EngineProblem::Timeout),
            }
        }
    }
}
