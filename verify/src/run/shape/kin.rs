//! What other answers say of a thing of the same kind: one operation shows a member that another left out
//! by chance.

use super::{Group, Node, Presence, Shape};
use cassettes::json::{Pointer, Step};
use std::collections::BTreeSet;

/// One side of a group.
pub(crate) type Of = fn(&Group) -> &Shape;

/// The members of a name in every object like the one that a place belongs to: most member names in
/// common, on one side. The place itself is not among them.
pub(crate) fn kin<'r>(
    groups: &'r [Group],
    own: &'r Group,
    place: &Pointer,
    of: Of,
) -> Vec<(&'r Node, Option<Presence>)> {
    let Some((Step::Member(name), before)) = place.0.split_last() else { return Vec::new() };
    let parent = Pointer(before.to_vec());
    let members = names(&own.real, &parent);
    let mut found = Vec::new();
    for group in groups {
        let (shape, same) = (of(group), group.operation == own.operation);
        for (at, node) in shape.nodes.iter().filter(|(at, _)| at.name() == Some(name)) {
            let Some((Step::Member(_), before)) = at.0.split_last() else { continue };
            let other = Pointer(before.to_vec());
            if same && other == parent {
                continue;
            }
            let theirs = names(shape, &other);
            let common = members.intersection(&theirs).count();
            if common >= 2 && common * 2 >= members.union(&theirs).count() {
                found.push((node, shape.presence(at)));
            }
        }
    }
    found
}

fn names<'s>(shape: &'s Shape, parent: &Pointer) -> BTreeSet<&'s str> {
    let inside = |at: &&Pointer| at.0.len() == parent.0.len() + 1 && at.0.starts_with(&parent.0);
    shape.nodes.keys().filter(inside).filter_map(Pointer::name).collect()
}
