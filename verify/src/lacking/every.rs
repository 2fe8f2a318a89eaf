//! Everything that an operation's evidence lacks.

use super::again::{again, identity, order, read_back, tags};
use super::asked::untried;
use super::doors::doors;
use super::lack::Lack;
use super::misses::{gone, misses};
use super::pages::pages;
use super::seen::Recorded;
use super::unverified::Unverified;
use super::wrong::{methods, rejections};
use cassettes::operation::Operation;

/// The kinds without which an operation was only seen when all goes well.
pub(crate) const CORE: [&str; 4] = ["not-found", "validation", "second-page", "last-page"];

/// What was never seen of an operation, in the order in which it is worth learning. Nothing of an operation
/// that never succeeded: nobody knows that there is one.
pub fn lacking(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Unverified> {
    lacks(recorded, operation).iter().filter_map(Lack::line).collect()
}

/// The same with all lessons that would show it, but for those that were tried.
pub(crate) fn lacks(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Lack> {
    let Some(seen) = recorded.seen(operation) else { return Vec::new() };
    let mut found = Vec::new();
    misses(&seen, &mut found);
    rejections(&seen, &mut found);
    methods(&seen, &mut found);
    doors(&seen, &mut found);
    pages(&seen, &mut found);
    again(&seen, &mut found);
    identity(&seen, &mut found);
    gone(&seen, &mut found);
    tags(&seen, &mut found);
    order(&seen, &mut found);
    read_back(&seen, &mut found);
    found.into_iter().filter_map(|lack| untried(&seen, lack)).collect()
}
