//! Listings as they were walked, the subject's pages beside the real ones.

use super::totals::Total;
use crate::case::Said;
use cassettes::facets::pagination::{self as pages, Edge, Place, Says};
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an operation that lists things, learned from the real side alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Where the items stand.
    pub items: Pointer,
    /// The member that tells items apart; none for lists of scalars or where nothing does.
    pub member: Option<String>,
    /// The places that say whether the listing goes on: known by name, or used by a recorded client.
    pub places: BTreeSet<Place>,
    /// How clients went from page to page.
    pub edges: BTreeSet<Edge>,
    /// The counts of all items or pages that recorded walks were seen to agree with.
    pub(crate) totals: Vec<Total>,
}

/// What is known of every operation that lists things in pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listings(pub BTreeMap<Operation, Listing>);

/// A successful answer of the real side, for learning.
pub struct Lesson<'a, 'b> {
    /// What was asked, as a kind of question.
    pub operation: &'b Operation,
    /// What the real side answered.
    pub said: &'b Said<'a>,
    /// How a recorded client went on from here, if it did.
    pub edge: Option<&'b Edge>,
}

impl Listings {
    /// Learns from every successful answer of the real side. An operation is a listing in pages when a
    /// client was seen to turn a page, or an answer that holds a list says that it goes on.
    pub fn learn<'a, 'b>(lessons: impl IntoIterator<Item = Lesson<'a, 'b>>) -> Listings
    where
        'a: 'b,
    {
        let mut by_operation: BTreeMap<&Operation, Vec<Lesson<'a, 'b>>> = BTreeMap::new();
        for lesson in lessons {
            by_operation.entry(lesson.operation).or_default().push(lesson);
        }
        let learned =
            by_operation.into_iter().filter_map(|(op, all)| Some((op.clone(), Listing::learn(&all)?)));
        Listings(learned.collect())
    }
}

