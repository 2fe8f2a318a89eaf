//! The operators: each makes a one-change fake of every operation it fits. None knows a vendor.

mod coverage;
mod errors;
mod headers;
mod inside;
mod misses;
pub(crate) mod places;
mod shape;
mod signals;
mod statuses;
pub(crate) mod survey;
mod values;

use crate::kit::data::Rng;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use survey::{Mutant, Survey};

/// An operator: the mutants that it makes of a vendor.
type Operator = fn(&Survey) -> Vec<Mutant>;

/// Every operator.
const OPERATORS: [Operator; 9] = [
    inside::mutants,
    signals::mutants,
    misses::mutants,
    errors::mutants,
    statuses::mutants,
    values::mutants,
    shape::mutants,
    headers::mutants,
    coverage::mutants,
];

/// How many places an operator changes in one vendor, each in a fake of its own.
const MOST: usize = 3;

/// The one-change fakes of a vendor whose answers differ from those of the honest one.
pub(crate) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mut all: Vec<Mutant> = OPERATORS.iter().flat_map(|operator| operator(survey)).collect();
    // By a draw that is always the same, and back in order.
    let mut order: Vec<usize> = (0..all.len()).collect();
    Rng::new(11, survey.vendor.name).shuffle(&mut order);
    let mut kept: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in order {
        let of_this = kept.entry(all[at].operator.as_str()).or_default();
        if of_this.len() < MOST && survey.differs(&all[at]) {
            of_this.push(at);
        }
    }
    let kept: BTreeSet<usize> = kept.into_values().flatten().collect();
    let mut at = 0..;
    all.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    all
}
