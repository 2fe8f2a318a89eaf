//! What is repeated: a place of the answer that in every recorded instance says what a place of the
//! request said.

use super::places::{At, asked, said, said_at};
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// So many bits of distinct values are no coincidence.
const BEYOND_CHANCE: usize = 8;

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
}

/// One answer of the real side, and what had been asked.
struct Instance<'r> {
    asked: BTreeMap<String, String>,
    said: BTreeMap<At, String>,
    operation: &'r Operation,
}

type Kind<'r> = (&'r Operation, u16);

/// Every place of a judged answer that should repeat what was asked, and has something there.
pub(crate) fn heard<'r, 'a>(run: &'r Run<'a>) -> Vec<Heard<'r, 'a>> {
    let mut kinds: BTreeMap<Kind<'r>, Vec<Instance<'r>>> = BTreeMap::new();
    let judged = run.cases.iter().map(|c| (&c.operation, &c.exchange.request, &c.real));
    let unjudged = run.unjudged.iter().filter(|u| u.is_evidence());
    for (operation, request, real) in
        judged.chain(unjudged.map(|u| (&u.operation, &u.exchange.request, &u.real)))
    {
        let Some(kind) = kind(operation, real) else { continue };
        kinds.entry(kind).or_default().push(instance(operation, request, real));
    }
    let learned: BTreeMap<Kind<'r>, BTreeMap<At, Vec<String>>> =
        kinds.iter().map(|(kind, all)| (*kind, learn(all))).collect();
    let mut heard = Vec::new();
    for case in &run.cases {
        let Some(kind) = kind(&case.operation, &case.real).filter(|k| same_kind(k.1, &case.other)) else {
            continue;
        };
        let Some(places) = learned.get(&kind).filter(|places| !places.is_empty()) else { continue };
        let asked: BTreeMap<String, String> = asked(&case.operation, &case.asked).into_iter().collect();
        for (at, from) in places {
            if said_at(&case.real, at).is_none() {
                continue;
            }
            let Some(other) = said_at(&case.other, at) else { continue };
            let wanted: Vec<&String> = from.iter().filter_map(|place| asked.get(place)).collect();
            let Some(first) = wanted.first() else { continue };
            heard.push(Heard {
                case,
                at: at.clone(),
                from: from.clone(),
                wanted: (*first).clone(),
                repeats: wanted.iter().any(|wanted| is_same(wanted, &other)),
            });
        }
    }
    heard
}

/// Answers of one kind say the same things: successes, or errors of one status.
fn kind<'r>(operation: &'r Operation, said: &Said<'_>) -> Option<Kind<'r>> {
    let status = said.status()?;
    Some((operation, if (200..300).contains(&status) { 200 } else { status }))
}

fn same_kind(kind: u16, other: &Said<'_>) -> bool {
    other.status().is_some_and(|status| status == kind || (kind == 200 && (200..300).contains(&status)))
}

fn instance<'r>(operation: &'r Operation, request: &Request, real: &Said<'_>) -> Instance<'r> {
    Instance {
        asked: asked(operation, request).into_iter().collect(),
        said: said(real).into_iter().collect(),
        operation,
    }
}

/// The places that repeat, each with the places of the request that it never contradicted.
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
        all.iter().all(|one| match (one.said.get(at), one.asked.get(*place)) {
            (Some(said), Some(asked)) => said == asked,
            _ => true,
        })
    });
    let mut found: BTreeMap<At, Vec<String>> = BTreeMap::new();
    for ((at, place), values) in values {
        // A place that is there without having been asked for has a value of its own.
        if is_sure(&values, all.first().map(|one| one.operation)) {
            found.entry(at.clone()).or_default().push(place.to_owned());
        }
    }
    found
}

/// Whether these values cannot have been the same by chance: two that differ, or one that is unmistakable.
fn is_sure(values: &BTreeSet<&str>, operation: Option<&Operation>) -> bool {
    let bits = |value: &&str| value.len() * if value.parse::<f64>().is_ok() { 3 } else { 4 };
    let word = |value: &&str| operation.is_some_and(|o| o.template.split('/').any(|part| part == *value));
    match values.len() {
        0 => false,
        1 => values.iter().all(|value| is_unmistakable(value) && !word(value)),
        _ => values.iter().map(bits).sum::<usize>() >= BEYOND_CHANCE,
    }
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
        || matches!((wanted.parse::<f64>(), said.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() < f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_explains_is_no_echo() {
        let sure = |values: &[&str]| is_sure(&values.iter().copied().collect(), None);
        assert!(sure(&["red", "green"]) && sure(&["17", "25"]) && sure(&["cus_8Hs7dk2"]));
        assert!(!sure(&["1", "2"]) && !sure(&["usd"]) && !sure(&["active"]) && !sure(&["2026-01-02"]));
    }
}
