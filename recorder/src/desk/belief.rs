//! Beliefs weighed against what came.

use super::Asked;
use cassettes::facets::error_class::Class;
use cassettes::json::{Json, Query};
use cassettes::model::ExchangeId;
use cassettes::plan::Lesson;

/// A belief, and what reality says to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belief {
    /// Its name: `pages`, `header etag`.
    pub name: String,
    /// Whether it holds.
    pub held: bool,
    /// What was believed.
    pub expected: String,
    /// What came.
    pub came: String,
    /// Where in the answer that stands: a JSON pointer, `status`, `header etag`, `body`.
    pub pointer: String,
    /// The exchanges that show it.
    pub exchanges: Vec<ExchangeId>,
}

/// Weighs the beliefs of one lesson. What a lesson does not come to weigh is weighed as not shown.
pub struct Weighing<'l> {
    lesson: &'l Lesson,
    weighed: Vec<Belief>,
}

impl<'l> Weighing<'l> {
    /// For a lesson whose names were filled.
    pub fn of(lesson: &'l Lesson) -> Self {
        Weighing { lesson, weighed: Vec::new() }
    }

    /// What is believed under a name.
    pub fn believed(&self, name: &str) -> Option<&'l Json> {
        self.lesson.belief(name)
    }

    /// Weighs a belief, if the plan states it: `holds` is asked about what is believed.
    pub fn weigh(
        &mut self,
        name: &str,
        came: impl Into<String>,
        (pointer, asked): (&str, &[&Asked]),
        holds: impl FnOnce(&Json) -> bool,
    ) {
        if let Some(believed) = self.lesson.belief(name) {
            let held = holds(believed);
            self.put(name, held, plain(believed), came.into(), (pointer, asked));
        }
    }

    /// A number.
    pub fn number(&mut self, name: &str, came: u64, at: (&str, &[&Asked])) {
        self.weigh(name, came.to_string(), at, |believed| {
            believed.scalar_text().and_then(|text| text.parse::<u64>().ok()) == Some(came)
        });
    }

    /// A yes or no; `why` says what came in words.
    pub fn flag(&mut self, name: &str, came: bool, why: impl Into<String>, at: (&str, &[&Asked])) {
        self.weigh(name, why, at, |believed| *believed == Json::Bool(came));
    }

    /// A word.
    pub fn word(&mut self, name: &str, came: &str, at: (&str, &[&Asked])) {
        self.weigh(name, came, at, |believed| believed.scalar_text() == Some(came));
    }

    /// A status: a number, `4xx`, or a list of either.
    pub fn status(&mut self, name: &str, asked: &Asked) {
        self.weigh(name, asked.in_short(), ("status", &[asked]), |believed| {
            is_status(believed, &asked.answer.label())
        });
    }

    /// Everything that may be believed of a single answer: `status`, `class`, `code`, `media-type`, `header`
    /// and `json`.
    pub fn answer(&mut self, asked: &Asked) {
        let one: &[&Asked] = &[asked];
        self.status("status", asked);
        let class = asked.class();
        let said = class.map_or_else(
            || format!("no error, {}", asked.answer.label()),
            |class| format!("{class}, {}", asked.answer.label()),
        );
        self.weigh("class", said, ("body", one), |believed| {
            believed.as_str().is_some_and(|text| {
                class.map(Class::as_str) == Some(text) || (text == "none" && class.is_none())
            })
        });
        let codes: Vec<&str> =
            asked.error.iter().flat_map(|e| &e.codes).map(|code| code.value.as_str()).collect();
        let keys = asked
            .error
            .iter()
            .flat_map(|e| &e.codes)
            .any(|code| self.lesson.belief("code").and_then(Json::scalar_text) == Some(code.key()));
        let shown = if codes.is_empty() { "no code".to_owned() } else { codes.join(", ") };
        self.weigh("code", shown, ("body", one), |believed| {
            keys || believed.scalar_text().is_some_and(|text| codes.contains(&text))
        });
        let media = asked.reply().and_then(|reply| reply.headers.media_type());
        self.word("media-type", media.as_deref().unwrap_or("none"), ("header content-type", one));
        self.headers(asked);
        self.places(asked);
    }

    fn headers(&mut self, asked: &Asked) {
        for (name, believed) in self.lesson.belief("header").map(Json::members).unwrap_or_default() {
            let came = asked.header(name);
            let held = match (believed, &came) {
                (Json::Bool(there), came) => *there == came.is_some(),
                (Json::Null, came) => came.is_none(),
                (other, Some(came)) => other.scalar_text() == Some(came),
                (_, None) => false,
            };
            let at = format!("header {}", name.to_ascii_lowercase());
            let came = came.unwrap_or_else(|| "no such header".to_owned());
            self.put(&format!("header {name}"), held, plain(believed), came, (&at, &[asked]));
        }
    }

    fn places(&mut self, asked: &Asked) {
        for (path, believed) in self.lesson.belief("json").map(Json::members).unwrap_or_default() {
            let query = Query::parse(path).ok();
            let found = query
                .as_ref()
                .zip(asked.json.as_ref())
                .map(|(query, json)| query.find(json))
                .unwrap_or_default();
            let held = found.first().is_some_and(|came| **came == *believed);
            let came = found.first().map_or_else(|| "nothing there".to_owned(), |came| plain(came));
            self.put(&format!("json {path}"), held, plain(believed), came, (path, &[asked]));
        }
    }

    /// Puts down a belief that was weighed by its lesson.
    pub fn put(
        &mut self,
        name: &str,
        held: bool,
        expected: String,
        came: String,
        (pointer, asked): (&str, &[&Asked]),
    ) {
        let exchanges = asked.iter().filter_map(|asked| asked.exchange).collect();
        let (name, pointer) = (name.to_owned(), pointer.to_owned());
        self.weighed.push(Belief { name, held, expected, came, pointer, exchanges });
    }

    /// What was weighed; beliefs that never came to it do not hold, because nothing showed them.
    pub fn done(mut self, last: &[&Asked]) -> Vec<Belief> {
        for (name, believed) in self.lesson.believe.members() {
            let weighed = |b: &Belief| b.name == *name || b.name.split(' ').next() == Some(name);
            if !self.weighed.iter().any(weighed)
                && !matches!(believed, Json::Object(members) if members.is_empty())
            {
                let shown = last.last().map_or_else(
                    || "nothing was answered".to_owned(),
                    |asked| format!("nothing showed it; the last answer was {}", asked.in_short()),
                );
                self.put(name, false, plain(believed), shown, ("status", last));
            }
        }
        self.weighed
    }
}

/// Whether an answer's label is the status believed: a number, `4xx`, a kind of failure, or one of a list.
pub(crate) fn is_status(believed: &Json, label: &str) -> bool {
    match believed {
        Json::Array(any) => any.iter().any(|one| is_status(one, label)),
        Json::Number(text) | Json::String(text) => {
            let class = text.len() == 3
                && text.is_ascii()
                && text[1..].eq_ignore_ascii_case("xx")
                && label.len() == 3;
            text == label || (class && label.as_bytes()[0] == text.as_bytes()[0])
        }
        _ => false,
    }
}

/// A value as a plan writes it.
fn plain(value: &Json) -> String {
    value.scalar_text().map_or_else(|| value.to_string(), str::to_owned)
}
