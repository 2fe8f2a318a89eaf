//! What is repeated: a place of the answer that in every recorded instance says what a place of the
//! request said.

use super::places::{At, asked, leaves_out, said, said_at};
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::facets::words::words;
use cassettes::model::{Request, Timestamp};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// So many bits of distinct values are no coincidence where names or words speak for it, too; numbers in
/// places that have nothing to do with each other meet more often.
const BEYOND_CHANCE: usize = 8;
const BEYOND_CHANCE_OF_NUMBERS: usize = 30;

/// A value that the real side repeats, and what became of it in the subject.
#[derive(Debug, Clone)]
pub(crate) struct Heard<'r, 'a> {
    /// Where.
    pub(crate) case: &'r Case<'a>,
    /// The place of the answer.
    pub(crate) at: At,
    /// The places of the request that it repeats, as far as can be told.
    pub(crate) from: Vec<String>,
    /// What the subject was asked with.
    pub(crate) wanted: String,
    /// Whether the subject repeats it.
    pub(crate) repeats: bool,
    /// Whether the subject has nothing at all there.
    pub(crate) left_out: bool,
}

/// One answer of the real side, and what had been asked.
struct Instance<'r> {
    asked: BTreeMap<String, String>,
    said: BTreeMap<At, String>,
    /// Whether it has a body to say anything in.
    has_body: bool,
    operation: &'r Operation,
}

type Kind<'r> = (&'r Operation, u16);

/// Stands for a status where an error is told within a success; no status is so low.
const FAILED: u16 = 0;

/// Every place of a judged answer that should repeat what was asked, and has something there or leaves it
/// out.
pub(crate) fn heard<'r, 'a>(run: &'r Run<'a>) -> Vec<Heard<'r, 'a>> {
    let mut kinds: BTreeMap<Kind<'r>, Vec<Instance<'r>>> = BTreeMap::new();
    let judged = run.cases.iter().map(|c| (&c.operation, &c.exchange.request, &c.real));
    let unjudged = run.unjudged.iter().filter(|u| u.is_evidence());
    for (operation, request, real) in
        judged.chain(unjudged.map(|u| (&u.operation, &u.exchange.request, &u.real)))
    {
        let Some(kind) = kind(operation, real, request) else { continue };
        kinds.entry(kind).or_default().push(instance(operation, request, real));
    }
    let learned: BTreeMap<Kind<'r>, BTreeMap<At, Vec<String>>> =
        kinds.iter().map(|(kind, all)| (*kind, learn(all))).collect();
    let mut heard = Vec::new();
    for case in &run.cases {
        let kind = kind(&case.operation, &case.real, &case.exchange.request);
        let Some(kind) = kind.filter(|k| Some(k.1) == class(&case.other, &case.asked)) else { continue };
        let Some(places) = learned.get(&kind).filter(|places| !places.is_empty()) else { continue };
        let recorded: BTreeMap<String, String> =
            asked(&case.operation, &case.exchange.request).into_iter().collect();
        let asked: BTreeMap<String, String> = asked(&case.operation, &case.asked).into_iter().collect();
        for (at, sources) in places {
            // Where nothing was asked for, nothing is to be repeated.
            let from: Vec<String> = sources.iter().filter(|s| recorded.contains_key(*s)).cloned().collect();
            let wanted: Vec<&String> = from.iter().filter_map(|place| asked.get(place)).collect();
            let Some(first) = wanted.first().filter(|_| said_at(&case.real, at).is_some()) else { continue };
            let other = said_at(&case.other, at);
            let left_out = leaves_out(&case.other, at);
            if other.is_none() && !left_out {
                continue;
            }
            heard.push(Heard {
                case,
                at: at.clone(),
                wanted: (*first).clone(),
                repeats: other.is_some_and(|other| wanted.iter().any(|wanted| is_same(wanted, &other))),
                left_out,
                from,
            });
        }
    }
    heard
}

/// Answers of one kind say the same things: successes, redirections, or errors of one status.
fn kind<'r>(operation: &'r Operation, said: &Said<'_>, asked: &Request) -> Option<Kind<'r>> {
    Some((operation, class(said, asked)?))
}

fn class(said: &Said<'_>, asked: &Request) -> Option<u16> {
    let failed = || said.meant(asked).is_some_and(|meant| meant.error.is_some());
    Some(match said.status()? {
        // What is refused within a success repeats nothing of what it was sent.
        200..=299 if failed() => FAILED,
        200..=299 => 200,
        301..=303 | 307 | 308 => 300,
        status => status,
    })
}

fn instance<'r>(operation: &'r Operation, request: &Request, real: &Said<'_>) -> Instance<'r> {
    Instance {
        asked: asked(operation, request).into_iter().collect(),
        said: said(real).into_iter().collect(),
        has_body: real.tree().is_some(),
        operation,
    }
}

