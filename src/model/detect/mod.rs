//! Does a container or service run OpenClaw, as what, and which release?

mod names;
mod release;
mod role;

pub use names::tag;
pub use release::{VersionHints, program, version};
pub use role::{RoleEvidence, RoleJudgement, judge};
