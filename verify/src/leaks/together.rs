//! Two cassettes asked side by side: an answer that was the real one when its cassette was asked alone, and
//! is not when another session acts beside it.

use super::leak::{Leak, Looked};
use super::made::{ids, is_surely, item_of, items, said, sent, singles};
use crate::case::{Case, Said};
use crate::finding::{Evidence, Severity};
use crate::run::fates::Side;
use crate::run::{Run, Together};
use crate::sessions::Session;
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::MissStyle;
use cassettes::facets::time_form::{epoch_form, is_time_name, time_form};
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What another cassette's sessions did while this one was asked.
#[derive(Default)]
struct Other {
    sessions: BTreeSet<Session>,
    made: Vec<Made>,
    /// The ids of all that was made, in this asking and when its cassette was asked alone.
    own: [BTreeSet<String>; 2],
    /// How many requests changed something.
    writes: usize,
    /// What it was told, and what it said.
    told: BTreeSet<String>,
    /// When its recording ended.
    ended: Timestamp,
}

/// A thing that was made and not deleted.
struct Made {
    real: String,
    other: String,
    wrote: BTreeSet<String>,
}

/// Looks at every answer that was given side by side with another session's. What shows is an error where
/// these very sessions were seen to be kept `apart`. Where this cassette was recorded after the other one
/// and shows nothing of it, that may have been tidied away between: worth a word.
pub(crate) fn together<'r, 'a>(run: &'r Run<'a>, apart: &BTreeSet<(Session, Session)>) -> Looked<'r, 'a> {
    let mut looked = Looked::default();
    let others = others(run);
    for answer in &run.together {
        let Some(case) = run.case_of(answer.cassette, answer.position) else { continue };
        let Some(session) = Session::of(&case.exchange.request) else { continue };
        let Some(other) = others.get(&answer.beside) else { continue };
        let known = other.sessions.iter().any(|o| apart.contains(&(o.clone(), session.clone())));
        let later = other.ended < case.exchange.at;
        if !known && !later {
            continue;
        }
        looked.checks += 1;
        let leak = outcome(case, answer)
            .or_else(|| listed(case, answer, other, &others.get(&answer.cassette)?.own))
            .or_else(|| value(case, answer, other));
        looked.leaks.extend(leak.map(|(place, message, real, shown)| Leak {
            case,
            severity: if known { Severity::Error } else { Severity::Info },
            place,
            message,
            real,
            other: beside(shown),
        }));
    }
    looked
}

/// How it shows, what to say, what the real side said and what the subject.
type Told = (&'static str, String, Evidence, Evidence);

fn beside(mut evidence: Evidence) -> Evidence {
    evidence.excerpt = format!("{}  beside another session", evidence.excerpt);
    evidence
}

/// What each cassette did while another was asked beside it.
fn others(run: &Run<'_>) -> BTreeMap<usize, Other> {
    let mut found: BTreeMap<usize, Other> = BTreeMap::new();
    for answer in &run.together {
        let Some(case) = run.case_of(answer.cassette, answer.position) else { continue };
        let request = &case.exchange.request;
        let one = found.entry(answer.cassette).or_default();
        one.sessions.extend(Session::of(request));
        one.ended = one.ended.max(case.exchange.at);
        if matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            continue;
        }
        one.writes += 1;
        one.told.extend(sent(&answer.asked));
        one.told.extend(said(&answer.other));
        one.own[1].extend(ids(case).map(|(_, own)| own));
        let shown = Case { other: answer.other.clone(), asked: answer.asked.clone(), ..case.clone() };
        if let Some((real, other)) = ids(&shown) {
            one.own[0].insert(other.clone());
            one.made.push(Made { real, other, wrote: sent(&answer.asked) });
        }
        if request.method == "DELETE" {
            one.made.retain(|made| !super::made::asks_for(request, &made.real));
        }
    }
    found
}

/// Success, miss or class, and the codes of an error.
type Outcome = (bool, Option<MissStyle>, Option<Class>, BTreeSet<String>);

fn read(case: &Case<'_>, said: &Said<'_>) -> Outcome {
    let side = Side::read(&case.exchange.request, said);
    let codes = side.error.iter().flat_map(|e| &e.codes).map(|c| c.key().to_owned()).collect();
    (side.success, side.miss, side.class(), codes)
}

fn outcome(case: &Case<'_>, answer: &Together) -> Option<Told> {
    let (real, alone, beside) = (read(case, &case.real), read(case, &case.other), read(case, &answer.other));
    if real != alone || alone == beside {
        return None;
    }
    let message = "alone the mock answers as the real side does; with another session beside it, it does not";
    Some(("outcome", message.to_owned(), case.real.whole(), answer.other.whole()))
}

/// Things that the other session made stand in this one's list.
fn listed(
    case: &Case<'_>,
    answer: &Together,
    other: &Other,
    [now, then]: &[BTreeSet<String>; 2],
) -> Option<Told> {
    let (_, alone, beside) = (items(&case.real)?, items(&case.other)?, items(&answer.other)?);
    let real = said(&case.real);
    let item = other.made.iter().find_map(|made| {
        let item = item_of(beside, &made.other)?;
        // Who counts from one gives the same id to another thing when it begins anew.
        let was_there = item_of(alone, &made.other).is_some() && !then.contains(&made.other);
        let strange = !real.contains(&made.real) && !was_there && !now.contains(&made.other);
        (strange && is_surely(item, &made.other, &made.wrote)).then_some(item)
    })?;
    let message = "what another session makes at the same time stands in this one's list on the mock";
    let shown = answer.other.evidence("body".to_owned(), crate::excerpt::bounded(&item.to_string()));
    Some(("list", message.to_owned(), case.real.whole(), shown))
}

/// A value that was exactly the real one has moved by what the other session did.
fn value(case: &Case<'_>, answer: &Together, other: &Other) -> Option<Told> {
    if !(case.real.is_success() && case.other.is_success() && answer.other.is_success()) {
        return None;
    }
    let text = |said: &Said<'_>, at: &Pointer| -> Option<String> {
        at.find(said.tree()?).and_then(Json::scalar_text).map(str::to_owned)
    };
    for (at, now) in singles(&answer.other) {
        let (Some(real), Some(alone)) = (text(&case.real, &at), text(&case.other, &at)) else { continue };
        let moved = real == alone && alone != now && !is_own(&at, now);
        if !moved || !(other.told.contains(now) || counts(&alone, now, other.writes)) {
            continue;
        }
        let message = format!(
            "`{at}` is {alone} on the real side, and on the mock when nobody else asks; beside another session \
             it is {now}"
        );
        return Some(("value", message, case.real.at(&at), answer.other.at(&at)));
    }
    None
}

/// Ids and moments differ each time.
fn is_own(at: &Pointer, text: &str) -> bool {
    let Some(name) = at.name() else { return false };
    let id = |word: &String| matches!(word.as_str(), "id" | "ids" | "uuid" | "guid" | "number" | "token");
    time_form(text).is_some()
        || (is_time_name(name) && epoch_form(text).is_some())
        || words(name).iter().any(id)
}

/// Whether a number has moved by no more than so many steps.
fn counts(alone: &str, now: &str, writes: usize) -> bool {
    let (Ok(alone), Ok(now)) = (alone.parse::<i64>(), now.parse::<i64>()) else { return false };
    (1..=writes as u64).contains(&alone.abs_diff(now))
}
