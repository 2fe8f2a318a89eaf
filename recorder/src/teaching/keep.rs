//! What later lessons use of an answer, and what they use where it was not given.

use crate::desk::{Asked, Belief, Desk, Taught};
use cassettes::json::Json;
use cassettes::plan::{Content, Lesson, Place, Plan, fill_json, names_in, names_in_json};

/// Keeps what the lesson wants kept of its last answer. Where that is not there, what stands under `else` is
/// kept in its place, and said; where nothing stands there either, it is a belief that does not hold.
pub(super) fn keep(lesson: &Lesson, desk: &mut Desk<'_>, taught: &mut Taught) {
    let mut otherwise = Vec::new();
    for (name, place) in &lesson.keep {
        let last = desk.last();
        let gives = |last: &&Asked| place == "status" || is_wanted(lesson, last);
        let reply = last.filter(gives).and_then(Asked::reply);
        let found = reply.is_some().then(|| found(place, desk)).flatten();
        match (found, other(lesson, name)) {
            (Some(value), _) => desk.values.keep(name, value),
            (None, Some(value)) => {
                // What stays as it was is no news.
                if desk.values.stand_in(name, value.clone()) {
                    otherwise.push(name.as_str());
                }
            }
            (None, None) => taught.beliefs.push(Belief {
                name: format!("keep {name}"),
                held: false,
                expected: place.clone(),
                came: desk.last().map_or_else(
                    || "no answer".to_owned(),
                    |last| format!("nothing there, {}", last.in_short()),
                ),
                pointer: place.clone(),
                exchanges: desk.last().and_then(|last| last.exchange).into_iter().collect(),
            }),
        }
    }
    made(lesson, desk);
    if !otherwise.is_empty() {
        taught.seen.push_str(&format!("; {} not given, as the plan has it", otherwise.join(", ")));
    }
}

/// Keeps all that the lesson has made, so that it is cleaned up; nothing where it was refused.
pub(super) fn made(lesson: &Lesson, desk: &mut Desk<'_>) {
    for (name, place) in lesson.setting("made").map(Json::members).unwrap_or_default() {
        let Some(Ok(place)) = place.as_str().map(Place::parse) else { continue };
        let mut all: Vec<Json> = Vec::new();
        for asked in desk.good() {
            let value = match &place {
                Place::Fresh(_) => None,
                place => asked.reply().and_then(|reply| place.find(reply)),
            };
            all.extend(value.filter(|value| !all.contains(value)));
        }
        if let Place::Fresh(fresh) = &place
            && !desk.good().is_empty()
        {
            all.extend(desk.values.get(fresh));
        }
        desk.values.keep_all(name, all);
    }
}

/// Whether a lesson that cleans up is about what another may have made, and has not.
pub(super) fn is_unmade(plan: &Plan, lesson: &Lesson, desk: &mut Desk<'_>) -> bool {
    let names = named(lesson);
    let may_be = |name: &str| {
        plan.lessons.iter().any(|l| l.setting("made").is_some_and(|made| made.get(name).is_some()))
    };
    names.into_iter().any(|name| desk.values.get(name).is_none() && may_be(name))
}

fn named(lesson: &Lesson) -> Vec<&str> {
    let mut names = names_in(&lesson.target);
    match &lesson.content {
        Content::Json(json) => names.extend(names_in_json(json)),
        Content::Form(pairs) => names.extend(pairs.iter().flat_map(|(_, value)| names_in(value))),
        Content::Text(_) | Content::Nothing => {}
    }
    names
}

/// The name, and the values, of which a lesson cleans up all but the last one, too.
pub(super) fn earlier(lesson: &Lesson, desk: &Desk<'_>) -> Option<(String, Vec<Json>)> {
    let name = named(lesson).into_iter().find(|name| desk.values.all_made(name).len() > 1)?;
    let (_, others) = desk.values.all_made(name).split_last()?;
    Some((name.to_owned(), others.to_vec()))
}

/// What stands at a place of the last answer, or what the lesson made up for its request.
fn found(place: &str, desk: &mut Desk<'_>) -> Option<Json> {
    match Place::parse(place).ok()? {
        Place::Fresh(name) => desk.values.get(&name),
        place => place.find(desk.last().and_then(Asked::reply)?),
    }
}

/// Whether an answer is one to keep values of. A refusal may name a thing that somebody else has made, and
/// what a plan deletes at its end must be its own: it gives values only where the plan expects to be refused.
fn is_wanted(lesson: &Lesson, last: &Asked) -> bool {
    let refused = last.status().is_some_and(|status| status >= 400) || last.class().is_some();
    let expects = ["class", "code", "not-found"].iter().any(|name| lesson.believe.get(name).is_some())
        || lesson
            .believe
            .get("status")
            .and_then(Json::scalar_text)
            .is_some_and(|s| s.starts_with(['4', '5']));
    !refused || expects || matches!(lesson.kind.as_str(), "reject" | "miss" | "rate")
}

/// A lesson that could not be taught gives nothing; what stands under `else` serves those after it.
pub(super) fn stand_in(lesson: &Lesson, desk: &mut Desk<'_>) {
    for (name, _) in &lesson.keep {
        let value = other(lesson, name).and_then(|v| fill_json(v, &mut |name| desk.values.get(name)).ok());
        if let Some(value) = value {
            desk.values.stand_in(name, value);
        }
    }
}

fn other<'l>(lesson: &'l Lesson, name: &str) -> Option<&'l Json> {
    lesson.setting("else")?.get(name)
}
