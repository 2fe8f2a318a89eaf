//! What a report tells of the lessons of a plan that was taught.

use serde::Serialize;

/// A plan that was taught: what was asked, what showed, and what was believed of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teaching {
    /// The plan's file as the user named it.
    pub plan: String,
    /// Its lessons in their order, those that clean up at the end.
    pub lessons: Vec<Lesson>,
}

/// What came of one lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Its thing showed, and what is believed holds.
    Shown,
    /// Reality disagrees with a belief.
    Disagrees,
    /// Its thing did not show.
    NotShown,
    /// It could not be asked to its end.
    CouldNotAsk,
}

impl Outcome {
    /// Every one, in the order in which reports count them.
    pub const ALL: [Outcome; 4] =
        [Outcome::Shown, Outcome::Disagrees, Outcome::NotShown, Outcome::CouldNotAsk];

    /// In a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Shown => "shown",
            Outcome::Disagrees => "disagrees",
            Outcome::NotShown => "not shown",
            Outcome::CouldNotAsk => "could not ask",
        }
    }
}

/// One lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// Where in the plan it stands, counted from one.
    pub line: u32,
    /// Its kind: `walk`.
    pub kind: String,
    /// Method and target, as the plan has them.
    pub request: String,
    /// It cleans up, and is taught whatever came of the others.
    pub finally: bool,
    /// How often it asked.
    pub asked: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// Why its thing did not show, or why it could not be asked.
    pub because: Option<String>,
    /// What was seen: in a few words, then one by one. A line of the form `name: word, more` is about a thing
    /// of that name.
    pub shown: Vec<String>,
    /// What was believed.
    pub beliefs: Vec<Belief>,
    /// The exchanges that it made, as people cite them.
    pub exchanges: Vec<String>,
    /// What was called, where one path serves many calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// What tells it from others that ask the same: `without amount`, as the plan's comment has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Lesson {
    /// As the plan names it: `walk: GET /v1/customers`.
    pub fn title(&self) -> String {
        format!("{}: {}", self.kind, self.request)
    }

    /// The beliefs that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Belief> {
        self.beliefs.iter().filter(|belief| !belief.held)
    }
}

/// One belief of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Belief {
    /// Its name: `pages`, `header etag`.
    pub name: String,
    /// Where in the plan it stands.
    pub line: u32,
    /// What was believed.
    pub expected: String,
    /// What came.
    pub came: String,
    /// Whether it holds.
    pub held: bool,
    /// The exchange that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
}

impl Teaching {
    /// How many lessons came to that.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lessons.iter().filter(|lesson| lesson.outcome == outcome).count()
    }

    /// Every belief.
    pub fn beliefs(&self) -> impl Iterator<Item = &Belief> {
        self.lessons.iter().flat_map(|lesson| &lesson.beliefs)
    }
}
