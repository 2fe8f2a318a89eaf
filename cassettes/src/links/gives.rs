//! What an answer gives that a later request carries: only values that some request has are kept.

use super::{
    chance::{self, Chance},
    link::{Part, Source, SourcePlace},
    naming, texts,
    url::{self, Reference},
};
use crate::{
    json::{Pointer, Step},
    model::Exchange,
};
use std::collections::{HashMap, VecDeque};

/// The first answers that gave a value are kept, and so many of the latest.
const FIRST: usize = 4;
const LATEST: usize = 32;
/// Places of one value in one answer.
const PLACES: usize = 4;

/// A value that an answer gave.
#[derive(Debug, Clone)]
pub(super) struct Give {
    pub(super) from: usize,
    pub(super) source: Source,
    /// The words of the field's name.
    pub(super) words: Vec<String>,
    /// What the field and the request's path are about, in the singular.
    pub(super) context: Vec<String>,
    /// A bare string in a list: the name of something.
    pub(super) list_item: bool,
    /// It stands in a list, where another subject may have other items.
    pub(super) indexed: bool,
    /// It tells the items of its list apart: each has it, and no two the same.
    pub(super) telling: bool,
    /// The segment before it, where it is a path segment.
    pub(super) previous: Option<String>,
    /// The URL that held it leads to another host than was asked.
    pub(super) foreign: bool,
    /// It was spelled as a URL: with a scheme, a leading slash, or in a header made for URLs.
    pub(super) plainly_url: bool,
}

/// The gives of one value, boundedly many.
#[derive(Debug, Default)]
pub(super) struct Gives {
    first: Vec<Give>,
    latest: VecDeque<Give>,
}

impl Gives {
    /// Finding a place again takes time, so what one answer says over and over is not asked for.
    fn extend(&mut self, from: usize, give: impl FnOnce() -> Option<Give>) {
        if self.iter().filter(|g| g.from == from).count() >= PLACES {
            return;
        }
        let Some(give) = give() else { return };
        if self.first.len() < FIRST {
            return self.first.push(give);
        }
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(give);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Give> {
        self.first.iter().chain(&self.latest)
    }
}

/// Values that requests carry, by kind, with what gave them.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) values: HashMap<String, Gives>,
    /// Whole targets and bare paths, in one spelling.
    pub(super) targets: HashMap<String, Gives>,
    /// Paths of URLs that had a query.
    pub(super) paths: HashMap<String, Gives>,
}

impl Wanted {
    /// Notes everything wanted that this exchange's answer gives.
    pub(super) fn note(&mut self, from: usize, exchange: &Exchange) {
        let Some(response) = exchange.answer.head() else { return };
        let read = texts::Read::of(response);
        let path_words: Vec<String> =
            exchange.request.path().split('/').filter(|s| !s.is_empty()).map(naming::singular).collect();
        texts::visit(response, &read, &mut |text, place| {
            let give = |part: Part, words: Vec<String>| {
                let place = place();
                // Of members or cookies of one name only the first can be found again.
                if texts::find(response, &read, &place, false).as_deref() != Some(text) {
                    return None;
                }
                let (field, indexed, list_item) = describe(&place);
                let mut context: Vec<String> = path_words.clone();
                context.extend(field.iter().map(|w| naming::singular(w)));
                let words = if words.is_empty() {
                    naming::words(field.last().map_or("", String::as_str))
                } else {
                    words
                };
                // Other values need no such suggestion.
                let suggests = indexed && !list_item && chance::of(text) == Chance::Likely;
                let telling = suggests && read.tells_apart(&place);
                let source = Source { place, part };
                Some(Give {
                    telling,
                    from,
                    source,
                    words,
                    context,
                    list_item,
                    indexed,
                    previous: None,
                    foreign: false,
                    plainly_url: false,
                })
            };
            if let Some(gives) = self.values.get_mut(text) {
                gives.extend(from, || give(Part::Whole, Vec::new()));
            }
            if let Some(reference) = url::parse(text) {
                let plain =
                    text.starts_with(['/', '.', '?']) || reference.origin.is_some() || is_for_urls(&place());
                let foreign = reference.is_foreign(&exchange.upstream);
                self.note_url(from, &reference, exchange, plain, &|part, words, previous| {
                    Some(Give { previous, foreign, plainly_url: plain, ..give(part, words)? })
                });
            }
        });
    }

    /// The URL as a whole, its path, the values of its query and its segments.
    fn note_url(
        &mut self,
        from: usize,
        reference: &Reference<'_>,
        exchange: &Exchange,
        plain: bool,
        give: &dyn Fn(Part, Vec<String>, Option<String>) -> Option<Give>,
    ) {
        let target = url::spelling(&reference.reduce(&exchange.request.target, &exchange.upstream));
        if let Some(gives) = self.targets.get_mut(&target) {
            gives.extend(from, || give(Part::Target, Vec::new(), None));
        }
        if let Some((path, _)) = target.split_once('?')
            && let Some(gives) = self.paths.get_mut(path)
        {
            gives.extend(from, || give(Part::Path, Vec::new(), None));
        }
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (name, value) in reference.pairs() {
            let nth = counts.entry(name.clone()).or_default();
            *nth += 1;
            if let Some(gives) = self.values.get_mut(&value) {
                let words = naming::words(&name);
                gives.extend(from, || give(Part::Query(name, *nth - 1), words, None));
            }
        }
        // Texts with slashes in them, such as Base64, have no segments.
        let segments: Vec<String> = reference.segments_from_end().filter(|_| plain).collect();
        for (from_end, segment) in segments.iter().enumerate() {
            if let Some(gives) = self.values.get_mut(segment) {
                let previous = segments.get(from_end + 1).map(|s| naming::singular(s));
                gives.extend(from, || give(Part::Segment(from_end), vec!["segment".to_owned()], previous));
            }
        }
    }
}

fn is_for_urls(place: &SourcePlace) -> bool {
    match place {
        SourcePlace::Link(_) => true,
        SourcePlace::Header(name, _) => name.ends_with("location"),
        _ => false,
    }
}

/// The names on the way to a place, whether it lies in a list, and whether it is a bare item of one.
fn describe(place: &SourcePlace) -> (Vec<String>, bool, bool) {
    match place {
        SourcePlace::Header(name, _) | SourcePlace::Cookie(name) | SourcePlace::Link(name) => {
            (vec![name.clone()], false, false)
        }
        SourcePlace::Element(name, nth, last) => (vec![name.clone()], *nth > 0 || !*last, false),
        SourcePlace::Word(after, _) => (vec![after.clone()], false, false),
        SourcePlace::Json(Pointer(steps), _) => {
            let names = steps.iter().filter_map(|s| match s {
                Step::Member(name) => Some(name.clone()),
                Step::Index(_) | Step::Every => None,
            });
            let indexed = steps.iter().any(|s| matches!(s, Step::Index(_)));
            (names.collect(), indexed, matches!(steps.last(), Some(Step::Index(_))))
        }
    }
}
