//! Lessons that somebody has given already, whatever came of it.

use super::lack::Lack;
use super::seen::Seen;
use cassettes::codec;
use cassettes::json::Json;
use cassettes::model::{Exchange, Request};
use cassettes::plan::{Content, Lesson};
use std::collections::BTreeSet;

/// The lack without the lessons that were tried; none where all of them were.
pub(super) fn untried(seen: &Seen<'_>, mut lack: Lack) -> Option<Lack> {
    let exchanges = seen.run.cassettes.get(lack.of.0)?.exchanges.as_slice();
    let shown = &exchanges.get(lack.of.1)?.request;
    if !lack.story {
        lack.lessons.retain(|lesson| !tried(seen, lesson, shown));
    }
    (!lack.lessons.is_empty()).then_some(lack)
}

fn tried(seen: &Seen<'_>, lesson: &Lesson, shown: &Request) -> bool {
    // A name that was tried for the place in a listing.
    if let Some(by) = lesson.setting("by").and_then(Json::as_str) {
        let says = |request: &Request| request.query_pairs().iter().any(|(name, _)| name == by);
        return seen.on_path.iter().any(|e| says(&e.request));
    }
    let least = match lesson.kind.as_str() {
        "ask" | "miss" | "reject" => 1,
        "repeat" => 2,
        // What turns pages where there are none was given if its question was put.
        "walk" if seen.listing.is_none() => 1,
        _ => return false,
    };
    let pattern = Pattern::of(seen, lesson, shown);
    if lesson.kind == "repeat" && !lesson.is_safe() {
        // What makes something was sent twice only where it was the same, and not alike.
        let mut sent = BTreeSet::new();
        let mut asked = seen.everything.iter().filter(|e| pattern.is_asked_by(e)).map(|e| &e.request);
        return asked.any(|request| !sent.insert((request.target.as_str(), request.body.bytes())));
    }
    seen.everything.iter().filter(|e| pattern.is_asked_by(e)).count() >= least
}

/// What a lesson asks. Where it says the same as what was recorded, its ids and words may be others: those
/// of a run are its own.
struct Pattern<'p> {
    lesson: &'p Lesson,
    path: Vec<String>,
    query: Vec<(String, String)>,
    shown: &'p Request,
    shown_path: Vec<String>,
    shown_query: Vec<(String, String)>,
    shown_body: Option<Json>,
    varies: Vec<bool>,
}

impl<'p> Pattern<'p> {
    fn of(seen: &Seen<'_>, lesson: &'p Lesson, shown: &'p Request) -> Pattern<'p> {
        let asked = Request::new(lesson.method.as_str(), lesson.target.as_str());
        let template = seen.operation.template.split(' ').next().unwrap_or_default();
        Pattern {
            lesson,
            path: asked.segments(),
            query: asked.query_pairs(),
            shown,
            shown_path: shown.segments(),
            shown_query: shown.query_pairs(),
            shown_body: codec::json_of(&shown.headers, &shown.body),
            varies: template.split('/').skip(1).map(|part| part.starts_with('{')).collect(),
        }
    }

    fn is_asked_by(&self, exchange: &Exchange) -> bool {
        let request = &exchange.request;
        if request.method != self.lesson.method {
            return false;
        }
        let path = request.segments();
        let fresh = |said: &String, own: Option<&String>| {
            let rest = said.strip_prefix("{{new.name}}");
            rest.is_some_and(|rest| own.is_some_and(|own| own.len() > rest.len() && own.ends_with(rest)))
        };
        let same = |at: usize, said: &String| {
            path.get(at) == Some(said)
                || fresh(said, path.get(at))
                || (self.shown_path.get(at) == Some(said) && self.varies.get(at).copied().unwrap_or(false))
        };
        path.len() == self.path.len()
            && self.path.iter().enumerate().all(|(at, said)| same(at, said))
            && self.is_same_query(&request.query_pairs())
            && self.is_same_body(request)
    }

    fn is_same_query(&self, asked: &[(String, String)]) -> bool {
        asked.len() == self.query.len()
            && self.query.iter().all(|pair| {
                let free = self.shown_query.contains(pair);
                asked.contains(pair) || (free && asked.iter().any(|(name, _)| *name == pair.0))
            })
    }

    fn is_same_body(&self, request: &Request) -> bool {
        let media = self.lesson.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if let Some((_, Some(media))) = media
            && request.headers.media_type().as_deref() != Some(media)
        {
            return false;
        }
        match &self.lesson.content {
            Content::Nothing => request.body.is_empty(),
            Content::Json(json) => {
                let asked = codec::json_of(&request.headers, &request.body);
                asked.is_some_and(|asked| is_like(json, &asked, self.shown_body.as_ref()))
            }
            content @ (Content::Text(_) | Content::Form(_)) if media.is_some() => {
                // JSON that was sent as a text may hold other words.
                let bytes = content.bytes().unwrap_or_default();
                let said = Json::parse(&bytes).ok();
                let asked = || Json::parse(request.body.bytes()).ok();
                bytes == request.body.bytes()
                    || said.is_some_and(|said| {
                        asked().is_some_and(|asked| is_like(&said, &asked, self.shown_body.as_ref()))
                    })
            }
            Content::Form(pairs) => {
                let Content::Form(asked) = super::spoilt::content_of(request) else { return false };
                let Content::Form(shown) = super::spoilt::content_of(self.shown) else { return false };
                asked.len() == pairs.len()
                    && pairs.iter().all(|pair| {
                        let free = shown.contains(pair);
                        asked.contains(pair) || (free && asked.iter().any(|(name, _)| *name == pair.0))
                    })
            }
            content @ Content::Text(_) => content.bytes().is_some_and(|bytes| bytes == request.body.bytes()),
        }
    }
}

/// Whether two documents are the same but for texts that are as they were recorded.
fn is_like(said: &Json, asked: &Json, shown: Option<&Json>) -> bool {
    match (said, asked) {
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, value)| {
                    let shown = shown.and_then(|s| s.get(name));
                    asked.get(name).is_some_and(|asked| is_like(value, asked, shown))
                })
        }
        (Json::Array(a), Json::Array(b)) => {
            let shown = |at: usize| shown.and_then(|s| s.items().get(at));
            a.len() == b.len() && a.iter().zip(b).enumerate().all(|(at, (a, b))| is_like(a, b, shown(at)))
        }
        (a, b) => a == b || (a.kind() == b.kind() && shown == Some(a)),
    }
}
