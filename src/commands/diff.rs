//! `clawdock diff`.

use super::{Exit, Failure, World};
use crate::cli::Diff;

pub(super) fn run(_args: &Diff, _world: &World<'_>) -> Result<Exit, Failure> {
    Err(Failure::Usage("not yet".into()))
}
