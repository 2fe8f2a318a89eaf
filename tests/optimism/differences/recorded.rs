//! Recordings of casts, and what is told of two of them.

use crate::kit::client::{cassette, policy};
use crate::kit::service::Told;
use crate::kit::stage::Cast;
use crate::operators::survey::act;
use crate::vendors::Vendor;
use cassettes::model::{Cassette, Request};
use verify::changes::{Change, Kind, Weight, between};

/// The recordings of what was asked and told.
pub(super) fn recorded(name: &str, sessions: &[Vec<(Request, Told)>]) -> Vec<Cassette> {
    let of = |(i, session): (usize, &Vec<_>)| cassette(&format!("{name}-{i}.yaml"), session, &policy());
    sessions.iter().enumerate().map(of).collect()
}

/// A recording of a cast, later than the real side's.
pub(super) fn later(vendor: &Vendor, cast: &Cast) -> Vec<Cassette> {
    recorded("now", &act(vendor, cast))
}

/// What is told of the sessions of one recording and another; how long it takes is a manner of casts.
pub(super) fn telling(before: &[Cassette], after: &[Cassette]) -> Vec<Change> {
    let all = before.iter().zip(after).flat_map(|(before, after)| between(before, after).changes);
    all.filter(|change| change.weight != Weight::Noise && change.kind != Kind::Timing).collect()
}

/// A change on one line.
pub(super) fn shown(change: &Change) -> String {
    format!(
        "{} {} {}: {} [{} -> {}]",
        change.weight.as_str(),
        change.kind.as_str(),
        change.operation,
        change.message,
        change.before.excerpt,
        change.after.excerpt
    )
}
