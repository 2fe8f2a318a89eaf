//! What a stub wants of a text: a path, a header's values, a body.

use super::{Fit, JsonPath, JsonTest, Moment, NumberTest, PathTemplate, Pattern, Value};
use cassettes::model::Timestamp;
use std::fmt;

/// What a stub wants of a text, or of the texts under one name: one of them must meet it, unless it says
/// otherwise. Without any text only [`Text::Absent`] and negations are met.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    /// This.
    Equal(String),
    /// This in any letter case.
    EqualFold(String),
    /// This somewhere.
    Contains(String),
    /// This first.
    Starts(String),
    /// This last.
    Ends(String),
    /// A regular expression.
    Matches(Pattern),
    /// A path with variables, or wildcards.
    Template(PathTemplate),
    /// A JSON document.
    Json(JsonTest),
    /// Something at a place in a JSON document.
    JsonPath(JsonPath),
    /// A number above, below or equal to another.
    Number(NumberTest),
    /// A moment before, after or at another.
    Moment(Moment),
    /// At least one.
    Present,
    /// None at all.
    Absent,
    /// Each text is wanted by one of these, each of these by one text, and there are no others.
    Exactly(Vec<Text>),
    /// Each of these by one text; there may be others.
    Includes(Vec<Text>),
    /// One of them.
    Any(Vec<Text>),
    /// Each of them.
    All(Vec<Text>),
    /// Not this, for any of the texts.
    Not(Box<Text>),
    /// Something that the adapter does not understand, in the file's own words.
    Unknown(String),
}

impl Text {
    /// Not this.
    #[must_use]
    pub fn negated(self) -> Self {
        Text::Not(Box::new(self))
    }

    /// Whether the texts meet it, at a moment.
    pub fn fit(&self, values: &[&Value<'_>], now: Timestamp) -> Fit {
        match self {
            Text::Present => Fit::of(!values.is_empty()),
            Text::Absent => Fit::of(values.is_empty()),
            Text::Any(list) => Fit::any(list.iter().map(|t| t.fit(values, now))),
            Text::All(list) => Fit::all(list.iter().map(|t| t.fit(values, now))),
            Text::Not(inner) => !inner.fit(values, now),
            Text::Exactly(list) if list.len() != values.len() => Fit::Unmet,
            Text::Exactly(list) => {
                let wanted = values.iter().map(|v| Fit::any(list.iter().map(|t| t.fit(&[v], now))));
                Fit::all(wanted.chain([includes(list, values, now)]))
            }
            Text::Includes(list) => includes(list, values, now),
            Text::Unknown(_) => Fit::Unsure,
            _ => Fit::any(values.iter().map(|value| self.fit_one(value, now))),
        }
    }

    fn fit_one(&self, value: &Value<'_>, now: Timestamp) -> Fit {
        let text = value.text.as_ref();
        match self {
            Text::Equal(wanted) => Fit::of(text == wanted),
            Text::EqualFold(wanted) => {
                Fit::of(text.eq_ignore_ascii_case(wanted) || text.to_lowercase() == wanted.to_lowercase())
            }
            Text::Contains(wanted) => Fit::of(text.contains(wanted)),
            Text::Starts(wanted) => Fit::of(text.starts_with(wanted)),
            Text::Ends(wanted) => Fit::of(text.ends_with(wanted)),
            Text::Matches(pattern) => pattern.fit(text),
            Text::Template(template) => Fit::of(template.takes(text)),
            Text::Json(test) => value.json().map_or(Fit::Unmet, |json| test.fit(json)),
            Text::JsonPath(path) => value.json().map_or(Fit::Unmet, |json| path.fit(json, now)),
            Text::Number(test) => test.fit(text),
            Text::Moment(moment) => moment.fit(text, now),
            _ => Fit::Unsure,
        }
    }

    /// Everything in it that is not understood.
    pub fn unknown<'t>(&'t self, found: &mut Vec<&'t str>) {
        match self {
            Text::Unknown(what) => found.push(what),
            Text::Any(list) | Text::All(list) | Text::Exactly(list) | Text::Includes(list) => {
                list.iter().for_each(|t| t.unknown(found));
            }
            Text::Not(inner) => inner.unknown(found),
            Text::JsonPath(JsonPath { inner: Some(inner), .. }) => inner.unknown(found),
            _ => {}
        }
    }
}

fn includes(list: &[Text], values: &[&Value<'_>], now: Timestamp) -> Fit {
    Fit::all(list.iter().map(|t| Fit::any(values.iter().map(|v| t.fit(&[v], now)))))
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, word: &str, list: &[Text]| {
            for (at, one) in list.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                write!(f, "{one}")?;
            }
            Ok(())
        };
        match self {
            Text::Equal(text) => write!(f, "equal to `{text}`"),
            Text::EqualFold(text) => write!(f, "equal to `{text}` in any letter case"),
            Text::Contains(text) => write!(f, "containing `{text}`"),
            Text::Starts(text) => write!(f, "beginning with `{text}`"),
            Text::Ends(text) => write!(f, "ending with `{text}`"),
            Text::Matches(pattern) => write!(f, "matching `{}`", pattern.source()),
            Text::Template(template) => write!(f, "like `{}`", template.source()),
            Text::Json(test) => write!(f, "the JSON `{}`", test.wanted),
            Text::JsonPath(path) => match &path.inner {
                Some(inner) => write!(f, "with `{}` {inner}", path.source()),
                None => write!(f, "with `{}`", path.source()),
            },
            Text::Number(test) => f.write_str(&test.told()),
            Text::Moment(moment) => write!(f, "{moment}"),
            Text::Present => f.write_str("present"),
            Text::Absent => f.write_str("absent"),
            Text::Exactly(texts) => {
                f.write_str("exactly ")?;
                list(f, "and", texts)
            }
            Text::Includes(texts) => {
                f.write_str("including ")?;
                list(f, "and", texts)
            }
            Text::Any(texts) => list(f, "or", texts),
            Text::All(texts) => list(f, "and", texts),
            Text::Not(inner) => write!(f, "not {inner}"),
            Text::Unknown(what) => write!(f, "`{what}`, which is not understood"),
        }
    }
}