impl Listings {
    /// Learns from a recorded walk whose pages the client counted what counts the whole of it.
    pub(crate) fn learn_totals(
        &mut self,
        operation: &Operation,
        walk: &[(&Said<'_>, &Request)],
        edge: &Edge,
    ) {
        if let Some(listing) = self.0.get_mut(operation) {
            listing.totals = Total::learn(listing, walk, edge);
        }
    }
}

impl Listing {
    fn learn(lessons: &[Lesson<'_, '_>]) -> Option<Listing> {
        let edges: BTreeSet<Edge> = lessons.iter().filter_map(|l| l.edge.cloned()).collect();
        let mut places: BTreeSet<Place> = BTreeSet::new();
        for edge in &edges {
            if let pages::Source::Said(place) = &edge.source {
                places.insert(place.clone());
            }
        }
        for lesson in lessons {
            let Some(headers) = lesson.said.headers() else { continue };
            let more = pages::signals(headers, lesson.said.tree());
            places.extend(
                more.into_iter().filter(|s| matches!(s.says, Says::More(_)) && s.is_loud()).map(|s| s.place),
            );
        }
        if edges.is_empty() && places.is_empty() {
            return None;
        }
        let mut votes: BTreeMap<Pointer, usize> = BTreeMap::new();
        for lesson in lessons {
            if let Some(at) = lesson.said.tree().and_then(pages::items_at) {
                let count = lesson.said.tree().and_then(|j| pages::items_of(j, &at)).map_or(0, <[Json]>::len);
                *votes.entry(at).or_default() += 1 + count;
            }
        }
        let items = votes.into_iter().max_by_key(|(_, votes)| *votes)?.0;
        let all: Vec<&Json> =
            lessons.iter().filter_map(|l| pages::items_of(l.said.tree()?, &items)).flatten().collect();
        // Items may come back in another walk; within one answer none stands twice.
        let longest = lessons
            .iter()
            .filter_map(|l| pages::items_of(l.said.tree()?, &items))
            .max_by_key(|items| items.len())
            .unwrap_or_default();
        let member = pages::identity_member(&longest.iter().collect::<Vec<_>>())
            .filter(|m| all.iter().all(|item| item.get(m).is_some()));
        Some(Listing { items, member, places, edges, totals: Vec::new() })
    }

    /// Whether an answer's listing goes on, by its own signals, or by its fullness where it has none.
    pub fn goes_on(&self, said: &Said<'_>, asked: &Request) -> bool {
        if let Some(more) = self.says_more(said) {
            return more;
        }
        if let Some(more) = self.totals.iter().find_map(|total| total.goes_on(self, said, asked)) {
            return more;
        }
        let Some(count) = self.count(said) else { return false };
        let limit = pages::limit_of(asked).map(|(_, limit)| limit);
        count > 0 && limit.is_none_or(|limit| count as u64 >= limit)
    }

    /// The places in the body that say whether the listing goes on.
    pub fn json_places(&self) -> impl Iterator<Item = &Pointer> {
        self.places.iter().filter_map(|place| match place {
            Place::Json(pointer) => Some(pointer),
            Place::Header(_) => None,
        })
    }

    /// Whether an answer's own signals say that the listing goes on; none where none speaks.
    pub fn says_more(&self, said: &Said<'_>) -> Option<bool> {
        pages::verdict(said.headers()?, said.tree(), &self.places)
    }

    /// How many items an answer holds; none if it holds no list where this listing's items stand.
    pub fn count(&self, said: &Said<'_>) -> Option<usize> {
        self.find(said).map(<[Json]>::len)
    }

    /// Who the items of an answer are. A subject may tell its items apart by another member.
    pub fn identities(&self, said: &Said<'_>) -> Vec<String> {
        let items = self.find(said).unwrap_or_default();
        let shared = self.member.as_deref().filter(|m| items.iter().all(|i| i.get(m).is_some()));
        pages::identities(items, shared)
    }

    fn find<'j>(&self, said: &'j Said<'_>) -> Option<&'j [Json]> {
        items_in(said, &self.items)
    }
}

/// The items at a place of an answer. In documents that have no lists of their own, one element is a list
/// of one, and none is an empty list.
pub(crate) fn items_in<'j>(said: &'j Said<'_>, at: &Pointer) -> Option<&'j [Json]> {
    let tree = said.tree()?;
    if let (None, Some(_), Some((_, before))) = (&said.json, &said.table, at.0.split_last()) {
        return match at.find(tree) {
            Some(Json::Array(items)) => Some(items),
            Some(one) => Some(std::slice::from_ref(one)),
            None => Pointer(before.to_vec()).find(tree).map(|_| -> &[Json] { &[] }),
        };
    }
    pages::items_of(tree, at)
}

/// One page of a walk.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// What was asked for it.
    pub asked: Request,
    /// What was answered.
    pub said: Said<'a>,
    /// Which exchange of the cassette it is, counted from zero; none for the engine's own questions.
    pub position: Option<usize>,
}

/// How the subject's walk came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its last page said so, or the recorded walk ended here without having reached the end.
    Itself,
    /// It still went on when the bound was reached: twice the real pages plus ten.
    Bound,
    /// It answered with something that is no page, or could not be asked.
    Broken,
}

/// A listing walked on both sides.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    /// What was asked, as a kind of question.
    pub operation: Operation,
    /// Which of the cassettes given.
    pub cassette: usize,
    /// The recorded pages.
    pub real: Vec<Page<'a>>,
    /// Whether the last recorded page is the listing's last.
    pub real_ended: bool,
    /// The subject's pages, as far as it went.
    pub other: Vec<Page<'static>>,
    /// How the subject's walk ended.
    pub stop: Stop,
    /// How each recorded page after the first was asked for.
    pub edges: Vec<Edge>,
}

impl Listing {
    /// The place at which an answer says that its listing goes on.
    pub fn signal(&self, said: &Said<'_>) -> Option<&Place> {
        let (headers, json) = (said.headers()?, said.tree());
        let says = |place: &&Place| matches!(pages::read(place, headers, json), Says::More(_));
        let flags_first = |place: &&Place| match place {
            Place::Json(p) => !matches!(p.find(json.unwrap_or(&Json::Null)), Some(Json::Bool(_))),
            Place::Header(_) => true,
        };
        self.places.iter().filter(says).min_by_key(flags_first)
    }
}

/// Evidence at a place of an answer.
pub fn evidence_at(said: &Said<'_>, place: &Place) -> crate::finding::Evidence {
    match place {
        Place::Header(name) => said.at_header(name),
        Place::Json(pointer) => said.at(pointer),
    }
}
