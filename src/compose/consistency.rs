//! Consistency.

use super::{service::Service, session::Session};
use crate::syntax::node::Node;

impl Session<'_> {
    pub(super) fn validate(&mut self, _tree: &Node) {}
    pub(super) fn check_consistency(&mut self, _services: &[Service], _resources: &Node) {}
}
