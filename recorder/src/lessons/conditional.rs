//! # conditional
//!
//! Reads something, asks whether it has changed since, and, where the plan names a change, makes it on the
//! condition of an old state.
//!
//! ## Why it matters
//!
//! A cache that never hears 304 is never tested; a write that never hears 412 overwrites what somebody else
//! has written meanwhile. Fakes send an ETag and look at none.
//!
//! Asked are: the thing itself; the same with its `ETag` in `If-None-Match`, with a stale one, and with its
//! `Last-Modified` in `If-Modified-Since`; and, with `change: PUT /path` (what is sent is the lesson's `json`,
//! `form` or `text`), that with a stale `If-Match`. Beliefs: `not-modified` (`true`, `false` or the status for
//! the fresh tag), `stale` (the status for the stale one), `since` (as `not-modified`, for the date),
//! `precondition` (`true`, `false` or the status of the change), and those of `ask`, about the first answer.
//!
//! ## Shows
//!
//! ```text
//! - conditional: GET /v1/things/1
//!   change: PUT /v1/things/1
//!   unsafe: true
//!   json: {name: b}
//!   believe: {not-modified: true, stale: 200, precondition: 412}
//! > GET /v1/things/1
//! < etag: "7"
//! < 200 {"name":"a"}
//! > GET /v1/things/1
//! > If-None-Match: "7"
//! < 304
//! > GET /v1/things/1
//! > If-None-Match: "6"
//! < 200 {"name":"a"}
//! > PUT /v1/things/1
//! > Content-Type: application/json
//! > If-Match: "6"
//! >> {"name":"b"}
//! < 412
//! = shown: fresh tag 304, stale tag 200, change 412
//! = held: not-modified, stale, precondition
//! ```
//!
//! ```text
//! - conditional: GET /v1/pages/1
//!   believe: {not-modified: 304, since: true}
//! > GET /v1/pages/1
//! < last-modified: Wed, 21 Oct 2026 07:28:00 GMT
//! < etag: W/"1"
//! < 200 {"a":1}
//! > GET /v1/pages/1
//! > If-None-Match: W/"1"
//! < 200 {"a":1}
//! > GET /v1/pages/1
//! > If-None-Match: W/"0"
//! < 200 {"a":1}
//! > GET /v1/pages/1
//! > If-Modified-Since: Wed, 21 Oct 2026 07:28:00 GMT
//! < 304
//! = shown: fresh tag 200, stale tag 200, since 304
//! = held: since
//! = broken: not-modified: expected 304, came 200
//! ```
//!
//! ```text
//! - conditional: GET /v1/me
//! > GET /v1/me
//! < 200 {"id":1}
//! = not shown: it has neither an ETag nor a date of its last change
//! ```

use super::lesson::{Lesson, Name, Takes};
use crate::desk::{Asked, Desk, LessonError, Taught, Weighing};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::plan::{self, Content};

