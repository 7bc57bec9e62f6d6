//! What was looked at, and what came of it.

use super::Layer;

/// What came of looking at a file or a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceState {
    /// It was read.
    Read,
    /// It is not there.
    Absent,
    /// It is there and could not be read, for that reason.
    Unreadable(String),
    /// It was not looked into, for that reason: nobody knows from here whether it is there.
    NotVisible(String),
}

impl SourceState {
    /// It is not there, but in the image, which is looked into only where it runs.
    #[must_use]
    pub fn in_image() -> Self {
        Self::NotVisible("in the image, not looked into".to_owned())
    }

    /// It was read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        *self == Self::Read
    }

    /// Something is there, readable or not.
    #[must_use]
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Read | Self::Unreadable(_))
    }

    /// The name used in JSON.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Absent => "absent",
            Self::Unreadable(_) => "unreadable",
            Self::NotVisible(_) => "not-visible",
        }
    }

    /// The word in reports for people.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Read => "present",
            Self::Absent => "absent",
            Self::Unreadable(_) => "unreadable",
            Self::NotVisible(_) => "not visible",
        }
    }

    /// Why it was not read, where there is more to say than that it is absent.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Read | Self::Absent => None,
            Self::Unreadable(why) | Self::NotVisible(why) => Some(why),
        }
    }
}

/// A file or a record that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InspectedSource {
    /// What it would supply.
    pub layer: Layer,
    /// Its path as a report shows it: a host path, or `container:/path`.
    pub path: String,
    /// What came of it.
    pub state: SourceState,
    /// How it was found, or what is in it.
    pub note: Option<String>,
}

impl InspectedSource {
    /// Without a note.
    #[must_use]
    pub fn new(layer: Layer, path: impl Into<String>, state: SourceState) -> Self {
        Self { layer, path: path.into(), state, note: None }
    }

    /// Adds words to the note.
    pub fn say(&mut self, words: &str) {
        self.note = Some(match self.note.take() {
            Some(before) => format!("{before}; {words}"),
            None => words.to_owned(),
        });
    }

    /// Why it was not read, and the note.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        match (self.state.reason(), self.note.as_deref()) {
            (Some(why), Some(note)) => Some(format!("{why}; {note}")),
            (words, None) | (None, words) => words.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was not looked into is never said to be absent, or to be there.
    #[test]
    fn states() {
        let shown = |state: SourceState| (state.id(), state.word(), state.is_there(), state.is_read());
        assert_eq!(shown(SourceState::Read), ("read", "present", true, true));
        assert_eq!(shown(SourceState::Absent), ("absent", "absent", false, false));
        assert_eq!(
            shown(SourceState::Unreadable("is a FIFO".into())),
            ("unreadable", "unreadable", true, false)
        );
        assert_eq!(shown(SourceState::in_image()), ("not-visible", "not visible", false, false));
    }

    #[test]
    fn the_reason_comes_before_the_note() {
        let mut looked_at = InspectedSource::new(Layer::Config, "/x", SourceState::in_image());
        assert_eq!(looked_at.words().as_deref(), Some("in the image, not looked into"));
        looked_at.say("a note");
        looked_at.say("another");
        assert_eq!(looked_at.words().as_deref(), Some("in the image, not looked into; a note; another"));
        assert_eq!(
            InspectedSource { state: SourceState::Read, ..looked_at }.words().as_deref(),
            Some("a note; another")
        );
    }
}
