//! Why a lesson could not be taught to its end.

use super::Asked;
use cassettes::plan::Unfilled;

/// Why a lesson could not be taught to its end.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LessonError {
    /// The question could not be put; nobody is there, where it is fatal.
    #[error("{reason}")]
    NoAnswer {
        /// A fragment.
        reason: String,
        /// The whole run is pointless.
        fatal: bool,
    },
    /// The real side had enough of us, and still had when it was asked again as late as it wished.
    #[error("rate-limited")]
    RateLimited(Box<Asked>),
    /// A value that an earlier lesson was to keep is not there.
    #[error("{0}: no lesson before this one kept it")]
    Unfilled(#[from] Unfilled),
    /// A good token is wanted, and there is nothing to sign it with.
    #[error("a good token cannot be made: {0}")]
    NoToken(String),
    /// What the plan says cannot be sent.
    #[error("{0}")]
    Unsendable(String),
}
