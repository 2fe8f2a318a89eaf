//! Things that are not there, and that nobody asked for.

use super::lack::Lack;
use super::lesson::{about, lesson, path, template, unknown_body, unknown_path, with_query};
use super::seen::Seen;
use super::unknown::unknown;
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::is_lookup;
use cassettes::facets::pagination::limit_of;
use cassettes::plan::{Content, Lesson};

/// Numbers of so many digits name things.
const LEAST: usize = 6;

/// Nobody asked for what is not there.
pub(super) fn misses(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let refused = seen.has_class(&[Class::NotFound, Class::Gone]);
    if refused || (seen.has_miss() && unknown_path(seen).is_none()) {
        return;
    }
    if let Some((target, malformed)) = unknown_path(seen) {
        let because = match seen.has_miss() {
            true => "it says without an error that there is nothing, and may refuse an id that nobody has",
            false => "every id that it was asked with was one that exists",
        };
        let asked = |kind: &str, target: String| super::lesson::sending(kind, seen, target);
        let other =
            malformed.map(|target| about(asked("reject", target), "an id that has not the form of ids"));
        found.push(Lack::new("not-found", seen.at(), asked("miss", target), because).and(other));
    } else if seen.is_call() {
        let Some(body) = unknown_body(seen).filter(|_| seen.longest_list() < 2) else { return };
        let because = "everything that it was asked for exists";
        let miss = Lesson { content: Content::Json(body), ..lesson("miss", seen, path(seen)) };
        found.push(Lack::new("not-found", seen.at(), miss, because));
    } else if seen.is(&["GET"]) && limit_of(seen.request()).is_none() {
        // A short number is an amount of something; anything else picks one thing, where one is answered.
        let picks = |value: &str| value.len() >= LEAST || value.parse::<f64>().is_err();
        let lookup = is_lookup(seen.request()) || seen.longest_list() < 2;
        let mut pairs = seen.request().query_pairs().into_iter();
        let Some((name, value)) = pairs.find(|(_, value)| picks(value)).filter(|_| lookup) else { return };
        let target = with_query(&seen.request().target, &name, &unknown(&value));
        let because = "everything that it was asked for exists";
        found.push(Lack::new("not-found", seen.at(), lesson("miss", seen, target), because));
    }
}

/// What was asked for in vain: somebody asked for what is not there, and was told something else, that the
/// question is wrong, or was given something. None where it said so without an error, and where what is put
/// somewhere is made.
pub(super) fn unheard(seen: &Seen<'_>, lack: Lack) -> Option<Lack> {
    if lack.kind != "not-found" || seen.has_miss() || seen.is(&["PUT"]) {
        return None;
    }
    let because = "it was asked for one that nobody has, and did not say so".to_owned();
    Some(Lack { because, ..lack })
}

/// Nobody asked for another than the only one that was ever asked for: what follows a word in the plural is one
/// of many, though nothing but its place says so.
pub(super) fn named(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let refused = seen.has_class(&[Class::NotFound, Class::Gone]);
    if !seen.is(&["GET", "HEAD"]) || seen.is_call() || refused {
        return;
    }
    let segments: Vec<&str> = seen.request().path().split('/').collect();
    let parts: Vec<&str> = template(seen.operation).split('/').collect();
    let is_plural = |word: &str| {
        word.len() > 3
            && word.bytes().all(|b| b.is_ascii_alphabetic())
            && word.ends_with('s')
            && !word.ends_with("ss")
            && !word.ends_with("us")
    };
    let one = |at: usize| {
        at > 0 && is_plural(segments[at - 1]) && !segments[at].is_empty() && !parts[at].starts_with('{')
    };
    // Of an id that is known as such, the other lessons ask.
    let known = parts.iter().rposition(|part| part.starts_with('{'));
    let last = (0..segments.len().min(parts.len())).rev().find(|at| one(*at));
    let Some(at) = last.filter(|at| known.is_none_or(|known| *at > known)) else { return };
    let nobody = unknown(segments[at]);
    let mut segments = segments;
    segments[at] = &nobody;
    let because = "it was only ever asked for this one";
    found.push(Lack::new("not-found", seen.at(), lesson("miss", seen, segments.join("/")), because));
}

/// Nobody looked for what was deleted.
pub(super) fn gone(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["DELETE"]) {
        return;
    }
    let again = |method: &str, at: (usize, usize), path: &str| {
        let exchanges = seen.run.cassettes.get(at.0).map(|c| c.exchanges.as_slice()).unwrap_or_default();
        exchanges.iter().skip(at.1 + 1).any(|e| e.request.method == method && e.request.path() == path)
    };
    let known = seen.methods.contains("GET");
    let after = |method: &str| seen.good().any(|one| again(method, one.at, one.exchange.request.path()));
    let steps = || {
        let delete =
            about(super::lesson::sending("ask", seen, seen.request().target.as_str()), "it is deleted");
        let read = known.then(|| about(Lesson::new("miss", "GET", path(seen)), "and asked for again"));
        let twice = about(lesson("miss", seen, seen.request().target.as_str()), "and deleted again");
        (delete, [Some(twice), read].into_iter().flatten())
    };
    if known && !after("GET") {
        let because = "nothing that it deleted was asked for again";
        let (delete, then) = steps();
        found.push(Lack::new("gone-after-delete", seen.at(), delete, because).story(then));
    } else if !known && !after("DELETE") {
        let because = "nothing that it deleted was deleted again";
        let (delete, then) = steps();
        found.push(Lack::new("deleted-twice", seen.at(), delete, because).story(then));
    }
}
