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
            // Across operations, a class that is kept is no sign of a wrapper that knows only one, and
            // what has a name of its own is told by it.
            if !across || (real != other && judged[i].fate != Fate::AuthMerged) {
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
        let named = |one: &Judged<'_, '_>| matches!(one.fate, Fate::Reordered | Fate::AuthMerged);
        let pair = reals.len() == 2 && reals.contains(&other);
        let named = indices
            .iter()
            .any(|&i| named(&judged[i]) && classes(&judged[i]).is_some_and(|(_, to)| to == other));
        // Two that became one may have a name of their own.
        if reals.len() < 2 || (pair && named) || reals.iter().all(|real| *real == other) {
            continue;
        }
        for &i in indices {
            let Some((real, to)) = classes(&judged[i]) else { continue };
            if across && judged[i].fate == Fate::AuthMerged {
                continue;
            }
            // A class that is kept but has lost its codes is part of the same loss.
            if to == other && (real != other || (!across && has_lost_codes(&judged[i]))) {
                judged[i].fate = Fate::Collapsed;
            }
        }
    }
}

/// Whether none of the recorded codes came back.
fn has_lost_codes(one: &Judged<'_, '_>) -> bool {
    let (Some(real), Some(other)) = (&one.reading.real.error, &one.reading.other.error) else { return false };
    !real.codes.is_empty() && !real.codes.iter().any(|code| other.codes.iter().any(|c| c.key() == code.key()))
}
