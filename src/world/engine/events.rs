//! What happens to the containers of an engine.

use super::{Engine, EngineError, problem::EngineProblem};
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt as _;
use std::collections::HashMap;

/// The events after which a container is another one than before, or in another state. What health checks
/// run in it is none of them: there is one every few seconds.
const CHANGES: [&str; 10] =
    ["create", "start", "die", "destroy", "rename", "pause", "unpause", "health_status", "oom", "update"];

impl Engine {
    /// Calls `each` after every change of a container, until the engine ends the connection.
    ///
    /// # Errors
    /// When the engine cannot be reached.
    pub fn watch_containers(&self, each: &mut dyn FnMut()) -> Result<(), EngineError> {
        let filters = HashMap::from([("type", vec!["container"]), ("event", CHANGES.to_vec())]);
        let options = EventsOptionsBuilder::default().filters(&filters).build();
        let work = async {
            let mut events = self.docker.events(Some(options));
            while let Some(event) = events.next().await {
                match event.map_err(|e| EngineProblem::of(&e)) {
                    Ok(_) => each(),
                    // A word that the library does not know.
                    Err(EngineProblem::Body(_) | EngineProblem::Garbled) => each(),
                    Err(problem) => return Err(problem),
                }
            }
            Ok(())
        };
        self.runtime.block_on(work).map_err(|problem| self.error(problem, "watch containers", ""))
    }
}
