//! What a request carries that an earlier answer may have given: its values, each with its place.

use super::{
    chance::{self, Chance},
    link::Target,
    naming,
    url::{decoded, pairs, spelling},
};
use crate::{
    codec,
    json::{Json, Pointer},
    model::Request,
};
use std::collections::HashMap;

/// So many words of one text are looked at.
const MOST_WORDS: usize = 64;
/// A value of a path has so many slashes at most.
const MOST_SEGMENTS: usize = 8;
/// Headers in which a client speaks of itself or of the message.
const DULL: [&str; 20] = [
    "host",
    "user-agent",
    "connection",
    "date",
    "te",
    "upgrade",
    "expect",
    "pragma",
    "cache-control",
    "via",
    "dnt",
    "accept",
    "accept-encoding",
    "accept-language",
    "accept-charset",
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "cookie",
];

/// What a place says of a value that could stand there by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Class {
    /// A path segment.
    Segment,
    /// A field that says which one.
    Identity,
    /// A field that says from where on.
    Cursor,
    /// A field that says which page or offset.
    Position,
    /// A condition on a version of the thing.
    Condition,
    Cookie,
    /// Nothing: only a value that stands nowhere by chance counts here.
    Other,
}

/// A value in a request.
#[derive(Debug, Clone)]
pub(super) struct Use {
    pub(super) value: String,
    pub(super) target: Target,
    pub(super) class: Class,
    /// The words of the field's name, or of the segment before.
    pub(super) words: Vec<String>,
    pub(super) chance: Chance,
}

impl Use {
    /// Two uses of equal keys are uses of one thing: anything for a value that stands nowhere by chance;
    /// else the `7` of `/users/7` and of `user_id=7`, but not that of `/orders/7`, and the second page of
    /// one listing, but not that of another.
    pub(super) fn thing(&self, path: &str) -> (String, Class) {
        if self.chance == Chance::Unlikely {
            return (self.value.clone(), Class::Other);
        }
        let (about, class) = match self.class {
            Class::Segment => (self.words.join(" "), Class::Identity),
            Class::Identity => {
                let about = naming::subject(&self.words).join(" ");
                (if about.is_empty() { naming::singular(last_word(path)) } else { about }, Class::Identity)
            }
            Class::Cookie => (self.words.join(" "), Class::Cookie),
            class => (path.to_owned(), class),
        };
        (format!("{} {about}", self.value), class)
    }
}

/// The last segment of a path that is no number.
pub(super) fn last_word(path: &str) -> &str {
    path.rsplit('/').find(|s| s.chars().any(char::is_alphabetic)).unwrap_or_default()
}

/// The whole target, if it has a query, and the path, in one spelling.
pub(super) fn urls(request: &Request) -> (Option<String>, String) {
    let whole = request.target.contains('?').then(|| spelling(&request.target));
    (whole, spelling(request.path()))
}

/// Every value of a request that could have been given by an answer.
pub(super) fn of(request: &Request) -> Vec<Use> {
    let mut uses = Uses(Vec::new());
    let segments: Vec<String> = request.path().split('/').skip(1).map(|raw| decoded(raw, false)).collect();
    for (at, segment) in segments.iter().enumerate() {
        let previous = at.checked_sub(1).map_or("", |before| segments[before].as_str());
        let words = [naming::singular(previous)];
        uses.text(segment, &Target::Segment(at), Class::Segment, &words);
        if let Some((about, key)) = keyed(segment) {
            uses.push(key, &Target::Segment(at), Class::Segment, &[naming::singular(about)]);
        }
        uses.ranges(&segments, at, &words);
    }
    for (name, nth, value) in counted(pairs(request.query().unwrap_or_default())) {
        uses.field(&value, &name, &Target::Query(name.clone(), nth));
    }
    let headers = request
        .headers
        .iter()
        .map(|(n, v)| (n.to_ascii_lowercase(), String::from_utf8_lossy(v).trim().to_owned()));
    for (name, nth, value) in counted(headers.collect()) {
        uses.header(&value, &name, nth);
    }
    uses.body(request);
    uses.0
}

/// `Products(7)` and `Products('a')`: a collection and the key of one of its things (OData 4.01, URL
/// Conventions §4.3.1).
fn keyed(segment: &str) -> Option<(&str, &str)> {
    let (name, key) = segment.strip_suffix(')')?.split_once('(')?;
    let key = key.strip_prefix('\'').and_then(|k| k.strip_suffix('\'')).unwrap_or(key);
    let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
    (word && !name.is_empty() && !key.contains(['=', ','])).then_some((name, key))
}