/// A tag where none was given.
const STALE: &str = "\"0\"";

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("conditional", include_str!("conditional.rs")),
    settings: &[Name::new("change", Takes::Question)],
    beliefs: &[
        Name::new("not-modified", Takes::FlagOrStatus),
        Name::new("stale", Takes::Status),
        Name::new("since", Takes::FlagOrStatus),
        Name::new("precondition", Takes::FlagOrStatus),
    ],
    weighs_answer: true,
    openly: false,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let change = lesson.setting("change").and_then(Json::as_str).and_then(|text| text.split_once(' '));
    // What is sent is the change's, where there is one.
    let reading = match change {
        Some(_) => plan::Lesson { content: Content::Nothing, ..lesson.clone() },
        None => lesson.clone(),
    };
    let request = desk.request(&reading)?;
    let read = desk.ask(&request).await?;
    let mut weighing = Weighing::of(lesson);
    weighing.answer(&read);
    if !read.is_good() {
        let seen = read.in_short();
        let beliefs = weighing.done(&[&read]);
        return Ok(Taught::not_shown(seen, "it was not given", beliefs));
    }
    let mut seen = Vec::new();
    let with = |request: &Request, name: &str, value: &str| {
        let mut request = request.clone();
        request.headers.set(name, value);
        request
    };
    if let Some(tag) = read.header("etag") {
        let fresh = desk.ask(&with(&request, "If-None-Match", &tag)).await?;
        condition(&mut weighing, "not-modified", 304, &fresh);
        seen.push(format!("fresh tag {}", fresh.answer.label()));
        let stale = desk.ask(&with(&request, "If-None-Match", &stale_tag(&tag))).await?;
        weighing.status("stale", &stale);
        seen.push(format!("stale tag {}", stale.answer.label()));
    }
    if let Some(date) = read.header("last-modified") {
        let since = desk.ask(&with(&request, "If-Modified-Since", &date)).await?;
        condition(&mut weighing, "since", 304, &since);
        seen.push(format!("since {}", since.answer.label()));
    }
    let readable = !seen.is_empty();
    if let Some((method, target)) = change {
        let changing =
            plan::Lesson { method: method.to_owned(), target: target.to_owned(), ..lesson.clone() };
        let request = desk.request(&changing)?;
        let tag = read.header("etag").map_or_else(|| STALE.to_owned(), |tag| stale_tag(&tag));
        let changed = desk.ask(&with(&request, "If-Match", &tag)).await?;
        condition(&mut weighing, "precondition", 412, &changed);
        seen.push(format!("change {}", changed.answer.label()));
    }
    desk.keep_from(&read);
    let beliefs = weighing.done(&[&read]);
    Ok(match readable || change.is_some() {
        true => Taught::shown(seen.join(", "), beliefs),
        false => Taught::not_shown(
            read.in_short(),
            "it has neither an ETag nor a date of its last change",
            beliefs,
        ),
    })
}

/// A tag of the same form that is not the one given: of a number or a time the one before, so that whoever
/// reads it as one takes it for an old state.
fn stale_tag(tag: &str) -> String {
    let (before, rest) = tag.split_at(tag.find('"').map_or(0, |at| at + 1));
    let (inner, after) = rest.split_at(rest.rfind('"').unwrap_or(rest.len()));
    let number: Option<u64> = inner.parse().ok().filter(|n| *n > 0);
    let stale = match number {
        Some(number) => format!("{:0width$}", number - 1, width = inner.len()),
        None => {
            let last = inner.rfind(|c: char| c.is_ascii_alphanumeric());
            let change = |(at, c): (usize, char)| match c {
                c if Some(at) != last => c,
                // Hexadecimal digits stay such.
                '9' | 'f' | 'z' => '0',
                'F' | 'Z' => 'A',
                c => (c as u8 + 1) as char,
            };
            inner.char_indices().map(change).collect()
        }
    };
    if stale == inner { STALE.to_owned() } else { format!("{before}{stale}{after}") }
}

/// A belief that a condition is looked at, which is what that status says.
fn condition(weighing: &mut Weighing<'_>, name: &str, status: u16, asked: &Asked) {
    let looked_at = asked.status() == Some(status);
    match weighing.believed(name) {
        Some(Json::Bool(_)) => weighing.flag(name, looked_at, asked.in_short(), ("status", &[asked])),
        _ => weighing.status(name, asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_tag_looks_like_the_fresh_one() {
        for (tag, stale) in [
            ("\"1792567670123\"", "\"1792567670122\""),
            ("W/\"100\"", "W/\"099\""),
            ("\"sha256:ab9f\"", "\"sha256:ab90\""),
            ("\"a-1-gzip\"", "\"a-1-gziq\""),
            ("abc", "abd"),
            ("\"\"", STALE),
            ("\"é\"", STALE),
            ("\"", STALE),
        ] {
            assert_eq!(stale_tag(tag), stale, "{tag}");
        }
    }
}