/// The places that repeat, each with the places of the request that it repeats wherever they are there: a
/// source that is contradicted once is none.
fn learn(all: &[Instance<'_>]) -> BTreeMap<At, Vec<String>> {
    let mut values: BTreeMap<(&At, &str), BTreeSet<&str>> = BTreeMap::new();
    for one in all {
        for (at, said) in &one.said {
            let from = one.asked.iter().filter(|(_, asked)| *asked == said);
            for (place, _) in from {
                values.entry((at, place)).or_default().insert(said);
            }
        }
    }
    values.retain(|(at, place), _| {
        all.iter().all(|one| match (one.asked.get(*place), one.said.get(at)) {
            (Some(asked), Some(said)) => said == asked,
            (Some(_), None) => matches!(at, At::Body(_)) && !one.has_body,
            (None, _) => true,
        })
    });
    let mut found: BTreeMap<At, Vec<String>> = BTreeMap::new();
    for ((at, place), values) in values {
        if is_sure(&values, Kin::of(at, place), all.first().map(|one| one.operation)) {
            found.entry(at.clone()).or_default().push(place.to_owned());
        }
    }
    found
}

/// What the names of two places have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kin {
    /// Nothing.
    None,
    /// A word, or one of them has no name.
    Some,
    /// All.
    Same,
}

impl Kin {
    fn of(at: &At, place: &str) -> Kin {
        let said = match at {
            At::Body(pointer) => pointer.name().unwrap_or_default(),
            At::Header(name) | At::Location(name) => name.as_str(),
        };
        let Some((kind, name)) = place.split_once(' ') else { return Kin::None };
        let asked = name.rsplit('/').next().unwrap_or_default();
        let (said, asked) = (words(said), words(asked));
        if said == asked && !said.is_empty() {
            Kin::Same
        } else if kind == "path" || said.iter().any(|word| asked.contains(word)) {
            Kin::Some
        } else {
            Kin::None
        }
    }
}

/// Whether these values cannot have been the same by chance: two that differ, or one that is unmistakable.
fn is_sure(values: &BTreeSet<&str>, kin: Kin, operation: Option<&Operation>) -> bool {
    let is_number = |value: &&str| value.parse::<f64>().is_ok();
    let bits = |value: &&str| value.len() * if is_number(value) { 3 } else { 4 };
    let word = |value: &&str| operation.is_some_and(|o| o.template.split('/').any(|part| part == *value));
    let is_one = |value: &str| is_unmistakable(value) || (kin == Kin::Same && is_drawn(value));
    let least = match kin {
        Kin::None if values.iter().all(is_number) => BEYOND_CHANCE_OF_NUMBERS,
        _ => BEYOND_CHANCE,
    };
    match values.len() {
        0 => false,
        1 => values.iter().all(|value| is_one(value) && !word(value)),
        _ => values.iter().map(bits).sum::<usize>() >= least,
    }
}

/// A text of letters and digits that somebody made up, as `xyz-71`.
fn is_drawn(value: &str) -> bool {
    value.chars().count() >= 6
        && value.chars().any(|c| c.is_ascii_digit())
        && value.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// A text that nobody says by chance: long, of letters and digits.
pub(crate) fn is_unmistakable(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let length = value.chars().count();
    (length >= 10 && digits >= 1 && letters >= 2) || (length >= 24 && letters >= 12)
}

fn is_same(wanted: &str, said: &str) -> bool {
    wanted == said
        || matches!((Timestamp::parse(wanted), Timestamp::parse(said)), (Some(a), Some(b)) if a == b)
        || matches!((wanted.parse::<f64>(), said.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() < f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::json::Pointer;

    #[test]
    fn what_chance_explains_is_no_echo() {
        let told = |values: &[&str], kin| is_sure(&values.iter().copied().collect(), kin, None);
        let sure = |values: &[&str]| told(values, Kin::Some);
        assert!(sure(&["red", "green"]) && sure(&["17", "25"]) && sure(&["cus_8Hs7dk2"]));
        assert!(!sure(&["1", "2"]) && !sure(&["usd"]) && !sure(&["active"]) && !sure(&["2026-01-02"]));
        assert!(!told(&["10", "20"], Kin::None) && told(&["red", "green"], Kin::None));
        assert!(told(&["xyz-71"], Kin::Same) && !sure(&["xyz-71"]) && !told(&["usd"], Kin::Same));
    }

    #[test]
    fn names_say_which_places_belong_together() {
        let body = |name: &str| At::Body(Pointer::root().member("data").member(name));
        assert_eq!(Kin::of(&body("clientRef"), "form client_ref"), Kin::Same);
        assert_eq!(Kin::of(&body("id"), "path segment 3"), Kin::Some);
        assert_eq!(Kin::of(&body("total"), "body /lines/count"), Kin::None);
        assert_eq!(Kin::of(&At::Location("state".to_owned()), "query state"), Kin::Same);
    }
}
