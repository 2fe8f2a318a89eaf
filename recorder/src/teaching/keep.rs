//! What later lessons use of an answer, and what they use where it was not given.

use crate::desk::{Asked, Belief, Desk, Taught};
use cassettes::json::Json;
use cassettes::plan::{Lesson, Place, fill_json};

/// Keeps what the lesson wants kept of its last answer. Where that is not there, what stands under `else` is
/// kept in its place, and said; where nothing stands there either, it is a belief that does not hold.
pub(super) fn keep(lesson: &Lesson, desk: &mut Desk<'_>, taught: &mut Taught) {
    let mut otherwise = Vec::new();
    for (name, place) in &lesson.keep {
        let last = desk.last();
        let gives = |last: &&Asked| place == "status" || is_wanted(lesson, last);
        let reply = last.filter(gives).and_then(Asked::reply);
        let found = reply.and_then(|reply| Place::parse(place).ok()?.find(reply));
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
                came: last.map_or_else(
                    || "no answer".to_owned(),
                    |last| format!("nothing there, {}", last.in_short()),
                ),
                pointer: place.clone(),
                exchanges: last.and_then(|last| last.exchange).into_iter().collect(),
            }),
        }
    }
    if !otherwise.is_empty() {
        taught.seen.push_str(&format!("; {} not given, as the plan has it", otherwise.join(", ")));
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
