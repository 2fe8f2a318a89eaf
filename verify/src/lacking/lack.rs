//! One thing that nobody ever provoked, with the lessons that would show it.

use super::unverified::Unverified;
use cassettes::plan::{Content, Lesson};

/// A behaviour that is to be expected of an operation and was never seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lack {
    /// The kind of behaviour: `not-found`, `second-page`, `validation`, …
    pub(crate) kind: String,
    /// Why it is to be expected of this operation.
    pub(crate) because: String,
    /// The lessons that would show it, the most telling one first.
    pub(crate) lessons: Vec<Lesson>,
    /// Which cassette, and which of its exchanges, the lessons vary.
    pub(crate) of: (usize, usize),
    /// Whether the lessons are steps of one story, on a thing of their own.
    pub(crate) story: bool,
    /// Lessons, by their number from zero, that vary another exchange.
    pub(crate) elsewhere: Vec<(usize, (usize, usize))>,
    /// How it stands.
    pub(super) state: State,
}

/// How far somebody has come with what is lacking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody asked for it.
    #[default]
    Unasked,
    /// Its like was seen; the lessons show other sides of it.
    More,
    /// All its lessons were given, and it did not show.
    Vain,
    /// The same, and why it may not have shown is said.
    Told,
}

impl Lack {
    pub(super) fn new(kind: &str, of: (usize, usize), lesson: Lesson, because: impl Into<String>) -> Self {
        Lack {
            kind: kind.to_owned(),
            because: because.into(),
            lessons: vec![lesson],
            of,
            story: false,
            elsewhere: Vec::new(),
            state: State::Unasked,
        }
    }

    /// With how far somebody has come with it.
    pub(super) fn stands(self, state: State) -> Self {
        Lack { state, ..self }
    }

    /// Whether there is anything left to ask.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.state, State::Vain | State::Told)
    }

    /// With more lessons that show other sides of it.
    pub(super) fn and(mut self, more: impl IntoIterator<Item = Lesson>) -> Self {
        self.lessons.extend(more);
        self
    }

    /// With lessons that are steps, one after the other, on something made for it.
    pub(super) fn story(mut self, steps: impl IntoIterator<Item = Lesson>) -> Self {
        self.story = true;
        self.and(steps)
    }

    /// With a lesson that varies another exchange.
    pub(super) fn varying(mut self, number: usize, of: (usize, usize)) -> Self {
        self.elsewhere.push((number, of));
        self
    }

    /// Which exchange one of the lessons varies.
    pub(crate) fn of(&self, number: usize) -> (usize, usize) {
        self.elsewhere.iter().find(|(at, _)| *at == number).map_or(self.of, |(_, of)| *of)
    }

    /// In one line; none where every lesson was already tried.
    pub(super) fn line(&self) -> Option<Unverified> {
        let lesson = self.lessons.last().filter(|_| self.story).or(self.lessons.first())?;
        let because = match self.state {
            // What is long enough is not made longer.
            State::Vain if self.lessons.len() > 1 => {
                format!("asked in {} ways, and it did not show", self.lessons.len())
            }
            State::Vain => "asked, and it did not show".to_owned(),
            State::Unasked | State::More if self.lessons.len() > 1 && !self.story => {
                format!("{} ({} lessons)", self.because, self.lessons.len())
            }
            State::Unasked | State::More | State::Told => self.because.clone(),
        };
        let asked = !self.is_open();
        Some(Unverified { kind: self.kind.clone(), lesson: one_line(lesson), because, asked })
    }
}

/// `miss: GET /v1/customers/cus_1`, with what is sent where that matters.
fn one_line(lesson: &Lesson) -> String {
    let mut more = String::new();
    let fields: Vec<String> = lesson
        .headers
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?)))
        .collect();
    if !fields.is_empty() {
        more.push_str(&format!(", headers: {{{}}}", fields.join(", ")));
    }
    match &lesson.content {
        Content::Json(json) => more.push_str(&format!(", json: {json}")),
        Content::Text(text) => more.push_str(&format!(", text: {text:?}")),
        Content::Form(pairs) => {
            let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
            more.push_str(&format!(", form: {{{}}}", pairs.join(", ")));
        }
        Content::Nothing => {}
    }
    if more.is_empty() { lesson.to_string() } else { format!("{{{lesson}{more}}}") }
}
