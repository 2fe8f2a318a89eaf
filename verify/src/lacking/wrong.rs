//! Questions that are wrong, and that nobody put: bodies, cursors, page sizes, methods.

use super::lack::{Lack, State};
use super::lesson::{UNKNOWN, about, lesson, limit_name, path, with_query};
use super::seen::Seen;
use super::spoilt::{JSON, bound, spoilt};
use super::strange::strange;
use cassettes::facets::error_class::Class;
use cassettes::facets::pagination::{Edge, Says, Slot, guesses, signals};
use cassettes::facets::time_form::time_form;
use cassettes::model::{Exchange, Request};
use cassettes::plan::{Content, Lesson};
use std::collections::BTreeSet;

const WRONG: [Class; 3] = [Class::Validation, Class::Terminal, Class::Other];

/// So many names of cursors are tried where none is known.
const GUESSES: usize = 3;

/// Nobody sent what is wrong.
pub(super) fn rejections(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    // One thing that is wrong says nothing of the others.
    let refused = seen.has_class(&WRONG);
    let (kind, state) = match refused {
        true => ("other-validation", State::More),
        false => ("validation", State::Unasked),
    };
    if seen.is(&["POST", "PUT", "PATCH"]) {
        let mut because = match refused {
            true => "it refuses what is wrong, and was not asked with everything that may be",
            false => "everything that was sent to it was accepted",
        }
        .to_owned();
        if let Some((all, tried)) = bound(seen.request()) {
            because.push_str(&format!("; of its {all} members {tried} at most are spoilt in each way"));
        }
        let mut lessons: Vec<Lesson> = spoilt(seen.request(), &strange(seen))
            .into_iter()
            .map(|one| {
                let mut wrong = about(lesson("reject", seen, seen.request().target.as_str()), one.what);
                wrong.content = one.content;
                // Text that is no JSON comes as the JSON of this side does.
                let own = seen.request().headers.media_type().filter(|_| one.media == Some(JSON));
                let media = own
                    .or(one.media.map(str::to_owned))
                    .map(|media| ("Content-Type".to_owned(), Some(media)));
                wrong.headers.extend(media);
                wrong
            })
            .collect();
        if lessons.is_empty() {
            let mut wrong = about(lesson("reject", seen, path(seen)), "text that is nothing");
            wrong.content = Content::Text("{\"not\": json".to_owned());
            wrong.headers.push(("Content-Type".to_owned(), Some("application/json".to_owned())));
            lessons.push(wrong);
        }
        let first = lessons.remove(0);
        return found.push(Lack::new(kind, seen.at(), first, because).and(lessons).stands(state));
    }
    if !seen.is(&["GET"]) || (seen.request().query().is_none() && seen.listing.is_none()) {
        return;
    }
    let asks =
        |name: &str, value: &str| lesson("reject", seen, with_query(&seen.request().target, name, value));
    let mut lessons: Vec<(String, Lesson)> = Vec::new();
    let mut add = |name: &str, lesson: Lesson| lessons.push((name.to_owned(), lesson));
    // A cursor that is none is the question to which mocks say yes.
    for name in cursor_names(seen) {
        add(&name, about(asks(&name, UNKNOWN), "a cursor that is none"));
    }
    // A word may be anything; a number or a day may be none.
    if let Some(name) = limit_name(seen).filter(|_| seen.listing.is_some() || seen.is_list()) {
        add(&name, about(asks(&name, UNKNOWN), "a page size that is no number"));
        add(&name, about(asks(&name, "0"), "pages of nothing"));
        add(&name, about(asks(&name, "-1"), "pages of less than nothing"));
        add(&name, about(asks(&name, "100000"), "pages larger than any cap"));
    }
    let is_typed = |value: &str| value.parse::<f64>().is_ok() || time_form(value).is_some();
    for (name, value) in seen.request().query_pairs() {
        if is_typed(&value) {
            add(&name, about(asks(&name, UNKNOWN), format!("`{name}` of the wrong kind")));
        }
    }
    if lessons.is_empty() {
        return;
    }
    let (name, first) = lessons.remove(0);
    let because = match refused {
        true => format!("it refuses what is wrong, and not every `{name}` that may be was tried"),
        false => format!("every `{name}` that it was asked with was a good one"),
    };
    let mut targets = vec![first.target.clone()];
    lessons.retain(|(_, one)| {
        let new = !targets.contains(&one.target);
        targets.push(one.target.clone());
        new
    });
    let more = lessons.into_iter().map(|(_, lesson)| lesson);
    found.push(Lack::new(kind, seen.at(), first, because).and(more).stands(state));
}

