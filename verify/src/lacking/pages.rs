//! Listings that were never walked.

use super::lack::Lack;
use super::lesson::{about, lesson, limit_name, path, template, with_query};
use super::seen::{One, Seen};
use cassettes::facets::pagination::{identity_member, items_at, items_of};
use cassettes::facets::time_form::time_form;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::plan::Lesson;

/// How page sizes are often asked for, where nothing is known.
const SIZES: [&str; 3] = ["limit", "per_page", "page_size"];

/// Nobody turned the page, or went on to the last one.
pub(super) fn pages(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let walked = || seen.run.walks.iter().filter(|w| w.operation == *seen.operation);
    // Several pages, and not too many of them: of a list that is whole, three.
    let longest = seen.longest_list();
    let size = if seen.listing.is_some() { (longest / 2).max(2) } else { longest.div_ceil(3).max(1) };
    let size = size.to_string();
    let target = seen.request().target.as_str();
    let walk = |target: String| super::lesson::sending("walk", seen, target);
    let small = limit_name(seen).map(|name| walk(with_query(target, &name, &size)));
    if let Some(listing) = seen.listing {
        let goes_on = |one: &One<'_>| listing.goes_on(one.said, &one.exchange.request);
        let first =
            small.unwrap_or_else(|| walk(if seen.is(&["GET"]) { path(seen) } else { target.to_owned() }));
        if walked().next().is_none() {
            let because = "its listing goes on, and nobody asked for the page after the first";
            found.push(Lack::new("second-page", seen.at(), first, because));
        } else if !walked().any(|w| w.real_ended) && seen.good().all(goes_on) {
            let because = "nobody walked its listing to the end";
            found.push(Lack::new("last-page", seen.at(), first, because));
        }
        return;
    }
    let names_one = template(seen.operation).rsplit('/').next().is_some_and(|last| last.starts_with('{'));
    if seen.is(&["GET"]) && !seen.is_call() && !names_one && seen.is_list() {
        let because = "it lists things, and whether it does so in pages was never tried";
        let guesses = || SIZES.map(|name| lesson("walk", seen, with_query(target, name, &size)));
        let mut lessons: Vec<Lesson> = small.map_or_else(|| guesses().to_vec(), |one| vec![one]);
        if let Some(by) = moment(seen) {
            lessons.push(by);
        }
        let first = lessons.remove(0);
        found.push(Lack::new("second-page", seen.at(), first, because).and(lessons));
    }
}

/// Things that have a moment and no id may be asked for from the last one's moment on.
fn moment(seen: &Seen<'_>) -> Option<Lesson> {
    let has = seen.good().any(|one| {
        let items = one.said.tree().and_then(|tree| items_of(tree, &items_at(tree)?));
        let says = |item: &Json| {
            item.members().iter().any(|(_, v)| v.as_str().is_some_and(|text| time_form(text).is_some()))
        };
        let member = items.and_then(|items| identity_member(&items.iter().collect::<Vec<_>>()));
        let named = member.is_some_and(|name| words(&name).iter().any(|w| w == "id" || w == "key"));
        !named && items.is_some_and(|items| items.len() >= 2 && items.iter().all(says))
    });
    let mut walk = lesson("walk", seen, path(seen));
    walk.settings.push(("by".to_owned(), Json::String("since".to_owned())));
    has.then_some(about(walk, "from the moment of the last one on"))
}
