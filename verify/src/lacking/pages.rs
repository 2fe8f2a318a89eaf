//! Listings that were never walked, or read but once.

use super::lesson::{lesson, path, small_pages, template};
use super::seen::Seen;
use super::unverified::Unverified;
use std::collections::BTreeMap;

/// Nobody turned the page, or went on to the last one.
pub(super) fn pages(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    let walked = || seen.run.walks.iter().filter(|w| w.operation == *seen.operation);
    let lesson = || lesson("walk", seen, &small_pages(seen));
    if let Some(listing) = seen.listing {
        let goes_on = |one: &super::seen::One<'_>| listing.goes_on(one.said, &one.exchange.request);
        if walked().next().is_none() {
            let because = "its listing goes on, and nobody asked for the page after the first";
            found.push(Unverified::new("second-page", lesson(), because));
        } else if !walked().any(|w| w.real_ended) && seen.good().all(goes_on) {
            let because = "nobody walked its listing to the end";
            found.push(Unverified::new("last-page", lesson(), because));
        }
        return;
    }
    let names_one = template(seen.operation).rsplit('/').next().is_some_and(|last| last.starts_with('{'));
    if seen.is(&["GET"]) && !seen.is_call() && !names_one && seen.is_list() {
        let because = "it lists things, and whether it does so in pages was never tried";
        found.push(Unverified::new("second-page", lesson(), because));
    }
}

/// Nobody read the same list twice.
pub(super) fn order(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    if !seen.is(&["GET"]) || seen.longest_list() < 2 {
        return;
    }
    let mut read: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for one in seen.good() {
        *read.entry((one.at.0, &one.exchange.request.target)).or_default() += 1;
    }
    if read.values().all(|times| *times < 2) {
        let because = "no list of it was read twice, so nobody knows whether its order is stable";
        found.push(Unverified::new("order", lesson("repeat", seen, &path(seen)), because));
    }
}