/// The query names that may carry the place in a listing: as a client was seen to use it, or as the answer
/// has it, or else as it is likely to be called.
fn cursor_names(seen: &Seen<'_>) -> Vec<String> {
    let name = |edge: &Edge| match &edge.slot {
        Slot::Query(name) => Some(name.clone()),
        _ => None,
    };
    let used = seen.listing.into_iter().flat_map(|l| &l.edges).find_map(name);
    if used.is_some() || seen.listing.is_none() {
        return used.into_iter().collect();
    }
    let guessed = seen.good().find_map(|one| {
        let request = &one.exchange.request;
        // In the URL of the next page stands what is asked for there and was not asked for here.
        let found = signals(one.said.headers()?, one.said.tree());
        let url = found.into_iter().find_map(|signal| match signal.says {
            Says::More(value) if value.contains('?') => Some(value),
            _ => None,
        });
        if let Some((_, query)) = url.as_deref().and_then(|url| url.split_once('?')) {
            let query = query.split(['>', '#']).next().unwrap_or_default();
            let own = limit_name(seen);
            let asked = request.query_pairs();
            let pairs = Request::new("GET", format!("/?{query}")).query_pairs();
            let new = |name: &String| own.as_ref() != Some(name) && asked.iter().all(|(n, _)| n != name);
            return pairs.into_iter().map(|(name, _)| name).find(new).map(|name| vec![name]);
        }
        let ways = guesses(request, one.said.reply()?, one.said.tree(), None);
        let names: Vec<String> = ways.iter().filter_map(name).take(GUESSES).collect();
        (!names.is_empty()).then_some(names)
    });
    guessed.unwrap_or_default()
}

/// Whether a method ever succeeded on this path.
fn here_succeeds(seen: &Seen<'_>, method: &str) -> bool {
    let good = |e: &Exchange| e.answer.reply().is_some_and(|reply| reply.status < 400);
    seen.on_path.iter().any(|e| e.request.method == method && good(e))
}

/// Nobody tried a method that is not there. Asked of the operation that reads, so that it is asked once for
/// each path; of something that nobody has, and with nothing in it, so that it can do no harm.
pub(super) fn methods(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if seen.is_call() {
        return;
    }
    let here = seen.methods;
    let first = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().find(|m| here.contains(m));
    // A method that never succeeded was tried to see what comes.
    let tried: BTreeSet<&str> = seen.on_path.iter().map(|e| e.request.method.as_str()).collect();
    let probed = tried.into_iter().any(|method| method != "HEAD" && !here_succeeds(seen, method));
    // Also one that the path took, with nothing in it: who takes that takes every method.
    let took = seen.on_path.iter().any(|e| {
        let good = e.answer.reply().is_some_and(|reply| reply.status < 400);
        good && matches!(e.request.method.as_str(), "PATCH" | "PUT") && e.request.body.is_empty()
    });
    if first != Some(seen.operation.method.as_str()) || took || seen.refuses_methods() {
        return;
    }
    let Some(method) = ["PATCH", "PUT", "DELETE", "POST"].into_iter().find(|m| !here.contains(m)) else {
        return;
    };
    let target = super::lesson::unknown_path(seen).map_or_else(|| path(seen), |(target, _)| target);
    // On a listing, a DELETE that is there after all would be one of everything.
    if method == "DELETE" && target == path(seen) {
        return;
    }
    let because = format!("nobody sent {method} or another method that it may not have");
    let lack = Lack::new("method-not-allowed", seen.at(), Lesson::new("reject", method, target), because);
    found.push(if probed { lack.stands(State::Vain) } else { lack });
}
