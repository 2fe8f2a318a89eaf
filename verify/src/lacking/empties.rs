//! Lists that never came back with nothing in them.

use super::lack::Lack;
use super::lesson::{about, lesson, template, with_query};
use super::seen::Seen;
use super::unknown::unknown;
use cassettes::facets::error_class::Class;
use cassettes::facets::pagination::{self as pages, Edge, Says, Slot, Source, guesses, signals};
use cassettes::facets::time_form::time_form;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::model::Request;
use cassettes::plan::Lesson;

/// Beyond the end of every list.
const FAR: &str = "100000";

/// After every name.
const LAST: &str = "zzzzzzzz";

/// Words in the names of what says the last item of a page.
const KEYSETS: [&str; 2] = ["marker", "startafter"];

/// At most so many filters are tried.
const FILTERS: usize = 2;

/// Members by which lists are often filtered, where nobody was seen to do so.
const OFTEN: [&str; 8] = ["status", "state", "type", "kind", "category", "email", "name", "title"];

/// Words in the names of what picks none of the things of a list: order, form, place and size.
const SHAPES: [&str; 18] = [
    "sort", "order", "fields", "include", "expand", "select", "embed", "format", "locale", "lang", "limit",
    "page", "size", "offset", "skip", "top", "cursor", "token",
];

/// Nobody asked for what no item is, or for the page after all pages.
pub(super) fn empties(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let lists = seen.listing.is_some() || seen.is_list();
    let names_one = template(seen.operation).rsplit('/').next().is_some_and(|last| last.starts_with('{'));
    if !seen.is(&["GET"]) || seen.is_call() || !lists || names_one {
        return;
    }
    let nothing = |one: &super::seen::One<'_>| one.said.is_success() && one.miss.is_some();
    if seen.all.iter().any(nothing) || seen.has_class(&[Class::NotFound, Class::Gone]) {
        return;
    }
    let target = seen.request().target.as_str();
    let miss = |name: &str, value: &str| lesson("miss", seen, with_query(target, name, value));
    let mut lessons: Vec<Lesson> = filters(seen.request())
        .into_iter()
        .take(FILTERS)
        .map(|(name, value)| about(miss(&name, &nobodys(&value)), "a filter that nothing passes"))
        .collect();
    if lessons.is_empty()
        && let Some((name, value)) = often(seen)
    {
        lessons.push(about(miss(&name, &nobodys(&value)), "a filter that nothing passes, if it knows such"));
    }
    if let Some(name) = counter(seen) {
        lessons.push(about(miss(&name, FAR), "what comes after everything"));
    }
    if let Some(name) = keyset(seen) {
        lessons.push(about(miss(&name, LAST), "what comes after the last of all names"));
    }
    if lessons.is_empty() {
        return;
    }
    let first = lessons.remove(0);
    let because = "every list that it gave had something in it";
    found.push(Lack::new("empty-list", seen.at(), first, because).and(lessons));
}

/// What a request picks items by.
fn filters(request: &Request) -> Vec<(String, String)> {
    let shapes = |name: &str| words(name).iter().any(|w| SHAPES.contains(&w.as_str()));
    let size = pages::limit_of(request).map(|(name, _)| name);
    let mut all = request.query_pairs();
    all.retain(|(name, value)| !shapes(name) && size.as_ref() != Some(name) && value.parse::<f64>().is_err());
    all
}

/// A value like this one that no item has: in an expression, the text between its quotes.
fn nobodys(value: &str) -> String {
    let between = value.split('\'').collect::<Vec<_>>();
    match between.as_slice() {
        [before, inner, after] => format!("{before}'{}'{after}", unknown(inner)),
        _ => unknown(value),
    }
}

/// A member of the items by which such lists are often filtered, and its value in one of them.
fn often(seen: &Seen<'_>) -> Option<(String, String)> {
    let word = |name: &str, item: &Json| {
        let text = item.get(name)?.as_str().filter(|text| !text.is_empty() && time_form(text).is_none())?;
        Some((name.to_owned(), text.to_owned()))
    };
    seen.good().find_map(|one| {
        let tree = one.said.tree()?;
        let items = pages::items_of(tree, &pages::items_at(tree)?)?;
        OFTEN.iter().find_map(|name| items.iter().find_map(|item| word(name, item)))
    })
}

/// The name under which pages, or items passed over, are counted.
fn counter(seen: &Seen<'_>) -> Option<String> {
    let counts = |edge: &Edge| match (&edge.slot, &edge.source) {
        (Slot::Query(name), Source::Counted(_)) => Some(name.clone()),
        _ => None,
    };
    let used = seen.listing.into_iter().flat_map(|l| &l.edges).find_map(counts);
    let here = || {
        seen.good().find_map(|one| {
            let request = &one.exchange.request;
            let ways = guesses(request, one.said.reply()?, one.said.tree(), None);
            ways.iter().find_map(counts).or_else(|| told(one.said.headers()?, one.said.tree()))
        })
    };
    used.or_else(here)
}

/// The name under which the last item, and not a token, says where the listing goes on.
fn keyset(seen: &Seen<'_>) -> Option<String> {
    let by_item = |edge: &Edge| match (&edge.slot, &edge.source) {
        (Slot::Query(name), Source::LastItem(_)) => Some(name.clone()),
        _ => None,
    };
    let named = || {
        seen.good().find_map(|one| {
            let words_of = |name: &str| words(name).iter().any(|word| KEYSETS.contains(&word.as_str()));
            let ways = guesses(&one.exchange.request, one.said.reply()?, one.said.tree(), None);
            ways.iter().find_map(|edge| match &edge.slot {
                Slot::Query(name) if words_of(name) => Some(name.clone()),
                _ => None,
            })
        })
    };
    seen.listing.into_iter().flat_map(|l| &l.edges).find_map(by_item).or_else(named)
}

/// The name that counts in the URL of another page.
fn told(headers: &cassettes::model::Headers, tree: Option<&Json>) -> Option<String> {
    let url = signals(headers, tree).into_iter().find_map(|signal| match signal.says {
        Says::More(value) if value.contains('?') => Some(value),
        _ => None,
    })?;
    let query = url.split_once('?')?.1.split(['>', '#']).next()?;
    let pairs = Request::new("GET", format!("/?{query}")).query_pairs();
    let counts =
        |name: &str| words(name).iter().any(|w| matches!(w.as_str(), "page" | "offset" | "skip" | "start"));
    pairs.into_iter().find(|(name, value)| counts(name) && value.parse::<u64>().is_ok()).map(|(name, _)| name)
}
