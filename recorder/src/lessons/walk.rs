//! # walk
//!
//! Walks a listing from its first page to its last.
//!
//! ## Why it matters
//!
//! A fake that gives everything at once hides every mistake in a client's loop: that it stops after the first
//! page, asks for the first one again, or takes an empty page for the end. What a page looks like, how the next
//! one is asked for and how the last one says that it is the last: only a walk shows all three.
//!
//! Every style is followed: a `Link` header, a URL in the body, a token in the body or a header, a flag with the
//! last item's id, page numbers, offsets. Settings: `most` pages (100 if not stated); `by`, the name under which
//! the request carries its place in the listing, where that cannot be guessed (`page_token`, `header X-Place`).
//! Beliefs: `pages`, `items`, `unique` (no item comes twice) and those of `ask`, about the last page.
//!
//! ## Shows
//!
//! ```text
//! - walk: GET /v1/things?limit=2
//!   believe: {pages: 2, items: 3, unique: true}
//! > GET /v1/things?limit=2
//! < 200 {"has_more":true,"data":[{"id":"a"},{"id":"b"}]}
//! > GET /v1/things?limit=2&starting_after=b
//! < 200 {"has_more":false,"data":[{"id":"c"}]}
//! = shown: 2 pages, 3 items, by query starting_after
//! = held: pages, items, unique
//! ```
//!
//! An item that moves while one walks comes twice:
//!
//! ```text
//! - walk: GET /v1/things
//!   believe: {unique: true, pages: 3}
//! > GET /v1/things
//! < link: </v1/things?page=2>; rel="next"
//! < 200 [{"id":1},{"id":2}]
//! > GET /v1/things?page=2
//! < 200 [{"id":2},{"id":3}]
//! = shown: 2 pages, 4 items, by the whole URL
//! = broken: pages: expected 3, came 2
//! = broken: unique: expected true, came 1 item twice
//! ```
//!
//! A guess that gives the first page again is given up for the next one:
//!
//! ```text
//! - walk: GET /v1/things?limit=1
//! > GET /v1/things?limit=1
//! < 200 {"things":[{"id":1}],"next_cursor":"k1"}
//! > GET /v1/things?limit=1&cursor=k1
//! < 200 {"things":[{"id":1}],"next_cursor":"k1"}
//! > GET /v1/things?limit=1&next_cursor=k1
//! < 200 {"things":[{"id":2}],"next_cursor":null}
//! = shown: 2 pages, 2 items, by query next_cursor
//! ```
//!
//! What fits on one page shows no second one:
//!
//! ```text
//! - walk: GET /v1/things
//!   believe: {items: 1}
//! > GET /v1/things
//! < 200 {"has_more":false,"data":[{"id":"a"}]}
//! = not shown: it has no second page
//! = held: items
//! ```
//!
//! ```text
//! - walk: GET /v1/things?page=1
//!   most: 2
//! > GET /v1/things?page=1
//! < 200 {"data":[{"id":"a"}]}
//! > GET /v1/things?page=2
//! < 200 {"data":[{"id":"b"}]}
//! = not shown: it has no end within 2 pages
//! ```

mod way;

use super::lesson::{Lesson, Name, Takes};
use crate::desk::{Asked, Desk, LessonError, Taught, Weighing};
use cassettes::facets::pagination::{identities, identity_member, items_at, items_of, verdict};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::plan;
use std::collections::{BTreeMap, BTreeSet};
use way::Way;

/// How many pages are walked where the plan does not say.
const MOST: u64 = 100;
/// How many guesses are tried.
const TRIES: usize = 4;

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("walk", include_str!("walk.rs")),
    settings: &[Name::new("most", Takes::Count(1, 100_000)), Name::new("by", Takes::Text)],
    beliefs: &[
        Name::new("pages", Takes::Count(0, u64::MAX)),
        Name::new("items", Takes::Count(0, u64::MAX)),
        Name::new("unique", Takes::Flag),
    ],
    weighs_answer: true,
    openly: false,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

