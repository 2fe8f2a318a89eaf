//! Which drift a run looked for.

/// Which drift a run looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// In answers.
    Vendor,
    /// In requests.
    Client,
}

impl Kind {
    /// As files and reports spell it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Vendor => "vendor",
            Kind::Client => "client",
        }
    }
}
