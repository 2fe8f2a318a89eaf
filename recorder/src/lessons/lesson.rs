//! What every lesson is: a page, what a plan may say to it, and how it is taught.

use crate::desk::{Desk, LessonError, Taught};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::plan;
use cassettes::subject::Boxed;

/// A kind of lesson.
pub struct Lesson {
    /// Its name and page.
    pub meta: Meta,
    /// The settings that it understands.
    pub settings: &'static [Name],
    /// The beliefs that only its kind weighs.
    pub beliefs: &'static [Name],
    /// It also weighs what is believed of a single answer.
    pub weighs_answer: bool,
    /// Its very point is the request that the plan names: an unsafe method needs no `unsafe: true`.
    pub openly: bool,
    /// It looks for limits itself: an answer that says "too often" is not waited out for it.
    pub wants_limits: bool,
    /// Teaches it. The lesson's names were filled.
    pub teach: for<'a> fn(&'a mut Desk<'_>, &'a plan::Lesson) -> Boxed<'a, Result<Taught, LessonError>>,
}

impl Lesson {
    /// Every belief that it weighs.
    pub fn weighs(&self) -> impl Iterator<Item = &'static Name> {
        self.beliefs.iter().chain(ANSWER.iter().filter(|_| self.weighs_answer))
    }
}

/// How often, as a setting says it.
pub(super) fn count<N: std::str::FromStr>(lesson: &plan::Lesson, setting: &str) -> Option<N> {
    lesson.setting(setting)?.scalar_text()?.parse().ok()
}

/// A name that a plan may use, and what may stand under it.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// As the plan spells it.
    pub name: &'static str,
    /// What may stand under it.
    pub takes: Takes,
    /// A lesson of the kind must have it.
    pub required: bool,
}

impl Name {
    /// A name that a lesson may have.
    pub const fn new(name: &'static str, takes: Takes) -> Self {
        Name { name, takes, required: false }
    }

    /// A name that a lesson must have.
    pub const fn required(name: &'static str, takes: Takes) -> Self {
        Name { name, takes, required: true }
    }
}

/// What may stand under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A whole number from the first to the last of these.
    Count(u64, u64),
    /// `true` or `false`.
    Flag,
    /// `true`, `false` or a status.
    FlagOrStatus,
    /// A status, `4xx`, a kind of failure, or a list of them.
    Status,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or a status.
    WordOrStatus(&'static [&'static str]),
    /// A list of some of these words.
    Words(&'static [&'static str]),
    /// A text or a number.
    Text,
    /// `2s`, `500ms`, or seconds.
    Span,
    /// A map.
    Map,
    /// How often each answer comes: `{200: 1, 409: 4}`.
    Tally,
    /// A method and a target.
    Question,
    /// Whatever there is.
    Anything,
}

impl Takes {
    /// Whether a value may stand there. A name in braces is a value that is still to come.
    pub fn fits(self, value: &Json) -> bool {
        if value.as_str().is_some_and(|text| !plan::names_in(text).is_empty()) {
            return self != Takes::Map && self != Takes::Tally;
        }
        let number = || {
            value.scalar_text().filter(|_| value.kind() == "number").and_then(|text| text.parse::<u64>().ok())
        };
        let status = |value: &Json| {
            value.scalar_text().is_some_and(|text| {
                let bytes = text.as_bytes();
                let code = bytes.len() == 3 && (b'1'..=b'9').contains(&bytes[0]);
                (code && (bytes[1..].iter().all(u8::is_ascii_digit) || text[1..].eq_ignore_ascii_case("xx")))
                    || cassettes::model::FailureKind::parse(text).is_some()
            })
        };
        let word = |words: &[&str], value: &Json| value.as_str().is_some_and(|text| words.contains(&text));
        match self {
            Takes::Count(first, last) => number().is_some_and(|n| (first..=last).contains(&n)),
            Takes::Flag => matches!(value, Json::Bool(_)),
            Takes::FlagOrStatus => matches!(value, Json::Bool(_)) || status(value),
            Takes::Status => match value {
                Json::Array(any) => !any.is_empty() && any.iter().all(status),
                one => status(one),
            },
            Takes::Word(words) => word(words, value),
            Takes::WordOrStatus(words) => word(words, value) || status(value),
            Takes::Words(words) => {
                matches!(value, Json::Array(all) if all.iter().all(|one| word(words, one)))
            }
            Takes::Text => value.scalar_text().is_some(),
            Takes::Span => crate::desk::span(value).is_some(),
            Takes::Map => matches!(value, Json::Object(_)),
            Takes::Tally => {
                let counts =
                    |count: &Json| count.scalar_text().is_some_and(|text| text.parse::<u64>().is_ok());
                matches!(value, Json::Object(_))
                    && value
                        .members()
                        .iter()
                        .all(|(name, count)| status(&Json::String(name.clone())) && counts(count))
            }
            Takes::Question => value.as_str().is_some_and(|text| {
                text.split_once(' ').is_some_and(|(method, target)| {
                    !method.is_empty()
                        && method.bytes().all(|b| b.is_ascii_uppercase())
                        && target.starts_with('/')
                })
            }),
            Takes::Anything => true,
        }
    }

