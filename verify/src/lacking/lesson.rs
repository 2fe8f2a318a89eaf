//! Lessons made of what was recorded.

use super::seen::Seen;
use super::unknown::{malformed, unknown};
use cassettes::codec;
use cassettes::facets::idempotency_key::is_key_name;
use cassettes::facets::pagination::limit_of;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::{Request, encode};
use cassettes::operation::Operation;
use cassettes::plan::Lesson;

/// Stands for a cursor or a value that nobody has.
pub(super) const UNKNOWN: &str = "UNKNOWN";

/// A kind of lesson and what is asked, with nothing sent.
pub(super) fn lesson(kind: &str, seen: &Seen<'_>, target: impl Into<String>) -> Lesson {
    Lesson::new(kind, seen.operation.method.as_str(), target)
}

/// The same with what the recorded request sends.
pub(super) fn sending(kind: &str, seen: &Seen<'_>, target: impl Into<String>) -> Lesson {
    Lesson { content: super::spoilt::content_of(seen.request()), ..lesson(kind, seen, target) }
}

/// With a comment that says what it is about.
pub(super) fn about(mut lesson: Lesson, note: impl Into<String>) -> Lesson {
    lesson.note = Some(note.into());
    lesson
}

/// The target that was asked, without its query.
pub(super) fn path(seen: &Seen<'_>) -> String {
    seen.request().path().to_owned()
}

/// The path with an id that nobody has in the place of its last one, and with one that is none where ids
/// have a form; none where no id stands in it.
pub(super) fn unknown_path(seen: &Seen<'_>) -> Option<(String, Option<String>)> {
    let template = template(seen.operation);
    let segments: Vec<&str> = seen.request().path().split('/').collect();
    let parts: Vec<&str> = template.split('/').collect();
    let at = parts.iter().rposition(|part| part.contains('{'))?;
    let id = Hole::of(parts[at], segments.get(at)?)?;
    let with = |other: String| joined(&segments, at, &id.with(&other));
    Some((with(unknown(id.held)), malformed(id.held).map(|other| with(other.to_owned()))))
}

/// The path with an id that nobody has in the place of each but the last one: nothing stands below that.
pub(super) fn unknown_parents(seen: &Seen<'_>) -> Vec<String> {
    let template = template(seen.operation);
    let segments: Vec<&str> = seen.request().path().split('/').collect();
    let mut holes: Vec<(usize, &str)> =
        template.split('/').enumerate().filter(|(_, part)| part.contains('{')).collect();
    holes.pop();
    let other = |(at, part): (usize, &str)| {
        let id = Hole::of(part, segments.get(at)?)?;
        Some(joined(&segments, at, &id.with(&unknown(id.held))))
    };
    holes.into_iter().filter_map(other).collect()
}

fn joined(segments: &[&str], at: usize, with: &str) -> String {
    let mut segments = segments.to_vec();
    segments[at] = with;
    segments.join("/")
}

/// A segment of a path with what its template leaves open: `{id}.json`, `Products({id})`.
struct Hole<'s> {
    before: &'s str,
    held: &'s str,
    after: &'s str,
}

impl<'s> Hole<'s> {
    fn of(part: &'s str, segment: &'s str) -> Option<Hole<'s>> {
        let (before, rest) = part.split_once('{')?;
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let held = segment.strip_prefix(before)?.strip_suffix(after)?;
        // A key in quotes is a text (OData 4.01, URL Conventions §4.3.1).
        match held.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')) {
            Some(inner) => {
                let cut = segment.len() - after.len();
                let (start, end) = (before.len() + 1, cut - 1);
                Some(Hole { before: &segment[..start], held: inner, after: &segment[end..] })
            }
            None => Some(Hole { before, held, after }),
        }
    }

    fn with(&self, other: &str) -> String {
        format!("{}{other}{}", self.before, self.after)
    }
}

/// The operation's path, without the call that may follow it.
pub(super) fn template(operation: &Operation) -> &str {
    operation.template.split(' ').next().unwrap_or_default()
}

/// The body with an id that nobody has in the place of the one it names, where one path serves many calls;
/// none where it names nothing.
/// Also whether what it names is an id.
pub(super) fn unknown_body(seen: &Seen<'_>) -> Option<(Json, bool)> {
    let body = codec::json_of(&seen.request().headers, &seen.request().body)?;
    let mut named = None;
    Pointer::walk(&body, &mut |at, value| {
        // Of one path that does one thing, only an id names what it is done to.
        let names: &[&str] = match seen.is_call() {
            true => &["id", "ids", "name", "key", "arn", "slug"],
            false => &["id", "ids", "arn"],
        };
        let says = |name: &str| words(name).iter().any(|w| names.contains(&w.as_str()));
        // What is called has a name, too, and is none of the things.
        let called = |name: &str| plain(name) == "operationname";
        // A key that this side makes up names no thing of the other.
        let names = |name: &str| says(name) && !called(name) && !is_key_name(name);
        if let Some(id) = value.as_str().filter(|_| at.name().is_some_and(names)) {
            named.get_or_insert_with(|| (at.clone(), id.to_owned()));
        }
    });
    let (at, id) = named?;
    let is_id = at.name().is_some_and(|name| words(name).last().is_some_and(|word| word == "id"));
    Some((replaced(&body, &at.0, &Json::String(unknown(&id))), is_id))
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A document with another value in one place.
pub(crate) fn replaced(json: &Json, at: &[Step], with: &Json) -> Json {
    let Some((step, rest)) = at.split_first() else { return with.clone() };
    let inner = |here: bool, value: &Json| if here { replaced(value, rest, with) } else { value.clone() };
    match json {
        Json::Object(members) => {
            let is_it = |name: &String| *step == Step::Member(name.clone());
            Json::Object(members.iter().map(|(n, v)| (n.clone(), inner(is_it(n), v))).collect())
        }
        Json::Array(items) => {
            Json::Array(items.iter().enumerate().map(|(i, v)| inner(*step == Step::Index(i), v)).collect())
        }
        other => other.clone(),
    }
}

/// How page sizes are asked for here, or else elsewhere.
pub(super) fn limit_name(seen: &Seen<'_>) -> Option<String> {
    let own = seen.all.iter().find_map(|one| limit_of(&one.exchange.request));
    let own = own.map(|(name, _)| name);
    own.or_else(|| seen.limit.map(str::to_owned)).filter(|_| seen.is(&["GET"]))
}

/// The target with one query value replaced or added. Other names stay as they are spelt.
pub(super) fn with_query(target: &str, name: &str, value: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let of_name = |pair: &&str| spells(pair, name);
    let spelt = query.split('&').find(of_name).and_then(|pair| pair.split('=').next());
    let spelt = spelt.map_or_else(|| encode(name), str::to_owned);
    let mut pairs: Vec<String> = others(query, name);
    pairs.push(format!("{spelt}={}", encode(value)));
    format!("{path}?{}", pairs.join("&"))
}

/// The target without one query value.
pub(super) fn without_query(target: &str, name: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs = others(query, name);
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn others(query: &str, name: &str) -> Vec<String> {
    query.split('&').filter(|pair| !pair.is_empty() && !spells(pair, name)).map(str::to_owned).collect()
}

fn spells(pair: &str, name: &str) -> bool {
    let pairs = Request::new("GET", format!("/?{pair}")).query_pairs();
    pairs.first().is_some_and(|(own, _)| own == name)
}
