//! Things that are not there, and that nobody asked for.

use super::lack::{Lack, State};
use super::lesson::{about, lesson, path, template, unknown_body, unknown_parents, unknown_path, with_query};
use super::seen::Seen;
use super::unknown::unknown;
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::is_lookup;
use cassettes::facets::pagination::limit_of;
use cassettes::model::Exchange;
use cassettes::plan::{Content, Lesson};

/// What an id is that is none.
const FORMLESS: &str = "an id that has not the form of ids";

/// What stands at the end of a name that few take: letters, digits and dashes are all that many allow.
const NO_NAME: &str = "*";

/// Numbers of so many digits name things.
const LEAST: usize = 6;

/// Nobody asked for what is not there.
pub(super) fn misses(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let refused = seen.has_class(&[Class::NotFound, Class::Gone]);
    let asked = |kind: &str, target: String| super::lesson::sending(kind, seen, target);
    // What is put where nobody has anything is made.
    let ids = unknown_path(seen).filter(|_| !(seen.is(&["PUT"]) && is_put(seen)));
    if refused && let Some((target, malformed)) = ids {
        // That there is none was seen, and not what comes of an id that is none.
        if seen.on_path.iter().any(|e| e.request.path() == target)
            && let Some(other) = malformed.map(|target| about(asked("reject", target), FORMLESS))
        {
            let because = "every id that it was asked with had the form of one";
            found.push(Lack::new("malformed-id", seen.at(), other, because));
        }
    } else if refused || (seen.has_miss() && ids.is_none()) {
        return;
    } else if let Some((target, malformed)) = ids {
        let because = match seen.has_miss() {
            true => "it says without an error that there is nothing, and may refuse an id that nobody has",
            false => "every id that it was asked with was one that exists",
        };
        let other = malformed.map(|target| about(asked("reject", target), FORMLESS));
        found.push(Lack::new("not-found", seen.at(), asked("miss", target), because).and(other));
    } else if seen.is_call() || seen.is(&["POST"]) {
        let Some((body, is_id)) = unknown_body(seen) else { return };
        // A name in a listing picks some of it.
        if !is_id && seen.longest_list() >= 2 {
            return;
        }
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
    let mut parents = unknown_parents(seen).into_iter().map(|target| asked("miss", target));
    if let Some(first) = parents.next() {
        let because = "whatever stands above it was always there";
        found.push(Lack::new("unknown-parent", seen.at(), first, because).and(parents));
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
    Some(Lack { because, ..lack }.stands(State::Told))
}

/// Nobody asked for another than the only one that was ever asked for: what follows a word in the plural is one
/// of many, though nothing but its place says so, and so is what a client has put under a name of its own.
pub(super) fn named(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let refused = seen.has_class(&[Class::NotFound, Class::Gone]);
    let put = is_put(seen);
    if seen.is_call() || refused || !(seen.is(&["GET", "HEAD"]) || (put && seen.is(&["DELETE"]))) {
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
    let end = segments.len().min(parts.len());
    let one = |at: usize| {
        at > 0
            && (is_plural(segments[at - 1]) || (put && at + 1 == end))
            && !segments[at].is_empty()
            && !parts[at].starts_with('{')
    };
    // Of an id that is known as such, the other lessons ask.
    let known = parts.iter().rposition(|part| part.starts_with('{'));
    let last = (0..end).rev().find(|at| one(*at));
    let Some(at) = last.filter(|at| known.is_none_or(|known| *at > known)) else { return };
    let nobody = unknown(segments[at]);
    let mut segments = segments;
    segments[at] = &nobody;
    let because = "it was only ever asked for this one";
    found.push(Lack::new("not-found", seen.at(), lesson("miss", seen, segments.join("/")), because));
}

/// Whether a client has put something there under a name of its own choice.
pub(super) fn is_put(seen: &Seen<'_>) -> bool {
    let put = |e: &&&Exchange| e.request.method == "PUT" && e.answer.reply().is_some_and(|r| r.status < 400);
    let new = |e: &Exchange| e.answer.reply().is_some_and(|reply| reply.status == 201);
    let mut all = seen.on_path.iter().filter(put);
    all.any(|e| new(e) || seen.methods.contains("DELETE"))
}

/// Nobody put anything under a name that is none.
pub(super) fn misnamed(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["PUT"]) || seen.is_call() || !is_put(seen) {
        return;
    }
    let path = seen.request().path();
    let Some((before, name)) = path.rsplit_once('/') else { return };
    // Files are called anything.
    if name.contains('.') {
        return;
    }
    let was_refused = |e: &Exchange| {
        let (path, status) = (e.request.path(), e.answer.reply().map(|reply| reply.status));
        let is_none =
            path.rsplit_once('/').is_some_and(|(own, name)| own == before && name.ends_with(NO_NAME));
        e.request.method == "PUT" && is_none && matches!(status, Some(400 | 404..=499))
    };
    if seen.everything.iter().any(|e| was_refused(e)) {
        return;
    }
    // Fresh, as some take any name.
    let target = format!("{before}/{{{{new.name}}}}{NO_NAME}");
    let wrong = about(super::lesson::sending("reject", seen, target), "a name that may be none");
    let because = "every name that it was given was a good one";
    found.push(Lack::new("malformed-name", seen.at(), wrong, because));
}

/// Whether an operation is on what was put under such a name, which some take.
pub(super) fn is_misnamed(seen: &Seen<'_>) -> bool {
    let last = seen.request().path().rsplit('/').next().unwrap_or_default();
    last.len() > NO_NAME.len() && last.ends_with(NO_NAME)
}
