//! Looks on the spot: what a later write may change or remove is asked another time before it does.

use super::again::{LOOKS, LOOKS_AFTER_ONE, LOOKS_AT_FEW};
use crate::ask::plan::Plan;
use crate::case::Said;
use cassettes::facets::time_form::time_form;
use cassettes::json::{Json, Pointer};
use cassettes::model::{Exchange, Request};
use cassettes::operation::{Operation, surely_reads};
use cassettes::subject::Observed;
use std::collections::{BTreeMap, BTreeSet};

/// What came when it was asked another time at once.
#[derive(Clone)]
pub(super) struct Look {
    pub(super) asked: Request,
    pub(super) observed: Observed,
    /// Cleaned.
    pub(super) now: Exchange,
}

/// What stands where in an answer, each place with the kind or form of its value.
type Outline = BTreeSet<(Pointer, String)>;

/// What the recorded answers of an operation had.
#[derive(Default)]
struct Known {
    /// In any of them.
    ever: Outline,
    /// In all of them.
    always: Option<Outline>,
    /// How many there are.
    answers: usize,
}

/// What was recorded, for cassettes that are asked with their writes.
pub(super) struct Looks<'p> {
    plan: &'p Plan<'p>,
    known: BTreeMap<&'p Operation, Known>,
}

impl<'p> Looks<'p> {
    /// None where nothing is written.
    pub(super) fn of(plan: &'p Plan<'_>, is_asked: impl Fn(usize) -> bool) -> Option<Looks<'p>> {
        let exchanges = &plan.cassette.exchanges;
        let writes = |at: &usize| is_asked(*at) && !surely_reads(&exchanges[*at].request);
        (0..exchanges.len()).find(writes)?;
        let mut known: BTreeMap<&Operation, Known> = BTreeMap::new();
        for (exchange, operation) in exchanges.iter().zip(&plan.operations) {
            let Some(outline) = outline(exchange) else { continue };
            let of = known.entry(operation).or_default();
            of.answers += 1;
            of.always = Some(match of.always.take() {
                Some(always) => always.intersection(&outline).cloned().collect(),
                None => outline.clone(),
            });
            of.ever.extend(outline);
        }
        Some(Looks { plan, known })
    }

    /// How many more times to ask what is answered so.
    pub(super) fn wanted(&self, at: usize, now: &Exchange) -> usize {
        let exchange = &self.plan.cassette.exchanges[at];
        let known = self.known.get(&self.plan.operations[at]);
        let (Some(known), true) = (known, surely_reads(&exchange.request)) else { return 0 };
        let (Some(outline), Some(always)) = (outline(now), &known.always) else { return 0 };
        let new = || outline.difference(&known.ever);
        let gone = || always.difference(&outline);
        let places: BTreeSet<&Pointer> = outline.iter().map(|(place, _)| place).collect();
        let had: BTreeSet<&Pointer> = known.ever.iter().map(|(place, _)| place).collect();
        let is_nothing = |form: &str| matches!(form, "null" | "nothing");
        let came = new().any(|(place, form)| !had.contains(place) || is_nothing(form));
        let went = gone().any(|(place, _)| !places.contains(place));
        match (came || went, new().next().is_some() || gone().next().is_some()) {
            // Whether it is a matter of luck that a member is there, only many answers say.
            _ if went && known.answers == 1 => LOOKS_AFTER_ONE - 1,
            (true, _) => LOOKS_AT_FEW - 1,
            (false, true) => LOOKS - 1,
            (false, false) => 0,
        }
    }
}

/// None where it is no success with a document.
fn outline(exchange: &Exchange) -> Option<Outline> {
    let said = Said::recorded(exchange, String::new());
    let tree = said.tree().filter(|_| said.is_success() && !exchange.edited)?;
    let mut outline = Outline::new();
    Pointer::walk(tree, &mut |at, value| {
        outline.insert((at.generic(), form(value)));
    });
    Some(outline)
}

fn form(value: &Json) -> String {
    match value {
        Json::String(text) if text.is_empty() => "nothing".to_owned(),
        Json::String(text) => time_form(text).map_or_else(|| "text".to_owned(), |form| format!("{form:?}")),
        Json::Number(text) if text.contains(['.', 'e', 'E']) => "decimal".to_owned(),
        Json::Number(text) => format!("whole {}", text.len() / 11),
        other => other.kind().to_owned(),
    }
}
