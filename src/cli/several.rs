//! Several engines in one report: each is asked in a thread of its own, so that all take as long as the
//! slowest, and one that does not answer is named beside what the others say.

use crate::cli::{
    inspect::{self, InspectedContainers},
    run::{CommandContext, CommandFailure},
};
use crate::{
    findings::{self, configuration::Configuration, judge, report::Report},
    model::assemble::{
        AssembleOptions,
        container::{self, FindError},
    },
    probe::{self, Extra},
    text::source::Sources,
    vocabulary::finding::{Refusal, SaidBy},
    world::engine::{Engine, EngineOptions, Inspected, error::EngineError},
};
use std::{rc::Rc, thread};

/// What one engine answered.
type Answer = Result<(Engine, Vec<Inspected>), EngineError>;

/// The report of the containers of all contexts that are meant.
pub(crate) fn report(
    contexts: &[String],
    selection: &InspectedContainers,
    probe: Option<Extra>,
    world: &CommandContext<'_>,
) -> Result<(Report, Sources), CommandFailure> {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let mut of_all: Vec<Rc<Configuration>> = Vec::new();
    let (mut failures, mut missing) = (Vec::new(), None);
    for (context, answer) in contexts.iter().zip(ask(contexts, selection, world)) {
        let (engine, found) = match answer {
            Ok(answer) => answer,
            // It may be on another one.
            Err(error @ EngineError::NotFound { .. }) => {
                missing = Some(error);
                continue;
            }
            Err(error) => {
                failures.push(error.clone());
                report.refusals.push(left_out(context, &error));
                continue;
            }
        };
        let configurations = inspect::configurations(&found, world)?;
        let options: Vec<AssembleOptions> = configurations
            .iter()
            .map(|configuration| AssembleOptions {
                context: Some(context.clone()),
                ..world.assemble_options(configuration)
            })
            .collect();
        let containers = container::containers(&found, &options, &engine, &mut sources);
        let rules = findings::rules_to_run(configurations.iter().map(|c| &**c), &world.wanted(false));
        let mut judged = judge::containers(containers, &rules, &sources);
        if let Some(extra) = probe {
            for (entry, inspected) in judged.targets.iter_mut().zip(&found) {
                let rules = entry.findings.iter().map(|f| f.rule).collect();
                probe::observe(&mut entry.target, &inspected.container, &engine, extra, rules);
            }
        }
        report.append(judged);
        of_all.extend(configurations);
    }
    if report.targets.is_empty() {
        return Err(match (failures.into_iter().next(), missing) {
            (Some(error), _) | (None, Some(error)) => CommandFailure::Engine(error),
            (None, None) => {
                CommandFailure::NoTarget(format!("no container of {} runs OpenClaw", contexts.join(", ")))
            }
        });
    }
    findings::settle(&mut report, &of_all, &world.wanted(false), &sources);
    Ok((report, sources))
}

/// Asks all engines at once; the answers are in the order of the contexts.
fn ask(contexts: &[String], selection: &InspectedContainers, world: &CommandContext<'_>) -> Vec<Answer> {
    let (host, timeout) = (world.host, world.global.timeout);
    thread::scope(|scope| {
        let asked: Vec<_> = contexts
            .iter()
            .map(|context| {
                scope.spawn(move || {
                    let options = EngineOptions { host: None, context: Some(context.clone()), timeout };
                    let engine = Engine::connect(&options, host)?;
                    match container::find(&engine, &selection.targets, selection.all) {
                        Ok(found) => Ok((engine, found)),
                        Err(FindError::Engine(error)) => Err(error),
                        Err(FindError::Nothing(_)) => Ok((engine, Vec::new())),
                    }
                })
            })
            .collect();
        let failed = || Err(EngineError::Internal("a thread that asked an engine ended"));
        asked.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed())).collect()
    })
}

/// An engine that gave no answer.
fn left_out(context: &str, error: &EngineError) -> Refusal {
    Refusal {
        by: SaidBy::Engine,
        path: format!("context {context}"),
        place: None,
        message: error.to_string(),
        fatal: false,
    }
}
