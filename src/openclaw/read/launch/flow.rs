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
    /// The loop is left.
    Broken,
    /// The loop goes on with its next turn.
    Continued,
}

impl Flow {
    /// A program that has run leaves the shell that started it where it was.
    pub(super) fn unless_apart(self) -> Self {
        match self {
            Self::Next(status) => Self::Next(status),
            _ => Self::Next(Status::Unknown),
        }
    }

    /// Behind a function or a script that is read in.
    pub(super) fn unless_left(self) -> Self {
        if self.leaves() { Self::Next(Status::Unknown) } else { self }
    }

    /// The shell goes on, behind what is left.
    pub(super) fn leaves(self) -> bool {
        matches!(self, Self::Returned | Self::Broken | Self::Continued)
    }
}

/// How often something may have been left, of which the rest is still followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct MaybeLeft {
    functions: usize,
    loops: usize,
}

impl MaybeLeft {
    pub(super) fn add(&mut self, flow: Flow) {
        match flow {
            Flow::Returned => self.functions += 1,
            Flow::Broken | Flow::Continued => self.loops += 1,
            Flow::Next(_) | Flow::Ended => {}
        }
    }

    /// Behind a loop, what may have left it is no matter any more.
    pub(super) fn behind_loop(&mut self, before: Self) {
        self.loops = before.loops;
    }
}
