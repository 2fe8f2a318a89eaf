//! Counts of the whole of a listing: how many items there are, or how many pages. Found by use: on every
//! page of a recorded walk stands the number that the walk then came to. No field is known by its name.

use super::listing::Listing;
use crate::case::Said;
use cassettes::facets::pagination::{Count, Edge, Place, Says, Slot, Source, limit_of, read, slot_value};
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use std::collections::BTreeSet;

/// What a total counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Pages,
    Items,
}

/// A place that tells how much there is, in listings whose client counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Total {
    /// Where it stands.
    pub(crate) place: Place,
    of: Of,
    /// Where the client says which page, or from which item on.
    slot: Slot,
    count: Count,
    /// The number of the first page.
    base: u64,
}

impl Total {
    /// The totals that a walk agrees with, pages first; none unless the client counted.
    pub(crate) fn learn(listing: &Listing, walk: &[(&Said<'_>, &Request)], edge: &Edge) -> Vec<Total> {
        let Source::Counted(count) = edge.source else { return Vec::new() };
        let (Some(first), Some(second)) = (walk.first(), walk.get(1)) else { return Vec::new() };
        let number = |request: &Request| slot_value(request, &edge.slot).and_then(|v| v.parse::<u64>().ok());
        let after = number(second.1).unwrap_or(2);
        let base = number(first.1).unwrap_or_else(|| after.saturating_sub(1));
        let items: usize = walk.iter().filter_map(|(said, _)| listing.count(said)).sum();
        let sizes: BTreeSet<usize> = walk.iter().filter_map(|(said, _)| listing.count(said)).collect();
        let limit = limit_of(first.1).map(|(_, limit)| limit);
        let mut found = Vec::new();
        for (of, whole) in [(Of::Pages, walk.len() as u64), (Of::Items, items as u64)] {
            // A page size says as much of the page size.
            let ambiguous = Some(whole) == limit || sizes.contains(&(whole as usize));
            let starts = count == Count::Pages || base == 0;
            if ambiguous || !starts || (count == Count::Pages && base > 1) {
                continue;
            }
            for place in numbers(first.0) {
                if walk.iter().all(|(said, _)| value(said, &place) == Some(whole)) {
                    found.push(Total { place, of, slot: edge.slot.clone(), count, base });
                }
            }
        }
        found
    }

    /// Whether the listing goes on after an answer; none where the answer does not tell.
    pub(crate) fn goes_on(&self, listing: &Listing, said: &Said<'_>, asked: &Request) -> Option<bool> {
        let (whole, here) = (value(said, &self.place)?, listing.count(said)? as u64);
        let at = match slot_value(asked, &self.slot) {
            Some(text) => text.parse().ok()?,
            None => self.base,
        };
        let limit = limit_of(asked).map(|(_, limit)| limit);
        match (self.count, self.of) {
            (Count::Pages, Of::Pages) => Some(at + 1 < whole + self.base),
            (Count::Items, Of::Items) => Some(here > 0 && at + here < whole),
            // A page that is not full is the last, or its size is not what was asked for.
            (Count::Pages, Of::Items) if at == self.base && here >= whole => Some(false),
            (Count::Pages, Of::Items) => {
                let size = limit.filter(|&l| l == here)?;
                Some((at + 1).saturating_sub(self.base).saturating_mul(size) < whole)
            }
            (Count::Items, Of::Pages) => {
                let size = limit.filter(|&l| l > 0)?;
                Some(at / size + 1 < whole)
            }
        }
    }
}

/// Every place outside of lists that holds a whole number: in the body, or as a header.
fn numbers(said: &Said<'_>) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    if let Some(tree) = said.tree() {
        Pointer::walk(tree, &mut |at, here| {
            let place = Place::Json(at.clone());
            if !place.in_list() && here.scalar_text().is_some_and(|t| t.parse::<u64>().is_ok()) {
                found.push(place);
            }
        });
    }
    let headers = said.headers().map(|h| h.iter().collect::<Vec<_>>()).unwrap_or_default();
    let numeric = headers.into_iter().filter(|(_, v)| v.iter().all(u8::is_ascii_digit));
    found.extend(numeric.map(|(name, _)| Place::Header(name.to_ascii_lowercase())));
    found.retain(|place| *place != Place::Header("content-length".to_owned()));
    found
}

fn value(said: &Said<'_>, place: &Place) -> Option<u64> {
    match place {
        Place::Json(pointer) => pointer.find(said.tree()?).and_then(Json::scalar_text)?.parse().ok(),
        Place::Header(_) => match read(place, said.headers()?, None) {
            Says::More(text) => text.parse().ok(),
            Says::End(_) => None,
        },
    }
}
