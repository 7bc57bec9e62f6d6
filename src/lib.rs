//! Which OpenClaw setting is in effect in Docker, for whom, from which file and line, and what
//! it overrides.
//!
//! Data flows one way, and a module uses only modules of its own row or above, which
//! `tests/arrows.rs` checks:
//!
//! ```text
//! text                          places in texts, values that may be secrets, and bounds
//! secrets                       names and values -> whether it is a secret
//! provenance vocabulary         where a value comes from; how something is run, and what is reported
//! syntax world                  text -> trees; the only module that touches files and the engine
//! redact                        values -> what may be shown of them
//! openclaw compose workload     documents -> values and settings, with their origin
//! model                         a project, services and containers -> targets, assembled once
//! probe diff plan               observations, differences, and what `up -d` would do
//! fix                           places -> edits that keep everything else
//! rules                         facts -> findings; a rule reads no file
//! snapshot findings diagnose    what was read as a file; what is reported; a log -> a failure
//! report                        facts and findings -> bytes; a renderer decides nothing
//! cli                           parse, ask the above, write
//! ```
//!
//! `docs/design.md` tells the same at length.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make files"))]

pub mod cli;
#[cfg(not(feature = "library"))]
mod compose;
#[cfg(feature = "library")]
pub mod compose;
#[cfg(not(feature = "library"))]
mod diagnose;
#[cfg(feature = "library")]
pub mod diagnose;
#[cfg(not(feature = "library"))]
mod diff;
#[cfg(feature = "library")]
pub mod diff;
#[cfg(not(feature = "library"))]
mod findings;
#[cfg(feature = "library")]
pub mod findings;
#[cfg(not(feature = "library"))]
mod fix;
#[cfg(feature = "library")]
pub mod fix;
#[cfg(not(feature = "library"))]
mod model;
#[cfg(feature = "library")]
pub mod model;
#[cfg(not(feature = "library"))]
mod openclaw;
#[cfg(feature = "library")]
pub mod openclaw;
#[cfg(not(feature = "library"))]
mod plan;
#[cfg(feature = "library")]
pub mod plan;
#[cfg(not(feature = "library"))]
mod probe;
#[cfg(feature = "library")]
pub mod probe;
#[cfg(not(feature = "library"))]
mod provenance;
#[cfg(feature = "library")]
pub mod provenance;
#[cfg(not(feature = "library"))]
mod redact;
#[cfg(feature = "library")]
pub mod redact;
#[cfg(not(feature = "library"))]
mod report;
#[cfg(feature = "library")]
pub mod report;
#[cfg(not(feature = "library"))]
mod rules;
#[cfg(feature = "library")]
pub mod rules;
mod secrets;
#[cfg(not(feature = "library"))]
mod snapshot;
#[cfg(feature = "library")]
pub mod snapshot;
#[cfg(not(feature = "library"))]
mod syntax;
#[cfg(feature = "library")]
pub mod syntax;
#[cfg(not(feature = "library"))]
mod text;
#[cfg(feature = "library")]
pub mod text;
#[cfg(not(feature = "library"))]
mod vocabulary;
#[cfg(feature = "library")]
pub mod vocabulary;
#[cfg(not(feature = "library"))]
mod workload;
#[cfg(feature = "library")]
pub mod workload;
#[cfg(not(feature = "library"))]
mod world;
#[cfg(feature = "library")]
pub mod world;
