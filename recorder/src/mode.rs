//! When the real side is asked although there may be a cassette already.

use cassettes::{
    model::{ExchangeId, Request},
    subject::Boxed,
};
use wire::serve::{Call, Flow};

/// When the real side is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Only while there is no cassette; afterwards what it does not know is a miss.
    #[default]
    Once,
    /// For what the cassette does not know.
    New,
    /// Always: everything is recorded anew.
    All,
}

/// What a mode comes to, once it is known whether there is a cassette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Every request is asked of the real side; what the cassette held gives way when the recording is whole.
    RecordAnew,
    /// The cassette is asked first; what it does not know is recorded and added to it.
    RecordUnknown,
    /// The cassette is asked first; of what it knows only what was chosen is asked of the real side, and what it
    /// does not know is a miss.
    RecordChosen,
    /// The cassette alone is asked; what it does not know is a miss.
    OnlyKnown,
}

impl Mode {
    /// Every mode there is.
    pub const ALL: [Mode; 3] = [Mode::Once, Mode::New, Mode::All];

    /// As the command line spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Once => "once",
            Mode::New => "new",
            Mode::All => "all",
        }
    }

    /// The inverse of [`Mode::as_str`].
    pub fn parse(text: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.as_str() == text)
    }

    /// What the mode comes to.
    pub fn plan(self, cassette_exists: bool) -> Plan {
        match (self, cassette_exists) {
            (Mode::All, _) | (Mode::Once | Mode::New, false) => Plan::RecordAnew,
            (Mode::New, true) => Plan::RecordUnknown,
            (Mode::Once, true) => Plan::OnlyKnown,
        }
    }
}

/// What whoever is asked first does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was answered.
    Played(Flow),
    /// It is known, and the real side is to say anew what this exchange holds; nothing was sent.
    Anew(ExchangeId),
    /// It is not known; nothing was sent.
    Unknown,
}

/// Whoever is asked before the real side is: a replay, put there by the root.
pub trait First: Send + Sync {
    /// Answers on the call if it knows the request, whose body was read.
    fn play<'a>(&'a self, call: &'a mut Call<'_>, request: &'a Request) -> Boxed<'a, Turn>;

    /// Begins anew with every answer of the session that the target of the call names.
    fn reset(&self, call: &Call<'_>);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_never_asks_twice() {
        assert_eq!(Mode::Once.plan(false), Plan::RecordAnew);
        assert_eq!(Mode::Once.plan(true), Plan::OnlyKnown);
        assert_eq!(Mode::All.plan(true), Plan::RecordAnew);
        assert!(Mode::ALL.into_iter().all(|mode| Mode::parse(mode.as_str()) == Some(mode)));
    }
}
