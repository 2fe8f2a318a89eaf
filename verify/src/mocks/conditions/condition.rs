//! What a stub wants of a request, as data: so that a miss can be explained.

use super::asked::under;
use super::{Asked, Custom, Fit, Text, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// What a stub wants of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The method as sent.
    Method(Text),
    /// Path and query as sent.
    Target(Text),
    /// The path as sent, without the query.
    Path(Text),
    /// A query parameter, decoded.
    Query(String, Text),
    /// A header; its name in any letter case.
    Header(String, Text),
    /// A cookie.
    Cookie(String, Text),
    /// The body.
    Body(BodyTest),
    /// One of them.
    Any(Vec<Condition>),
    /// Each of them.
    All(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A test that only its format knows how to make.
    Custom(Custom),
    /// Something that the adapter does not understand, in the file's own words: `bodyPatterns[0].matchesXPath`.
    Unknown(String),
}

/// What a stub wants of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum BodyTest {
    /// Of its text, decoded; an empty body is absent.
    Text(Text),
    /// Of a field of a form.
    Form(String, Text),
    /// These bytes.
    Bytes(Vec<u8>),
    /// These fields of a form and no others, in any order.
    WholeForm(Vec<(String, String)>),
}

impl Condition {
    /// A method, in any letter case.
    pub fn method(name: &str) -> Self {
        Condition::Method(Text::EqualFold(name.to_owned()))
    }

    /// A path without variables.
    pub fn path(path: &str) -> Self {
        Condition::Path(Text::Equal(path.to_owned()))
    }

    /// Whether a question meets it.
    pub fn fit(&self, asked: &Asked<'_>) -> Fit {
        match self {
            Condition::Method(text) => text.fit(&[asked.method()], asked.now),
            Condition::Target(text) => text.fit(&[asked.target()], asked.now),
            Condition::Path(text) => text.fit(&[asked.path()], asked.now),
            Condition::Query(name, text) => of(text, &under(asked.query(), name), asked),
            Condition::Header(name, text) => of(text, &asked.header(name), asked),
            Condition::Cookie(name, text) => of(text, &under(asked.cookies(), name), asked),
            Condition::Body(test) => test.fit(asked),
            Condition::Any(list) => Fit::any(list.iter().map(|c| c.fit(asked))),
            Condition::All(list) => Fit::all(list.iter().map(|c| c.fit(asked))),
            Condition::Not(inner) => !inner.fit(asked),
            Condition::Custom(custom) => (custom.test)(asked),
            Condition::Unknown(_) => Fit::Unsure,
        }
    }

    /// Everything in it that is not understood.
    pub fn unknown<'c>(&'c self, found: &mut Vec<&'c str>) {
        match self {
            Condition::Unknown(what) => found.push(what),
            Condition::Any(list) | Condition::All(list) => list.iter().for_each(|c| c.unknown(found)),
            Condition::Not(inner) => inner.unknown(found),
            Condition::Method(text)
            | Condition::Target(text)
            | Condition::Path(text)
            | Condition::Query(_, text)
            | Condition::Header(_, text)
            | Condition::Cookie(_, text)
            | Condition::Body(BodyTest::Text(text) | BodyTest::Form(_, text)) => text.unknown(found),
            Condition::Body(BodyTest::Bytes(_) | BodyTest::WholeForm(_)) | Condition::Custom(_) => {}
        }
    }
}

fn of(text: &Text, values: &[Value<'_>], asked: &Asked<'_>) -> Fit {
    text.fit(&values.iter().collect::<Vec<_>>(), asked.now)
}

impl BodyTest {
    fn fit(&self, asked: &Asked<'_>) -> Fit {
        match self {
            BodyTest::Text(text) => match asked.body() {
                Some(body) => text.fit(&[body], asked.now),
                None => text.fit(&[], asked.now),
            },
            BodyTest::Form(name, text) => of(text, &under(asked.form(), name), asked),
            BodyTest::Bytes(bytes) => Fit::of(bytes == asked.bytes()),
            BodyTest::WholeForm(wanted) => {
                let sorted = |pairs: &[(String, String)]| {
                    let mut pairs = pairs.to_vec();
                    pairs.sort();
                    pairs
                };
                Fit::of(sorted(wanted) == sorted(asked.form()))
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, word: &str, list: &[Condition]| {
            for (at, one) in list.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                write!(f, "({one})")?;
            }
            Ok(())
        };
        match self {
            Condition::Method(text) => write!(f, "method {text}"),
            Condition::Target(text) => write!(f, "URL {text}"),
            Condition::Path(text) => write!(f, "path {text}"),
            Condition::Query(name, text) => write!(f, "query {name} {text}"),
            Condition::Header(name, text) => write!(f, "header {name} {text}"),
            Condition::Cookie(name, text) => write!(f, "cookie {name} {text}"),
            Condition::Body(BodyTest::Text(text)) => write!(f, "body {text}"),
            Condition::Body(BodyTest::Form(name, text)) => write!(f, "form field {name} {text}"),
            Condition::Body(BodyTest::Bytes(bytes)) => write!(f, "body base64 `{}`", STANDARD.encode(bytes)),
            Condition::Body(BodyTest::WholeForm(_)) => f.write_str("other form fields"),
            Condition::Any(conditions) => list(f, "or", conditions),
            Condition::All(conditions) => list(f, "and", conditions),
            Condition::Not(inner) => write!(f, "not ({inner})"),
            Condition::Custom(custom) => f.write_str(&custom.told),
            Condition::Unknown(what) => write!(f, "`{what}`, which is not understood"),
        }
    }
}
