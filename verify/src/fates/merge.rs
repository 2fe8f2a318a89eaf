//! Several recorded classes that the subject answers with one.

use super::fate::{Fate, Judged};
use cassettes::facets::error_class::Class;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// Fates that only say "another class": what merges may explain.
fn is_open(fate: Fate) -> bool {
    matches!(fate, Fate::Kept | Fate::Swapped | Fate::Changed | Fate::Reordered | Fate::AuthMerged)
}

/// Marks the readings whose classes the subject has made one: first within an operation, then over the
/// whole run for what is left.
pub(super) fn merge(judged: &mut [Judged<'_, '_>]) {
    let mut operations: BTreeMap<Operation, Vec<usize>> = BTreeMap::new();
    for (i, one) in judged.iter().enumerate() {
        if is_open(one.fate) && classes(one).is_some() {
            operations.entry(one.case().operation.clone()).or_default().push(i);
        }
    }
    for indices in operations.values() {
        mark(judged, indices, false);
    }
    let left: Vec<usize> = operations.into_values().flatten().filter(|&i| is_open(judged[i].fate)).collect();
    mark(judged, &left, true);
}

/// The recorded class and the subject's.
fn classes(one: &Judged<'_, '_>) -> Option<(Class, Class)> {
    Some((one.reading.real.class()?, one.reading.other.class()?))
}

fn mark(judged: &mut [Judged<'_, '_>], indices: &[usize], across: bool) {
    let mut into: BTreeMap<Class, BTreeSet<Class>> = BTreeMap::new();
    for &i in indices {
        if let Some((real, other)) = classes(&judged[i]) {
            // Across operations, a class that is kept is no sign of a wrapper that knows only one.
            if !across || real != other {
                into.entry(other).or_default().insert(real);
            }
        }
    }
    if across {
        // What one operation has shown to be a wrapper explains the rest.
        for one in judged.iter().filter(|one| one.fate == Fate::Collapsed) {
            if let Some((real, other)) = classes(one) {
                into.entry(other).or_default().insert(real);
            }
        }
    }
    for (other, reals) in into {
        if !is_collapse(other, &reals) {
            continue;
        }
        for &i in indices {
            let Some((real, to)) = classes(&judged[i]) else { continue };
            // A class that is kept but has lost its codes is part of the same loss.
            let bare = judged[i].reading.other.error.as_ref().is_some_and(|e| e.codes.is_empty());
            let lost = judged[i].reading.real.error.as_ref().is_some_and(|e| !e.codes.is_empty());
            if to == other && (real != other || (!across && bare && lost)) {
                judged[i].fate = Fate::Collapsed;
            }
        }
    }
}

/// Whether making these one is a collapse, and not one of the merges that have names of their own.
fn is_collapse(other: Class, reals: &BTreeSet<Class>) -> bool {
    let changed = reals.iter().any(|real| *real != other);
    let pair = reals.len() == 2 && reals.contains(&other);
    let own = |a: Class, b: Class| reals.contains(&a) && reals.contains(&b);
    let auth = own(Class::Auth, Class::Forbidden);
    let order = [Class::NotFound, Class::Gone, Class::Validation, Class::Conflict]
        .iter()
        .any(|late| own(Class::Auth, *late));
    changed && reals.len() >= 2 && !(pair && (auth || order || own(Class::NotFound, Class::Gone)))
}
