//! The kinds of things that answers hold, where the contract says that kinds stand.

use super::contract::Covers;
use super::decimal::Decimal;
use cassettes::json::Json;
use std::collections::BTreeMap;

/// How often a kind stands there, and what its numbers come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many things of the kind.
    pub count: usize,
    /// The sums of their members that are numbers; what cannot be added up is not there.
    pub sums: BTreeMap<String, Option<Decimal>>,
}

/// Kinds by their names.
pub type Kinds = BTreeMap<String, Tally>;

/// The kinds in one answer.
pub(super) fn kinds_in(covers: &Covers, tree: &Json) -> Kinds {
    let mut kinds = Kinds::new();
    let Some((holder, name)) = &covers.holder else {
        for kind in covers.field.find(tree).into_iter().filter_map(Json::scalar_text) {
            kinds.entry(kind.to_owned()).or_default().count += 1;
        }
        return kinds;
    };
    for thing in holder.find(tree) {
        let Some(kind) = thing.get(name).and_then(Json::scalar_text) else { continue };
        let tally = kinds.entry(kind.to_owned()).or_default();
        tally.count += 1;
        for (member, value) in thing.members().iter().filter(|(member, _)| member != name) {
            let Some(number) = value.scalar_text().and_then(Decimal::parse) else { continue };
            let sum = tally.sums.entry(member.clone()).or_insert_with(|| Decimal::whole(0));
            *sum = sum.and_then(|sum| sum.plus(number));
        }
    }
    kinds
}

/// Where in an answer a kind first stands.
pub(super) fn first(covers: &Covers, tree: &Json, kind: &str) -> Option<String> {
    let found = covers.field.find(tree);
    let one = found.into_iter().find(|value| value.scalar_text() == Some(kind))?;
    Some(super::value::pointer_to(tree, one))
}