/// Numbers each pair among those of its name.
fn counted(pairs: Vec<(String, String)>) -> Vec<(String, usize, String)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let number = |(name, value): (String, String)| {
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        (name, *count - 1, value)
    };
    pairs.into_iter().map(number).collect()
}

struct Uses(Vec<Use>);

impl Uses {
    fn push(&mut self, value: &str, target: &Target, class: Class, words: &[String]) {
        let chance = chance::of(value);
        if chance == Chance::Unlikely || (chance == Chance::Likely && class != Class::Other) {
            let (value, target) = (value.to_owned(), target.clone());
            self.0.push(Use { value, target, class, words: words.to_vec(), chance });
        }
    }

    /// Values with slashes in them, such as names of resources and keys of objects, that begin at a
    /// segment; a verb may follow the last.
    fn ranges(&mut self, segments: &[String], from: usize, words: &[String]) {
        let mut value = segments[from].clone();
        for (to, segment) in segments.iter().enumerate().skip(from + 1).take(MOST_SEGMENTS) {
            value.push('/');
            value.push_str(segment);
            self.push(&value, &Target::Segments(from, to), Class::Segment, words);
            if let Some((bare, _)) = value.rsplit_once(':').filter(|_| to + 1 == segments.len()) {
                self.push(bare, &Target::Segments(from, to), Class::Segment, words);
            }
        }
    }

    /// The whole text, and each word in it that stands nowhere by chance.
    fn text(&mut self, text: &str, target: &Target, class: Class, words: &[String]) {
        self.push(text, target, class, words);
        let split = text.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)));
        let unlikely = |word: &&str| word.len() >= 5 && *word != text && chance::of(word) == Chance::Unlikely;
        for word in split.map(|w| w.trim_matches('.')).filter(unlikely).take(MOST_WORDS) {
            self.push(word, target, Class::Other, words);
        }
    }

    fn field(&mut self, value: &str, name: &str, target: &Target) {
        let words = naming::words(name);
        let numeric = value.bytes().all(|b| b.is_ascii_digit());
        let class = if naming::is_count(&words) {
            Class::Other
        } else if naming::is_position(&words) && numeric {
            Class::Position
        } else if naming::is_cursor(&words) || naming::is_position(&words) {
            Class::Cursor
        } else if naming::is_identity(&words) {
            Class::Identity
        } else {
            Class::Other
        };
        self.text(value, target, class, &words);
    }

    fn header(&mut self, value: &str, name: &str, nth: usize) {
        let target = Target::Header(name.to_owned(), nth);
        if name == "cookie" {
            for piece in value.split(';') {
                if let Some((cookie, value)) = piece.split_once('=') {
                    let cookie = cookie.trim();
                    self.push(
                        value.trim(),
                        &Target::Cookie(cookie.to_owned()),
                        Class::Cookie,
                        &naming::words(cookie),
                    );
                }
            }
        } else if name.starts_with("if-") {
            let words = naming::words(name);
            self.push(value, &target, Class::Condition, &words);
            for tag in value.split(',').map(str::trim) {
                for tag in [tag, tag.trim_start_matches("W/"), tag.trim_start_matches("W/").trim_matches('"')]
                {
                    if !self.0.iter().any(|u| u.target == target && u.value == tag) {
                        self.push(tag, &target, Class::Condition, &words);
                    }
                }
            }
        } else if !DULL.contains(&name) && !name.starts_with("sec-") {
            self.field(value, name, &target);
            if let Some((_, credential)) = value.split_once(' ') {
                self.push(credential.trim(), &target, Class::Other, &[]);
            }
        }
    }

    fn body(&mut self, request: &Request) {
        if request.body.is_empty() {
            return;
        }
        if let Some(json) = codec::json_of(&request.headers, &request.body) {
            return Pointer::walk(&json, &mut |pointer, value| {
                if let Json::String(text) | Json::Number(text) = value {
                    self.field(text, pointer.name().unwrap_or_default(), &Target::Json(pointer.clone()));
                }
            });
        }
        let Some(text) = codec::text_of(&request.headers, &request.body) else { return };
        if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
            for (name, nth, value) in counted(pairs(&text)) {
                self.field(&value, &name, &Target::Form(name.clone(), nth));
            }
        } else {
            self.text(&text, &Target::Text, Class::Other, &[]);
        }
    }
}
