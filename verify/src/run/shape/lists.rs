//! Lists of one item: XML writes them as it writes what is no list.

use crate::case::Said;
use cassettes::json::{Json, Pointer, Step};
use std::collections::BTreeSet;

/// The places of answers in XML at which some answer has several elements of one name.
pub(super) struct Lists(BTreeSet<Pointer>);

impl Lists {
    /// Looks at every answer that is not JSON.
    pub(super) fn find<'s, 'a: 's>(answers: impl Iterator<Item = &'s &'s Said<'a>>) -> Lists {
        let mut lists = Lists(BTreeSet::new());
        for tree in answers.filter_map(|said| said.table.as_ref()) {
            collect(tree, &Pointer::root(), &mut lists.0);
        }
        lists
    }

    /// Whether what stands there is the only item of a list.
    pub(super) fn is_alone(&self, said: &Said<'_>, place: &Pointer, json: &Json) -> bool {
        said.table.is_some() && !matches!(json, Json::Array(_)) && self.0.contains(place)
    }
}

fn collect(json: &Json, place: &Pointer, found: &mut BTreeSet<Pointer>) {
    if matches!(json, Json::Array(_)) {
        found.insert(place.clone());
    }
    for (name, value) in json.members() {
        collect(value, &place.member(name), found);
    }
    for item in json.items() {
        collect(item, &place.with(Step::Every), found);
    }
}
