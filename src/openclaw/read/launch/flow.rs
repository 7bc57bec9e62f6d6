//! How a command ends, and what comes after it.

/// What a command comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    /// It succeeds.
    Success,
    /// It fails.
    Failure,
    /// A program runs that is there to succeed.
    Likely,
    /// It cannot be told.
    Unknown,
}

/// What comes after a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flow {
    /// The next one.
    Next(Status),
    /// Nothing: the shell exits, or becomes another program.
    Ended,
    /// The function or sourced script is left.
    Returned,
}

impl Flow {
    /// A program that has run leaves the shell that started it where it was.
    pub(super) fn unless_apart(self) -> Self {
        match self {
            Self::Ended | Self::Returned => Self::Next(Status::Unknown),
            next @ Self::Next(_) => next,
        }
    }
}
