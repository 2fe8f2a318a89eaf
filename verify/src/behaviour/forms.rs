//! The behaviours that show in how values are written: numbers and moments, place by place.

use super::more::More;
use crate::run::Run;
use crate::run::shape::{Node, Written};
use cassettes::facets::number_form::{Grouping, NumberForm};
use cassettes::facets::time_form::{Offset, TimeForm, TimeKind};
use cassettes::json::Pointer;
use cassettes::operation::Operation;

type NumberTest = fn(&Written<'_, NumberForm>) -> bool;
type TimeTest = fn(&Written<'_, TimeForm>) -> bool;

const NUMBERS: [(&str, NumberTest); 5] = [
    // 0.10 and 250.00: what a float forgets.
    ("number-padded", |(_, _, form, _)| form.padded),
    ("number-large", |(_, text, ..)| is_beyond_floats(text)),
    ("number-grouped", |(_, _, form, _)| form.grouping != Grouping::None),
    ("number-exponent", |(_, _, form, _)| form.exponent),
    ("number-as-text", |(kind, text, ..)| *kind == "string" && text.contains('.')),
];

const TIMES: [(&str, TimeTest); 4] = [
    ("time-offset", |(_, _, form, _)| form.offset == Offset::Other),
    ("time-fraction", |(_, _, form, _)| form.fraction > 0),
    ("time-iso", |(_, _, form, _)| matches!(form.kind, TimeKind::Iso | TimeKind::Date)),
    ("time-epoch", |(_, _, form, _)| {
        matches!(form.kind, TimeKind::Seconds | TimeKind::Millis | TimeKind::Micros)
    }),
];

/// The forms that the real side writes, and whether the subject writes them in the same places.
pub(super) fn forms<'r>(run: &'r Run<'_>, more: &mut More<'r>) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let other = group.other.nodes.get(place);
            for (kind, has) in NUMBERS {
                let (real, others) = (node.numbers(), other.map(Node::numbers).unwrap_or_default());
                let shown = real.iter().find(|w| has(w)).and_then(|(.., at)| at.exchange.clone());
                let Some(cite) = shown else { continue };
                let did = (!others.is_empty()).then(|| others.iter().any(has));
                more.add(&group.operation, kind, Some(cite), did);
            }
            moments((&group.operation, place), node, other, more);
        }
    }
}

fn moments<'r>(
    (operation, place): (&'r Operation, &Pointer),
    node: &Node,
    other: Option<&Node>,
    more: &mut More<'r>,
) {
    let (real, others) = (node.times(place), other.map(|o| o.times(place)).unwrap_or_default());
    for (kind, has) in TIMES {
        let shown = real.iter().find(|w| has(w)).and_then(|(.., at)| at.exchange.clone());
        let Some(cite) = shown else { continue };
        let did = (!others.is_empty()).then(|| others.iter().any(has));
        more.add(operation, kind, Some(cite), did);
    }
}

/// An integer whose nearest double is another number.
fn is_beyond_floats(text: &str) -> bool {
    let Ok(exact) = text.parse::<i128>() else {
        return text.len() > 38 && text.bytes().all(|b| b.is_ascii_digit());
    };
    text.parse::<f64>().is_ok_and(|float| float as i128 != exact)
}
