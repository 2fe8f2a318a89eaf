//! Listings that the run's own writes made longer or shorter: the page that was the last one is another question then.

use super::asking::State;
use crate::ask::plan::Plan;
use crate::case::Said;
use crate::walk::Listings;
use cassettes::model::Exchange;
use cassettes::operation::surely_reads;
use std::collections::BTreeSet;

/// The operations of which a page that ended the listing leads on now, or the other way round, where something was
/// written on the way.
pub(super) fn moved(plans: &[Plan<'_>], states: &[State], listings: &Listings) -> BTreeSet<String> {
    let mut operations = BTreeSet::new();
    let pairs = || {
        plans.iter().zip(states).flat_map(|(plan, state)| {
            let all = plan.cassette.exchanges.iter().zip(&plan.operations).zip(&state.now);
            all.filter_map(|((then, operation), now)| Some((then, operation, now.as_ref()?)))
        })
    };
    if !pairs().any(|(then, ..)| !surely_reads(&then.request)) {
        return operations;
    }
    for (then, operation, now) in pairs() {
        let Some(listing) = listings.0.get(operation) else { continue };
        let says = |exchange: &Exchange| {
            let said = Said::recorded(exchange, String::new());
            said.is_success().then(|| listing.says_more(&said)).flatten()
        };
        if let (Some(then), Some(now)) = (says(then), says(now))
            && then != now
        {
            operations.insert(operation.to_string());
        }
    }
    operations
}
