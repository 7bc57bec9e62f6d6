//! One look into the container's `/proc`: the gateway's process and what listens.

use super::{ENVIRONMENT, ProbeRun, node};

const SCRIPT: &str = include_str!("process.js");

pub(super) fn step() -> ProbeRun {
    let does = "reads the environment of the gateway's process, and what listens, from /proc";
    node::step(ENVIRONMENT, does, SCRIPT, &[], None)
}
