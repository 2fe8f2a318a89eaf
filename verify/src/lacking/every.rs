//! Everything that an operation's evidence lacks.

use super::again::{identity, order, unkeyed};
use super::asked::untried;
use super::choices::choices;
use super::conflicts::conflicts;
use super::doors::doors;
use super::empties::empties;
use super::lack::Lack;
use super::limits::limited;
use super::misses::{gone, misses, named, unheard};
use super::pages::pages;
use super::questions::{cursors, questions};
use super::roles::{other_scheme, roles};
use super::seen::{Recorded, Seen};
use super::unverified::Unverified;
use super::versions::{guards, read_back, tags};
use super::wrong::{methods, rejections};
use cassettes::operation::Operation;

/// The kinds without which an operation was only seen when all goes well.
pub(crate) const CORE: [&str; 4] = ["not-found", "validation", "second-page", "last-page"];

/// What was never seen of an operation, in the order in which it is worth learning. Nothing of an operation
/// that never succeeded: nobody knows that there is one.
pub fn lacking(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Unverified> {
    let Some(seen) = recorded.seen(operation) else { return Vec::new() };
    let never = |lack: Lack| {
        let asked = lack.clone();
        // What was asked for in vain was not seen for that.
        untried(&seen, lack).or_else(|| unheard(&seen, asked))
    };
    common(&seen).into_iter().filter_map(never).filter_map(|lack| lack.line()).collect()
}

/// The same with all lessons that would show it, but for those that were tried; and with what is worth asking
/// where one asks, and worth no word where one only looks.
pub(crate) fn lacks(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Lack> {
    let Some(seen) = recorded.seen(operation) else { return Vec::new() };
    let mut found = common(&seen);
    if seen.speaks_http() {
        named(&seen, &mut found);
        empties(&seen, &mut found);
        questions(&seen, &mut found);
        choices(&seen, &mut found);
    }
    let mut found: Vec<Lack> = found.into_iter().filter_map(|lack| untried(&seen, lack)).collect();
    if seen.speaks_http() {
        // What tells these from what was recorded stands in fields, which they look at themselves.
        guards(&seen, &mut found);
        unkeyed(&seen, &mut found);
        cursors(&seen, &mut found);
        roles(&seen, &mut found);
        other_scheme(&seen, &mut found);
    }
    found
}

fn common(seen: &Seen<'_>) -> Vec<Lack> {
    let mut found = Vec::new();
    if !seen.speaks_http() {
        doors(seen, &mut found);
        return found;
    }
    misses(seen, &mut found);
    rejections(seen, &mut found);
    doors(seen, &mut found);
    pages(seen, &mut found);
    conflicts(seen, &mut found);
    limited(seen, &mut found);
    identity(seen, &mut found);
    gone(seen, &mut found);
    tags(seen, &mut found);
    order(seen, &mut found);
    read_back(seen, &mut found);
    methods(seen, &mut found);
    found
}
