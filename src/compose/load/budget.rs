//! How much one run does before it gives up: small files can ask for a lot, by variables that hold
//! variables, by services that extend services, by ranges of ports. Compose has no such limits and
//! runs out of memory instead.

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Work {
    /// Bytes that interpolation gave.
    Text,
    /// Bytes of `KEY=value` files, each file as often as it is evaluated.
    EnvFiles,
    /// Bytes of compose files, each file as often as it is parsed.
    ComposeFiles,
    /// Values that `extends` copied.
    Copies,
    /// Ports that ranges stand for.
    Ports,
    /// Steps back to where values were written, as far as they cannot be shared.
    Steps,
}

impl Work {
    fn limit(self) -> usize {
        match self {
            Self::Text => 64 << 20,
            Self::EnvFiles | Self::ComposeFiles => 128 << 20,
            Self::Copies => crate::text::limits::NODES,
            Self::Ports | Self::Steps => 200_000,
        }
    }

    /// What is said when there is too much of it.
    pub(crate) fn refusal(self) -> &'static str {
        match self {
            Self::Text => "interpolation gives more than 64 MiB of text",
            Self::EnvFiles => "the services read more than 128 MiB of env files",
            Self::ComposeFiles => "the project reads more than 128 MiB of compose files",
            Self::Copies => "extends: copies too many values",
            Self::Ports => "the ranges of ports: stand for too many ports",
            Self::Steps => "too many values are made from others",
        }
    }
}

/// What was spent so far.
#[derive(Debug, Default)]
pub(crate) struct Budget([usize; 6]);

impl Budget {
    /// Whether all of it is spent.
    pub(crate) fn exhausted(&self, work: Work) -> bool {
        self.0[work as usize] > work.limit()
    }

    /// Spends; false when there is too little left.
    pub(crate) fn spend(&mut self, work: Work, amount: usize) -> bool {
        let spent = &mut self.0[work as usize];
        *spent = spent.saturating_add(amount);
        *spent <= work.limit()
    }
}
