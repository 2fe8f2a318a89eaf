//! Questions that leave out what they are about, and that nobody put.

use super::lack::Lack;
use super::lesson::{UNKNOWN, about, lesson, replaced, sending, without_query};
use super::seen::Seen;
use super::spoilt::put;
use cassettes::facets::pagination::{Slot, guesses, limit_of, slot_value};
use cassettes::json::Json;
use cassettes::plan::{Content, Lesson};

/// At most so many values are left out.
const MOST: usize = 3;

/// Nobody left out a value of the query, though each may be needed.
pub(super) fn questions(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["GET"]) || seen.is_call() {
        return;
    }
    let size = limit_of(seen.request()).map(|(name, _)| name);
    let needed = |name: &String| {
        // What was once left out, and went well all the same, is not needed.
        size.as_ref() != Some(name)
            && seen.good().all(|one| one.exchange.request.query_pairs().iter().any(|(n, _)| n == name))
    };
    let names = seen.request().query_pairs().into_iter().map(|(name, _)| name).filter(needed);
    let mut lessons: Vec<Lesson> = names
        .take(MOST)
        .map(|name| {
            let target = without_query(&seen.request().target, &name);
            about(lesson("reject", seen, target), format!("without `{name}`"))
        })
        .collect();
    if lessons.is_empty() {
        return;
    }
    let first = lessons.remove(0);
    let because = "every question held all that it was ever asked with";
    found.push(Lack::new("missing-parameter", seen.at(), first, because).and(lessons));
}

/// Nobody came with a bad cursor where it stands in a field or in the body: as it was used, or else as it is
/// likely to be called.
pub(super) fn cursors(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let used: Vec<Slot> =
        seen.listing.into_iter().flat_map(|listing| &listing.edges).map(|edge| edge.slot.clone()).collect();
    let likely = || {
        let one = seen.good().find(|one| one.said.tree().is_some())?;
        let ways = guesses(&one.exchange.request, one.said.reply()?, one.said.tree(), None);
        Some(ways.into_iter().map(|edge| edge.slot).collect())
    };
    let slots = match used.is_empty() && seen.listing.is_some() {
        true => likely().unwrap_or_default(),
        false => used,
    };
    for slot in slots {
        let bad = |request| slot_value(request, &slot).is_some_and(|value| value == UNKNOWN);
        if seen.on_path.iter().any(|e| bad(&e.request)) {
            continue;
        }
        let mut lesson =
            about(sending("reject", seen, seen.request().target.as_str()), "a cursor that is none");
        let bad = Json::String(UNKNOWN.to_owned());
        match (&slot, &mut lesson.content) {
            (Slot::Header(name), _) => lesson.headers.push((name.clone(), Some(UNKNOWN.to_owned()))),
            (Slot::Json(at), Content::Json(json)) if at.find(json).is_some() => {
                *json = replaced(json, &at.0, &bad);
            }
            (Slot::Json(at), Content::Json(json)) => *json = put(json, &at.0, &bad),
            (Slot::Form(name), Content::Form(pairs)) => {
                pairs.retain(|(own, _)| own != name);
                pairs.push((name.clone(), UNKNOWN.to_owned()));
            }
            _ => continue,
        }
        let because = "every cursor that it was asked with was a good one";
        found.push(Lack::new("bad-cursor", seen.at(), lesson, because));
        return;
    }
}
