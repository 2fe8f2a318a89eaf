//! What is told of a lesson.

use crate::desk::Belief;
use cassettes::model::{ExchangeId, Request};
use cassettes::plan::Lesson;

/// What came of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its thing showed, and what is believed holds.
    Shown,
    /// Its thing did not show, for this reason; nothing that is believed is broken by it.
    NotShown(String),
    /// Reality disagrees with a belief.
    Disagrees,
    /// It could not be asked to its end, for this reason.
    CouldNotAsk(String),
}

impl Outcome {
    /// In a word or two.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Shown => "shown",
            Outcome::NotShown(_) => "not shown",
            Outcome::Disagrees => "disagrees",
            Outcome::CouldNotAsk(_) => "could not ask",
        }
    }
}

/// What is told of a lesson.
#[derive(Debug, Clone)]
pub struct Told {
    /// The lesson as the plan has it.
    pub lesson: Lesson,
    /// Counted from one, those that clean up behind the others.
    pub number: usize,
    /// It cleans up.
    pub finally: bool,
    /// How often it asked.
    pub asked: u32,
    /// What was seen, in a few words.
    pub seen: String,
    /// What was seen one by one, a line each.
    pub details: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why its thing did not show, where it did not.
    pub not_shown: Option<String>,
    /// What was believed, and whether it holds.
    pub beliefs: Vec<Belief>,
    /// The exchanges that it made.
    pub exchanges: Vec<ExchangeId>,
    /// What it asked first; none where it could not come to that.
    pub request: Option<Request>,
}

impl Told {
    /// The beliefs that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Belief> {
        self.beliefs.iter().filter(|belief| !belief.held)
    }
}