    /// What is expected, after "expected".
    pub fn describe(self) -> String {
        match self {
            Takes::Count(_, u64::MAX) => "a whole number".to_owned(),
            Takes::Count(first, last) => format!("a whole number from {first} to {last}"),
            Takes::Flag => "true or false".to_owned(),
            Takes::FlagOrStatus => "true, false or a status".to_owned(),
            Takes::Status => "a status such as 404 or 4xx, or a list of them".to_owned(),
            Takes::Word(words) => format!("one of {}", words.join(", ")),
            Takes::WordOrStatus(words) => format!("a status, or one of {}", words.join(", ")),
            Takes::Words(words) => format!("a list of some of {}", words.join(", ")),
            Takes::Text => "a text".to_owned(),
            Takes::Span => "a span such as 2s or 500ms".to_owned(),
            Takes::Map => "a map".to_owned(),
            Takes::Tally => "statuses and how often they come, such as {200: 1, 409: 4}".to_owned(),
            Takes::Question => "METHOD /path".to_owned(),
            Takes::Anything => "a value".to_owned(),
        }
    }
}

/// Beliefs about a single answer, which most kinds weigh.
static ANSWER: [Name; 6] = [
    Name::new("status", Takes::Status),
    Name::new("class", Takes::Word(CLASSES)),
    Name::new("code", Takes::Text),
    Name::new("media-type", Takes::Text),
    Name::new("header", Takes::Map),
    Name::new("json", Takes::Map),
];

/// Every class of errors, and `none` for an answer that is no error.
pub const CLASSES: &[&str] = &[
    "auth",
    "forbidden",
    "rate-limit",
    "not-found",
    "gone",
    "conflict",
    "validation",
    "terminal",
    "retryable",
    "server",
    "other",
    "none",
];

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::facets::error_class::Class;

    #[test]
    fn values_are_told_apart_before_anything_is_sent() {
        let fits = |takes: Takes, text: &str| takes.fits(&Json::parse(text.as_bytes()).expect(text));
        assert!(
            fits(Takes::Count(1, 5), "5")
                && !fits(Takes::Count(1, 5), "6")
                && !fits(Takes::Count(1, 5), "\"5\"")
        );
        assert!(
            fits(Takes::Status, "[404,\"4xx\",\"reset\"]")
                && !fits(Takes::Status, "4")
                && !fits(Takes::Status, "[]")
        );
        assert!(fits(Takes::Tally, r#"{"200":1,"409":4}"#) && !fits(Takes::Tally, r#"{"ok":1}"#));
        assert!(fits(Takes::Word(CLASSES), "\"auth\"") && !fits(Takes::Word(CLASSES), "\"Auth\""));
        assert!(
            fits(Takes::Count(1, 5), "\"{{n}}\"")
                && fits(Takes::Span, "\"2s\"")
                && !fits(Takes::Span, "\"soon\"")
        );
        assert!(fits(Takes::Question, "\"PUT /x\"") && !fits(Takes::Question, "\"/x\""));
        for class in Class::ALL {
            assert!(CLASSES.contains(&class.as_str()), "{class}");
        }
    }
}
