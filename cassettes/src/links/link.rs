//! What a link is: where a value stood in an answer, and where a later request carries it.

use crate::json::Pointer;
use std::fmt;

/// A value of answer `from` stands in request `to`; both are indices into the exchanges given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The exchange whose answer gave the value.
    pub from: usize,
    /// Where in that answer.
    pub source: Source,
    /// The exchange whose request carries it.
    pub to: usize,
    /// Where in that request.
    pub target: Target,
    /// The value as recorded, decoded.
    pub value: String,
    /// Other places that gave the same value, tried in turn where a subject lacks the first.
    pub others: Vec<(usize, Source)>,
    /// For a URL that the client may as well have put together from ids: the links of its parts, bound
    /// where a subject gives no such URL. None where the URL itself had to be given, as by a redirect or
    /// for a next page.
    pub parts: Option<Vec<Link>>,
}

/// Where a value stands in an answer: a place, and which part of the text there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The place.
    pub place: SourcePlace,
    /// Which part of its text.
    pub part: Part,
}

/// A place in an answer that holds a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourcePlace {
    /// A header, by its name in lower case and its number among those of that name.
    Header(String, usize),
    /// The target of the Link header's entry with this relation (RFC 8288 §3).
    Link(String),
    /// The value of a cookie that is set.
    Cookie(String),
    /// A scalar of a JSON body; whether it stands in the last item of its innermost array.
    Json(Pointer, bool),
    /// The text of the nth XML or HTML element of that name, or of its attribute (`link[next]@href`);
    /// whether it was the last one.
    Element(String, usize, bool),
    /// In any other text, the nth word that follows this one.
    Word(String, usize),
}

/// Which part of a place's text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    Whole,
    /// Path and query of the URL that it is.
    Target,
    /// That URL's path.
    Path,
    /// The nth value of that name in its query.
    Query(String, usize),
    /// A segment of its path, counted from the end.
    Segment(usize),
}

/// Where a value stands in a request: as all of the text there, or as a word within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Path and query as a whole.
    Whole,
    /// The path as a whole; the query is the client's own, or bound by itself.
    Path,
    /// A path segment, counted from zero.
    Segment(usize),
    /// Several path segments, from one to another, counted from zero: the value has slashes of its own.
    Segments(usize, usize),
    /// The nth value of that name in the query.
    Query(String, usize),
    /// A header, by its name in lower case and its number among those of that name.
    Header(String, usize),
    /// A cookie.
    Cookie(String),
    /// A scalar of a JSON body.
    Json(Pointer),
    /// The nth value of that name in a form body.
    Form(String, usize),
    /// Somewhere in any other text body.
    Text,
}

impl Target {
    /// Whether it stands in the request target rather than in headers or body.
    pub fn is_in_url(&self) -> bool {
        matches!(
            self,
            Target::Whole | Target::Path | Target::Segment(_) | Target::Segments(..) | Target::Query(..)
        )
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            SourcePlace::Header(name, _) => write!(f, "header {name}")?,
            SourcePlace::Link(rel) => write!(f, "link {rel}")?,
            SourcePlace::Cookie(name) => write!(f, "set-cookie {name}")?,
            SourcePlace::Json(at, _) => write!(f, "json {at}")?,
            SourcePlace::Element(name, ..) => write!(f, "element {name}")?,
            SourcePlace::Word(after, _) => write!(f, "text after {after:?}")?,
        }
        match &self.part {
            Part::Whole | Part::Target => Ok(()),
            Part::Path => f.write_str(" path"),
            Part::Query(name, _) => write!(f, " query {name}"),
            Part::Segment(from_end) => write!(f, " segment -{}", from_end + 1),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Whole => f.write_str("target"),
            Target::Path => f.write_str("path"),
            Target::Segment(at) => write!(f, "path segment {}", at + 1),
            Target::Segments(from, to) => write!(f, "path segments {} to {}", from + 1, to + 1),
            Target::Query(name, _) => write!(f, "query {name}"),
            Target::Header(name, _) => write!(f, "header {name}"),
            Target::Cookie(name) => write!(f, "cookie {name}"),
            Target::Json(at) => write!(f, "json {at}"),
            Target::Form(name, _) => write!(f, "form {name}"),
            Target::Text => f.write_str("body"),
        }
    }
}
