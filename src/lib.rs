//! Which OpenClaw setting is in effect in Docker, for whom, from which file and line, and what
//! it overrides.
//!
//! Data flows one way, and a module uses only modules of its own row or above, which
//! `tests/arrows.rs` checks:
//!
//! ```text
//! limits glob nearest source text  places in texts, values that may be secrets, and bounds
//! secrets                          names and values -> whether it is a secret
//! origin finding advice            where a value comes from, and what is reported
//! deployment                       how something is run, and what it does for OpenClaw
//! setting                          a setting, as each of its consumers sees it
//! syntax sources                   text -> trees; the only module that touches files and the engine
//! redact                           values -> what may be shown of them
//! openclaw                         layers -> settings, one view for each consumer
//! target verdict partner           the facts of a container or service
//! identify                         what an image is, and which release
//! compose container_layer          documents -> values with their origin
//! project_facts                    a project as a whole
//! model                            a project or containers -> targets, assembled from the rows above
//! probe diff plan                  observations, differences, and what `up -d` would do
//! fix                              places -> edits that keep everything else
//! rules                            facts -> findings; a rule reads no file
//! snapshot control diagnose        what was read as a file; what is reported; a log -> a failure
//! report                           facts and findings -> bytes; a renderer decides nothing
//! commands cli plugin              parse, ask the above, write
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
pub mod setting;
pub mod snapshot;
pub mod source;
pub mod sources;
pub mod syntax;
pub mod target;
pub mod text;
pub mod verdict;
