//! Compose's schema.

use super::session::Session;
use crate::syntax::node::Node;

impl Session<'_> {
    pub(super) fn check_schema(&mut self, _tree: &Node) {}
}
