//! # miss
//!
//! Asks for what nobody has, and weighs how that is said.
//!
//! ## Why it matters
//!
//! "There is no such thing" is said with 404, with 410, with an empty list, with `null`, with a 200 that says
//! error in its body. A client that looks for another one of these than it gets takes an absent thing for a
//! failure, or a failure for an absent thing.
//!
//! Beliefs: `not-found` (a status, or a style: `document`, `text`, `empty`, `gone`, `by-code`, `null`,
//! `no-content`, `empty-list`, `empty-object`), and those of `ask`.
//!
//! ## Shows
//!
//! ```text
//! - miss: GET /v1/customers/cus_nope
//!   believe: {not-found: 404, code: customer_not_found}
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"customer_not_found"}}
//! = shown: 404 with an error document
//! = held: not-found, code
//! ```
//!
//! ```text
//! - miss: GET /v1/search?q=nobody
//!   believe: {not-found: 404}
//! > GET /v1/search?q=nobody
//! < 200 {"results":[]}
//! = shown: a success with an empty list
//! = broken: not-found: expected 404, came 200, a success with an empty list
//! ```
//!
//! ```text
//! - miss: GET /v1/customers/cus_1
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1"}
//! = not shown: something is there
//! ```

use super::lesson::{Lesson, Name, Takes};
use crate::desk::{Desk, LessonError, Taught, Weighing, is_status};
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::MissStyle;
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::plan;

/// The styles, as plans spell them.
const STYLES: &[&str] =
    &["document", "text", "empty", "gone", "by-code", "null", "no-content", "empty-list", "empty-object"];

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("miss", include_str!("miss.rs")),
    settings: &[],
    beliefs: &[Name::new("not-found", Takes::WordOrStatus(STYLES))],
    weighs_answer: true,
    openly: false,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let request = desk.request(lesson)?;
    let asked = desk.ask(&request).await?;
    let style = asked.miss();
    let missed = style.is_some() || matches!(asked.class(), Some(Class::NotFound | Class::Gone));
    let mut weighing = Weighing::of(lesson);
    let label = asked.answer.label();
    let came = match style {
        Some(style) if style.as_str().starts_with(label.as_str()) => style.as_str().to_owned(),
        Some(style) => format!("{label}, {}", style.as_str()),
        None => asked.in_short(),
    };
    weighing.weigh("not-found", came, ("status", &[&asked]), |believed| match believed {
        Json::String(text) if STYLES.contains(&text.as_str()) => style.map(spelt) == Some(text.as_str()),
        status => missed && is_status(status, &label),
    });
    weighing.answer(&asked);
    let beliefs = weighing.done(&[&asked]);
    let seen = style.map_or_else(|| asked.in_short(), |style| style.as_str().to_owned());
    Ok(match missed {
        true => Taught::shown(seen, beliefs),
        false if asked.is_good() => Taught::not_shown(seen, "something is there", beliefs),
        false => Taught::not_shown(seen, "it says something else than that there is no such thing", beliefs),
    })
}

fn spelt(style: MissStyle) -> &'static str {
    match style {
        MissStyle::NotFoundDocument => "document",
        MissStyle::NotFoundText => "text",
        MissStyle::NotFoundEmpty => "empty",
        MissStyle::Gone => "gone",
        MissStyle::OtherStatus | MissStyle::StatusWord => "by-code",
        MissStyle::GraphQlNull | MissStyle::Null => "null",
        MissStyle::NoContent | MissStyle::EmptyBody => "no-content",
        MissStyle::EmptyList => "empty-list",
        MissStyle::EmptyObject => "empty-object",
    }
}
