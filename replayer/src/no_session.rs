//! Why a session was not given.

/// A session that was not given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSession {
    /// Its name is none.
    #[error(
        "expected a session's name of 1 to 128 letters, digits, `-`, `.`, `_` or `~`, and neither `.` nor `..`"
    )]
    Name,
    /// There are too many.
    #[error(
        "expected at most {most} sessions at once: end those that are over, let them end with --session-age, or \
         allow more with --sessions-most"
    )]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// It cannot begin with these conditions, because it began before.
    #[error("expected the name of a session that has not begun, found {name}: end it first, or name another")]
    Begun {
        /// As asked for.
        name: String,
    },
    /// It has ended, and its conditions with it.
    #[error(
        "the session {name} is over, and what was asked of it under its conditions would be answered without them"
    )]
    Over {
        /// As asked for.
        name: String,
    },
    /// Its conditions name a cassette that is not replayed.
    #[error("expected cassettes among {}, found {name}", known.join(", "))]
    Cassette {
        /// As asked for.
        name: String,
        /// Those replayed.
        known: Vec<String>,
    },
    /// Its conditions hold a variable that cannot be filled in.
    #[error("variable `{name}`: expected {expected}")]
    Variable {
        /// The variable's name.
        name: String,
        /// What would be right.
        expected: &'static str,
    },
    /// The conditions cannot be met.
    #[error("{0}")]
    Conditions(String),
}

impl NoSession {
    /// What a request that named it is answered with.
    pub(crate) fn status(&self) -> u16 {
        if matches!(self, NoSession::Over { .. }) { 410 } else { 400 }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            NoSession::Over { .. } => {
                "begin it anew with its conditions (POST /__truetape/sessions), or name another"
            }
            NoSession::Begun { .. } => "leave the name out to be given one",
            NoSession::TooMany { .. } => "DELETE /__truetape/sessions/NAME ends one",
            NoSession::Name => {
                "name it without blanks, slashes and anything else that a path or a header would change"
            }
            _ => "openapi.json says what a session's conditions can be",
        }
    }
}
