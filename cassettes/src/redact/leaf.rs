//! One text of an exchange: where it stands, what its name says, and its value free of encodings.

use super::names::Mark;
use crate::{
    json::Pointer,
    model::{Place, Redaction},
};

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Reply,
}

impl Side {
    pub(super) const BOTH: [Side; 2] = [Side::Request, Side::Reply];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Side::Request => "request",
            Side::Reply => "reply",
        }
    }
}

/// What carries a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    Upstream,
    /// The path as it stands: some looks reach over several segments.
    Route,
    /// One segment of the path.
    Path,
    Query,
    Header,
    Trailer,
    /// The reason phrase, in which some vendors put whole messages.
    Reason,
    /// What the system said of a transport failure.
    Failure,
    Json,
    Form,
    Xml,
    /// A body, or a piece of one, without a structure that we know.
    Text,
}

/// What sort of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Text,
    /// A number in a document: what replaces it must be one too.
    Number,
    /// A member's name.
    Key,
}

/// One text of an exchange.
pub(super) struct Leaf<'a> {
    pub(super) side: Side,
    pub(super) carrier: Carrier,
    /// A header's, a query's or a field's name; empty where there is none.
    pub(super) name: &'a str,
    /// Within a document.
    pub(super) at: Option<&'a Pointer>,
    /// Which document of a body of several, counted from zero.
    pub(super) document: Option<usize>,
    pub(super) mark: Mark,
    pub(super) scalar: Scalar,
    /// The value, decoded.
    pub(super) text: &'a str,
}

impl Leaf<'_> {
    /// Where it stands, as people say it.
    pub(super) fn place(&self) -> Place {
        let side = self.side.as_str();
        let pointer = || {
            let number = self.document.map(|n| format!("#{n}")).unwrap_or_default();
            format!("{number}{}", self.at.map(ToString::to_string).unwrap_or_default())
        };
        match self.carrier {
            Carrier::Upstream => Place("upstream".into()),
            Carrier::Route | Carrier::Path => Place("request path".into()),
            Carrier::Query => Place::of(side, "query", self.name),
            Carrier::Header => Place::of(side, "header", &self.name.to_ascii_lowercase()),
            Carrier::Trailer => Place::of(side, "trailer", &self.name.to_ascii_lowercase()),
            Carrier::Reason => Place("reply reason".into()),
            Carrier::Failure => Place("reply failure".into()),
            Carrier::Json if self.name.is_empty() => Place::of(side, "json", &pointer()),
            Carrier::Json => Place::of(side, "form", &format!("{} {}", self.name, pointer())),
            Carrier::Form => Place::of(side, "form", self.name),
            Carrier::Xml => Place::of(side, "xml", &pointer()),
            Carrier::Text => Place(format!("{side} body")),
        }
    }

    /// The record of what was done here.
    pub(super) fn redaction(&self, by: &str) -> Redaction {
        Redaction { place: self.place(), by: by.to_owned() }
    }

    pub(super) fn is_number(&self) -> bool {
        self.scalar == Scalar::Number
    }
}
