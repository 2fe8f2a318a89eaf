//! Places in a request, as declarations name them.

use super::{
    Name,
    several::{Several, written_as_text},
};
use crate::json::{Json, Query};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Places in a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Places {
    /// Header fields, in any case.
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub header: Several<Name>,
    /// Parameters of the query.
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub query: Several<Name>,
    /// Fields of a form, or parts of a multipart one.
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub form: Several<Name>,
    /// Paths into a JSON body (RFC 9535).
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub json: Several<JsonPath>,
    /// Path segments: by number from 1, or by a name in the operation's template.
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub segment: Several<Segment>,
    /// The whole body.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub body: bool,
}

/// One place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Header(Name),
    Query(Name),
    Form(Name),
    Json(JsonPath),
    Segment(Segment),
    Body,
}

/// A path into a JSON body (RFC 9535), such as `$.metadata.nonce`, `$..timestamp`, `$.items[*].id`.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath {
    text: String,
    query: Query,
}

/// A segment of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Counted from 1, as differences count them.
    Number(usize),
    /// `id` stands where the operation's template has `{id}`.
    Variable(String),
}

impl Places {
    /// One by one.
    pub(super) fn each(&self) -> Vec<Place> {
        let mut each: Vec<Place> = Vec::new();
        each.extend(self.header.0.iter().cloned().map(Place::Header));
        each.extend(self.segment.0.iter().cloned().map(Place::Segment));
        each.extend(self.query.0.iter().cloned().map(Place::Query));
        each.extend(self.form.0.iter().cloned().map(Place::Form));
        each.extend(self.json.0.iter().cloned().map(Place::Json));
        each.extend(self.body.then_some(Place::Body));
        each
    }
}

impl JsonPath {
    /// Everything that stands there.
    pub(super) fn find<'j>(&self, json: &'j Json) -> Vec<&'j Json> {
        self.query.find(json)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Header(name) => write!(f, "header {name}"),
            Place::Query(name) => write!(f, "query {name}"),
            Place::Form(name) => write!(f, "form {name}"),
            Place::Json(path) => write!(f, "json {path}"),
            Place::Segment(segment) => write!(f, "path segment {segment}"),
            Place::Body => f.write_str("body"),
        }
    }
}

impl FromStr for JsonPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected a JSON path such as $.metadata.nonce, $..timestamp or $.items[*].id";
        if !text.starts_with('$') {
            return Err(format!("{expected}, found {text:?}"));
        }
        let query = Query::parse(text).map_err(|what| format!("{expected}, found {text:?}: {what}"))?;
        Ok(JsonPath { text: text.to_owned(), query })
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Segment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "expected the number of a path segment from 1 on, or a name in the operation's template, found {text:?}"
            )
        };
        match text.parse() {
            Ok(0) => Err(wrong()),
            Ok(number) => Ok(Segment::Number(number)),
            Err(_) if text.is_empty() || text.contains(['/', '{', '}', '*', ' ']) => Err(wrong()),
            Err(_) => Ok(Segment::Variable(text.to_owned())),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Segment::Number(number) => write!(f, "{number}"),
            Segment::Variable(name) => f.write_str(name),
        }
    }
}

written_as_text!(JsonPath, "a JSON path");
written_as_text!(Segment, "a path segment's number or name");
