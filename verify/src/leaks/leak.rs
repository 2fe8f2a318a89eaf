//! What two sessions showed.

use crate::case::Case;
use crate::finding::{Evidence, Severity};
use crate::sessions::Session;
use std::collections::BTreeSet;

/// Something of one session shows in another's answer.
#[derive(Debug, Clone)]
pub(crate) struct Leak<'r, 'a> {
    /// The answer that shows it.
    pub(crate) case: &'r Case<'a>,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// How it shows, in a word.
    pub(crate) place: &'static str,
    /// One sentence without a full stop.
    pub(crate) message: String,
    /// What the real side said.
    pub(crate) real: Evidence,
    /// What the subject said.
    pub(crate) other: Evidence,
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
pub(crate) struct Looked<'r, 'a> {
    /// How often the real side was seen to keep two sessions apart.
    pub(crate) checks: u64,
    /// Which sessions it kept apart: whose thing it was, and who did not see it.
    pub(crate) apart: BTreeSet<(Session, Session)>,
    /// Where the subject did not.
    pub(crate) leaks: Vec<Leak<'r, 'a>>,
}
