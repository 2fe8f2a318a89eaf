//! The limit on how often one may ask, that nobody has reached.

use super::lack::{Lack, State};
use super::lesson::{about, sending, template};
use super::seen::{Recorded, Seen};
use cassettes::facets::error_class::Class;
use cassettes::facets::rate_limit_counters::{Counts, counters};
use cassettes::json::Json;
use cassettes::operation::{Operation, surely_reads};
use cassettes::plan::Lesson;

/// No more than so many requests look for a limit.
const MOST: u64 = 200;
/// So many where nothing says how many are allowed.
const BLIND: u64 = 100;
/// So many of them at once.
const AT_ONCE: u64 = 10;
/// What took longer than this many microseconds is not asked over and over.
const SLOW: u64 = 100_000;
/// So many more than are allowed, as others may be given back meanwhile.
const MORE: u64 = 5;

/// Nobody reached the limit of an operation that counts requests.
pub(super) fn limited(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if seen.has_class(&[Class::RateLimit]) {
        return;
    }
    if let Some(allowed) = allowed(seen) {
        let because = "it counts requests, and its limit was never reached";
        let most = allowed.map_or(MOST, |allowed| (allowed + MORE).min(MOST));
        found.push(Lack::new("rate-limit", seen.at(), rate(seen, most), because));
    }
}

/// One lesson for all operations: of those that count requests the one with the lowest limit, else the one
/// that costs least. None where a limit was reached, or all that are known are too high.
pub(crate) fn limit(recorded: &Recorded<'_>) -> Option<(Operation, Lack)> {
    let all: Vec<(&Operation, Seen<'_>)> =
        recorded.operations().into_iter().filter_map(|o| Some((o, recorded.seen(o)?))).collect();
    if recorded.was_limited() {
        return None;
    }
    let reads = |seen: &Seen<'_>| seen.is(&["GET", "HEAD"]);
    // Where everything is a call, one that surely reads.
    let calls = !all.iter().any(|(_, seen)| reads(seen));
    let safe = || all.iter().filter(|(_, seen)| reads(seen) || (calls && surely_reads(seen.request())));
    if all.iter().any(|(_, seen)| allowed(seen).is_some()) {
        let bound = |seen: &Seen<'_>| allowed(seen).flatten().map(|n| n + MORE).filter(|n| *n <= MOST);
        let (most, operation, seen) =
            safe().filter_map(|(o, s)| Some((bound(s)?, o, s))).min_by_key(|f| f.0)?;
        let because = "it counts requests, and its limit was never reached";
        let lesson = about(rate(seen, most), CAUTION);
        return Some(((*operation).clone(), Lack::new("rate-limit", seen.at(), lesson, because)));
    }
    let cost = |seen: &Seen<'_>| {
        let len = seen.shown.exchange.answer.reply().map_or(0, |reply| reply.body.len());
        let slow = seen.shown.exchange.timing.end.is_some_and(|end| end > SLOW);
        (slow, !seen.request().body.is_empty(), template(seen.operation).contains('{'), len)
    };
    let (operation, seen) =
        safe().filter(|(_, seen)| !seen.is(&["HEAD"])).min_by_key(|(_, seen)| cost(seen))?;
    let mut lesson = rate(seen, BLIND);
    // Who may ask so often in a second is met by nobody who waits for each answer.
    lesson.settings.insert(1, ("at-once".to_owned(), Json::Number(AT_ONCE.to_string())));
    let mut asked = seen.everything.iter().map(|e| (&e.request.method, &e.request.target));
    // Calls that share a target are many by themselves.
    let times = asked.by_ref().filter(|(m, t)| **m == lesson.method && **t == lesson.target).count();
    let because = "nothing says how often one may ask, and nobody was ever told to stop";
    let lack = Lack::new("rate-limit", seen.at(), about(lesson, CAUTION), because);
    let lack = if times as u64 >= BLIND { lack.stands(State::Vain) } else { lack };
    Some(((*operation).clone(), lack))
}

/// A limit that is too high to be reached by a plan that nobody asked for, as a lesson in a note.
pub(crate) fn too_high(recorded: &Recorded<'_>) -> Option<Lesson> {
    if recorded.was_limited() || limit(recorded).is_some() {
        return None;
    }
    let high = |seen: &Seen<'_>| Some(rate(seen, allowed(seen).flatten()? + MORE));
    let all = recorded.operations().into_iter().filter_map(|o| recorded.seen(o));
    all.filter(|seen| seen.is(&["GET"])).find_map(|seen| high(&seen))
}

/// What whoever runs it should know.
const CAUTION: &str = "take it out where others share the limit, or where asking too often is punished";

fn rate(seen: &Seen<'_>, most: u64) -> Lesson {
    let mut lesson = sending("rate", seen, seen.request().target.as_str());
    lesson.settings.push(("most".to_owned(), Json::Number(most.to_string())));
    lesson.settings.push(("wait".to_owned(), Json::Bool(true)));
    lesson
}

/// Whether its answers count requests, and how many they allow where they say so.
fn allowed(seen: &Seen<'_>) -> Option<Option<u64>> {
    let number = |value: &str| {
        let digits: String = value.trim_start().chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    let mut counts = false;
    let (mut limit, mut remaining) = (None::<u64>, None::<u64>);
    for counter in seen.good().filter_map(|one| one.said.headers()).flat_map(counters) {
        counts = true;
        let value = number(&counter.value);
        match counter.counts {
            Counts::Limit => limit = limit.into_iter().chain(value).min(),
            Counts::Remaining => remaining = remaining.into_iter().chain(value).max(),
            Counts::Reset => {}
        }
    }
    counts.then_some(limit.or(remaining))
}