/// How a walk came to its end.
enum End {
    Last,
    Refused,
    Circle,
    Bound,
    NoWay,
}

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let number = lesson.setting("most").and_then(Json::scalar_text).and_then(|text| text.parse().ok());
    let most = number.unwrap_or(MOST);
    let by = lesson.setting("by").and_then(Json::scalar_text);
    let first = desk.request(lesson)?;
    let mut pages = vec![desk.ask(&first).await?];
    let mut way: Option<Way> = None;
    let end = loop {
        let Some(page) = pages.last().filter(|page| page.is_good()) else { break End::Refused };
        let ways = match &way {
            Some(known) => vec![known.clone()],
            None => Way::guesses(&first, page, by),
        };
        let mut next = None;
        let mut again = false;
        for way in ways.into_iter().take(TRIES) {
            let Some(request) = way.request(&first, page, desk)? else { continue };
            if pages.iter().any(|page| page.request == request) {
                again = true;
                continue;
            }
            if pages.len() as u64 >= most {
                next = Some((way, None));
                break;
            }
            let asked = desk.ask(&request).await?;
            let guessed = pages.len() == 1 && !way.was_told();
            if guessed && (!asked.is_good() || (!items(&asked).is_empty() && items(&asked) == items(page))) {
                again = true;
                continue;
            }
            next = Some((way, Some(asked)));
            break;
        }
        match next {
            Some((_, None)) => break End::Bound,
            // Who counts sees the end in that there is nothing any more.
            Some((known, Some(asked))) if asked.is_good() && items(&asked).is_empty() && known.counts() => {
                way = Some(known);
                break End::Last;
            }
            Some((known, Some(asked))) => {
                way = Some(known);
                pages.push(asked);
            }
            None if way.is_some() && again => break End::Circle,
            None if again && says_more(page) => break End::NoWay,
            None => break End::Last,
        }
    };
    Ok(told(desk, lesson, &pages, way.as_ref(), &end))
}

fn told(desk: &mut Desk<'_>, lesson: &plan::Lesson, pages: &[Asked], way: Option<&Way>, end: &End) -> Taught {
    if let Some(last) = pages.last() {
        desk.keep_from(last);
    }
    let every: Vec<&Asked> = pages.iter().collect();
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for item in pages.iter().flat_map(items) {
        *counted.entry(item).or_default() += 1;
    }
    let total: u64 = counted.values().sum();
    let twice = counted.values().filter(|times| **times > 1).count();
    let walked = pages.iter().filter(|page| page.is_good()).count() as u64;
    let mut weighing = Weighing::of(lesson);
    weighing.number("pages", walked, ("body", &every));
    weighing.number("items", total, ("body", &every));
    let came = match twice {
        0 => "no item twice".to_owned(),
        1 => "1 item twice".to_owned(),
        n => format!("{n} items twice"),
    };
    weighing.flag("unique", twice == 0, came, ("body", &every));
    if let Some(last) = pages.last() {
        weighing.answer(last);
    }
    let beliefs = weighing.done(&every);
    let count = |n: u64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let mut seen = format!("{}, {}", count(walked, "page"), count(total, "item"));
    if let Some(way) = way.filter(|_| walked > 1) {
        seen.push_str(&format!(", by {way}"));
    }
    let why = match end {
        End::Refused => {
            let came = pages.last().map(Asked::in_short).unwrap_or_default();
            format!("page {} was answered {came}", pages.len())
        }
        End::Circle => "its pages lead back to one that was there before".to_owned(),
        End::Bound => format!("it has no end within {}", count(pages.len() as u64, "page")),
        End::NoWay => {
            "it seems to go on, and none of the ways to ask for more led on: say the name with `by:`"
                .to_owned()
        }
        End::Last if walked < 2 => "it has no second page".to_owned(),
        End::Last => return Taught::shown(seen, beliefs),
    };
    Taught::not_shown(seen, why, beliefs)
}

/// Whether a page says that there is another one. A full page alone does not.
fn says_more(page: &Asked) -> bool {
    let Some(reply) = page.reply() else { return false };
    verdict(&reply.headers, page.json.as_ref(), &BTreeSet::new()) == Some(true)
}

/// Who the items of a page are.
fn items(page: &Asked) -> Vec<String> {
    let found = page.json.as_ref().and_then(|json| items_of(json, &items_at(json)?)).unwrap_or_default();
    let member = identity_member(&found.iter().collect::<Vec<_>>());
    identities(found, member.as_deref())
}
