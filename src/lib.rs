//! Which OpenClaw setting is in effect in Docker, for whom, from which file and line, and what
//! it overrides.
//!
//! Data flows one way, and a module uses only modules of its own row or above:
//!
//! ```text
//! vocabulary   source text origin deployment finding target project_facts partner limits glob nearest
//! secrets      names and values -> whether it is a secret; imports nothing of the program
//! redact       values -> what may be shown of them
//! syntax       text -> trees; reads nothing
//! sources      the only module that touches files, the engine and the environment
//! layers       compose, container: documents -> values with their origin
//! resolution   openclaw: layers -> settings, one view for each consumer
//! model        a project or containers -> targets, assembled from the rows above
//! probe        a running container -> observations beside the predictions
//! diff         two environments -> their differences
//! plan         a project and its containers -> what `docker compose up -d` would do
//! fix          places -> edits that keep everything else; edits -> texts that are judged anew
//! rules        facts -> findings; a rule reads no file
//! snapshot     what was read -> a file without secrets, and back
//! control      findings -> what is reported of them: clawdock.toml, comments, baseline
//! diagnose     a log -> the first failure behind it, and the facts that go with it
//! report       facts and findings -> bytes; a renderer decides nothing
//! commands     inspect, lint, diff, plan, fix, snapshot: parse, ask the above, write
//! plugin       how the docker CLI calls this program
//! ```
//!
//! `docs/design.md` tells the same at length.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make files"))]

pub mod advice;
pub mod cli;
pub mod commands;
pub mod compose;
pub mod container_layer;
pub mod control;
pub mod deployment;
pub mod diagnose;
pub mod diff;
pub mod finding;
pub mod fix;
pub mod glob;
pub mod identify;
pub mod limits;
pub mod model;
pub mod nearest;
pub mod openclaw;
pub mod origin;
pub mod partner;
pub mod plan;
pub mod plugin;
pub mod probe;
pub mod project_facts;
pub mod redact;
pub mod report;
pub mod rules;
mod secrets;
pub mod snapshot;
pub mod source;
pub mod sources;
pub mod syntax;
pub mod target;
pub mod text;
pub mod verdict;
