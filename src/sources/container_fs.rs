//! placeholder until merged
use crate::source::SourceName;
/// x
pub enum Look {
    /// x
    Text {
        /// x
        name: SourceName,
        /// x
        text: String,
    },
    /// x
    Absent,
    /// x
    Directory {
        /// x
        empty: bool,
    },
    /// x
    Unreadable {
        /// x
        why: String,
    },
    /// x
    Unseen {
        /// x
        why: String,
    },
}
/// x
pub trait ContainerFs {
    /// x
    fn look(&mut self, path: &str, limit: u64) -> Look;
}
