//! What shows in an operation too seldom to be told by itself, and is told of another: the same member of the same
//! vendor has one cause.

use super::renamed::pointer;
use crate::changes::{Change, Weight};

/// The changes, with those that are news by the like of them as heavy as these.
pub(super) fn elsewhere(changes: &[Change]) -> Vec<Change> {
    let told: Vec<&Change> =
        changes.iter().filter(|one| one.weight == Weight::Breaking && nulls(one)).collect();
    let heavy = |change: &Change| {
        let one = change.weight == Weight::Noise && nulls(change);
        let like = |other: &&Change| {
            change.operation != other.operation
                && name(change).is_some()
                && name(change) == name(other)
                && kind(change) == kind(other)
        };
        let found = told.iter().copied().filter(|_| one).find(like);
        found.map_or_else(
            || change.clone(),
            // One of several answers says less than the plainest does.
            |other| Change { weight: other.weight, message: with_place(other, change), ..change.clone() },
        )
    };
    changes.iter().map(heavy).collect()
}

/// Whether null stands where it never did.
fn nulls(change: &Change) -> bool {
    change.rule == "null-never" && change.after.excerpt == "null"
}

/// What kind of value stood there, by how it begins.
fn kind(change: &Change) -> Option<char> {
    let first = change.before.excerpt.chars().next()?;
    Some(if first == '-' || first.is_ascii_digit() { '0' } else { first })
}

fn name(change: &Change) -> Option<String> {
    pointer(&change.place)?.name().map(str::to_owned)
}

fn with_place(told: &Change, change: &Change) -> String {
    told.message.replace(&format!("`{}`", told.place), &format!("`{}`", change.place))
}
