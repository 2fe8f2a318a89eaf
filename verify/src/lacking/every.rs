//! Everything that an operation's evidence lacks.

use super::misses::{again, credentials, gone, identity, misses, rejections, tags};
use super::pages::{order, pages};
use super::seen::Recorded;
use super::unverified::Unverified;
use cassettes::operation::Operation;

/// What was never seen of an operation, in the order in which it is worth learning. Nothing of an operation
/// that never succeeded: nobody knows that there is one.
pub fn lacking(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Unverified> {
    let Some(seen) = recorded.seen(operation) else { return Vec::new() };
    let mut found = Vec::new();
    misses(&seen, &mut found);
    rejections(&seen, &mut found);
    credentials(&seen, &mut found);
    pages(&seen, &mut found);
    again(&seen, &mut found);
    identity(&seen, &mut found);
    gone(&seen, &mut found);
    tags(&seen, &mut found);
    order(&seen, &mut found);
    found
}
