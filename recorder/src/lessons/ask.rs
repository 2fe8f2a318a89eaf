//! # ask
//!
//! Asks once, and weighs what is believed of the answer.
//!
//! ## Why it matters
//!
//! A plan is a learning test: what a program relies on is written down, and asked again after each upgrade of
//! the real side. `ask` also makes what later lessons need, and cleans up after them: it is the one lesson
//! that sends whatever the plan names.
//!
//! Beliefs: `status` (404, 4xx, a list, or a kind of transport failure such as `reset`), `class`, `code`,
//! `media-type`, `header` (names with their values, `true` for any, `false` for none) and `json` (JSONPaths
//! with their values).
//!
//! ## Shows
//!
//! ```text
//! - ask: GET /v1/reports/big
//!   headers: {Accept: text/csv}
//!   believe: {status: 200, media-type: text/csv, header: {etag: true, x-cache: false}}
//! > GET /v1/reports/big
//! > Accept: text/csv
//! < content-type: text/csv
//! < etag: "7"
//! < 200 a,b
//! = shown: 200
//! = held: status, media-type, header etag, header x-cache
//! ```
//!
//! ```text
//! - ask: POST /v1/things
//!   json: {name: "x"}
//!   believe: {status: 201, json: {$.id: 7, $.tags: []}}
//! > POST /v1/things
//! > Content-Type: application/json
//! >> {"name":"x"}
//! < 200 {"id":8,"tags":[]}
//! = shown: 200
//! = held: json $.tags
//! = broken: status: expected 201, came 200
//! = broken: json $.id: expected 7, came 8
//! ```

use super::lesson::Lesson;
use crate::desk::{Asked, Belief, Desk, LessonError, Taught, Weighing};
use cassettes::meta::Meta;
use cassettes::plan;

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("ask", include_str!("ask.rs")),
    settings: &[],
    beliefs: &[],
    weighs_answer: true,
    openly: true,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let (asked, beliefs) = once(desk, lesson).await?;
    Ok(Taught::shown(asked.in_short(), beliefs))
}

/// Asks what stands in the plan, and weighs what is believed of the answer.
pub(super) async fn once(
    desk: &mut Desk<'_>,
    lesson: &plan::Lesson,
) -> Result<(Asked, Vec<Belief>), LessonError> {
    let request = desk.request(lesson)?;
    let asked = desk.ask(&request).await?;
    let mut weighing = Weighing::of(lesson);
    weighing.answer(&asked);
    let beliefs = weighing.done(&[&asked]);
    Ok((asked, beliefs))
}
