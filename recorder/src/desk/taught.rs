//! What came of a lesson.

use super::Belief;

/// What came of a lesson that was taught to its end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taught {
    /// What was seen, in a few words: `3 pages, 8 items`.
    pub seen: String,
    /// Why its thing did not show; none: it did.
    pub not_shown: Option<String>,
    /// What was seen one by one, a line each, where a few words are not enough.
    pub details: Vec<String>,
    /// What was believed, and whether it holds.
    pub beliefs: Vec<Belief>,
}

impl Taught {
    /// Its thing showed.
    pub fn shown(seen: impl Into<String>, beliefs: Vec<Belief>) -> Self {
        Taught { seen: seen.into(), not_shown: None, details: Vec::new(), beliefs }
    }

    /// With what was seen one by one.
    #[must_use]
    pub fn detailed(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// Its thing did not show.
    pub fn not_shown(seen: impl Into<String>, why: impl Into<String>, beliefs: Vec<Belief>) -> Self {
        Taught { seen: seen.into(), not_shown: Some(why.into()), details: Vec::new(), beliefs }
    }
}
