//! The kinds of things that answers hold, where the contract says that kinds stand.

use super::contract::Covers;
use super::decimal::Decimal;
use cassettes::json::{Json, Pointer};
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
        count(&mut kinds, kind, thing, name);
    }
    kinds
}

/// Where kinds mostly stand in things that are listed, the likelier first.
pub(super) const USUAL: [&str; 7] = ["type", "kind", "category", "class", "source", "status", "state"];
/// More than so many in one answer are no kinds.
const MOST: usize = 20;

/// The kinds in one answer whose contract does not say where they stand: what listed things call themselves.
pub(super) fn guessed(tree: &Json) -> Kinds {
    let mut lists = Vec::new();
    Pointer::walk(tree, &mut |_, value| {
        if let Json::Array(items) = value
            && items.iter().any(|item| !item.members().is_empty())
        {
            lists.push(items);
        }
    });
    let is_kind = |kind: &str| !kind.is_empty() && kind.chars().count() <= 40;
    for name in USUAL {
        let mut kinds = Kinds::new();
        for thing in lists.iter().copied().flatten() {
            let found = thing.members().iter().find(|(member, _)| member.eq_ignore_ascii_case(name));
            if let Some((member, Json::String(kind))) = found
                && is_kind(kind)
            {
                count(&mut kinds, kind, thing, member);
            }
        }
        if !kinds.is_empty() {
            return if kinds.len() > MOST { Kinds::new() } else { kinds };
        }
    }
    Kinds::new()
}

/// One more thing of a kind.
fn count(kinds: &mut Kinds, kind: &str, thing: &Json, name: &str) {
    let tally = kinds.entry(kind.to_owned()).or_default();
    tally.count += 1;
    for (member, value) in thing.members().iter().filter(|(member, _)| member != name) {
        let Some(number) = value.scalar_text().and_then(Decimal::parse) else { continue };
        let sum = tally.sums.entry(member.clone()).or_insert_with(|| Decimal::whole(0));
        *sum = sum.and_then(|sum| sum.plus(number));
    }
}

/// Where kinds stand whose place holds objects in an answer: the path of a text in the first of them.
pub(super) fn deeper(covers: &Covers, tree: &Json) -> Option<String> {
    let found = covers.field.find(tree);
    let object = found.into_iter().find(|value| !value.members().is_empty())?;
    let text = |(_, value): &&(String, Json)| matches!(value, Json::String(_));
    let (name, _) = object.members().iter().find(text)?;
    Some(format!("{}.{name}", covers.text))
}

/// Where in an answer a kind first stands.
pub(super) fn first(covers: &Covers, tree: &Json, kind: &str) -> Option<String> {
    let found = covers.field.find(tree);
    let one = found.into_iter().find(|value| value.scalar_text() == Some(kind))?;
    Some(super::value::pointer_to(tree, one))
}
