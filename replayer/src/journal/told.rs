//! What a line tells, for those who do not want to read it again.

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request that was answered from a tape.
    Served,
    /// A request that was not.
    Missed,
    /// A request that never came whole.
    Broken,
    /// A connection that ended.
    Ended,
    /// A session that began by the admin API's wish.
    Began,
    /// A session that is over.
    Over,
    /// A session that was put back.
    Reset,
    /// Cassettes that were loaded anew.
    Reloaded,
}

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) kind: Kind,
    /// The status given; none if there was none.
    pub(crate) status: Option<u16>,
}

/// What those who watch are told beside the journal's own lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A session began; its name.
    Began(String),
    /// A session is over; its name.
    Over(String),
    /// A session was put back; its name.
    Reset(String),
    /// Cassettes were loaded anew; their names.
    Reloaded(Vec<String>),
}

impl Kind {
    /// As the stream of events names it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Served => "served",
            Kind::Missed => "missed",
            Kind::Broken => "broken",
            Kind::Ended => "closed",
            Kind::Began => "session-began",
            Kind::Over => "session-ended",
            Kind::Reset => "session-reset",
            Kind::Reloaded => "reloaded",
        }
    }

    /// Whether such a line is one of the journal's.
    pub(crate) fn is_journal(self) -> bool {
        matches!(self, Kind::Served | Kind::Missed | Kind::Broken | Kind::Ended)
    }
}

impl Notice {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Notice::Began(_) => Kind::Began,
            Notice::Over(_) => Kind::Over,
            Notice::Reset(_) => Kind::Reset,
            Notice::Reloaded(_) => Kind::Reloaded,
        }
    }
}
