//! # concurrent
//!
//! Asks the same several times at once, each on a connection of its own.
//!
//! ## Why it matters
//!
//! Two clients book the last seat. A fake that serves one after the other never shows who wins, and that the
//! other one gets a conflict.
//!
//! Settings: `times` (required). Beliefs: `statuses`, how often each answer comes (`{201: 1, 409: 4}`; what is
//! not named comes not at all); `same`, whether all bodies are.
//!
//! ## Shows
//!
//! ```text
//! - concurrent: POST /v1/seats
//!   times: 3
//!   unsafe: true
//!   json: {seat: 1}
//!   believe: {statuses: {201: 1, 409: 2}}
//! > POST /v1/seats
//! > Content-Type: application/json
//! >> {"seat":1}
//! < 201 {"id":1}
//! > POST /v1/seats
//! > Content-Type: application/json
//! >> {"seat":1}
//! < 409 {"error":"taken"}
//! > POST /v1/seats
//! > Content-Type: application/json
//! >> {"seat":1}
//! < 409 {"error":"taken"}
//! = shown: 1 x 201, 2 x 409
//! = held: statuses
//! ```
//!
//! ```text
//! - concurrent: GET /v1/counter
//!   times: 2
//!   believe: {statuses: {200: 1, 503: 1}, same: true}
//! > GET /v1/counter
//! < 200 {"n":1}
//! > GET /v1/counter
//! < 200 {"n":2}
//! = shown: 2 x 200
//! = broken: statuses: expected 1 x 200, 1 x 503, came 2 x 200
//! = broken: same: expected true, came 2 different bodies
//! ```

use super::lesson::{Lesson, Name, Takes, count};
use crate::desk::{Asked, Desk, LessonError, Taught, Weighing, is_status};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::plan;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("concurrent", include_str!("concurrent.rs")),
    settings: &[Name::required("times", Takes::Count(2, 1000))],
    beliefs: &[Name::new("statuses", Takes::Tally), Name::new("same", Takes::Flag)],
    weighs_answer: false,
    openly: false,
    wants_limits: true,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let times = count(lesson, "times").unwrap_or(2);
    let request = desk.request(lesson)?;
    let all = desk.ask_at_once(&vec![request; times]).await?;
    let every: Vec<&Asked> = all.iter().collect();
    let mut tally: BTreeMap<String, u64> = BTreeMap::new();
    for asked in &all {
        *tally.entry(asked.answer.label()).or_default() += 1;
    }
    let mut weighing = Weighing::of(lesson);
    if let Some(believed) = weighing.believed("statuses") {
        let (held, expected, odd) = compared(believed, &tally);
        let odd: Vec<&Asked> = every.iter().copied().filter(|a| odd.contains(&a.answer.label())).collect();
        let shown = if odd.is_empty() { &every } else { &odd };
        weighing.put("statuses", held, expected, in_words(&tally), ("status", shown));
    }
    let bodies: BTreeSet<&[u8]> =
        all.iter().filter_map(Asked::reply).map(|reply| reply.body.bytes()).collect();
    let differs = if bodies.len() < 2 {
        "all the same".to_owned()
    } else {
        format!("{} different bodies", bodies.len())
    };
    weighing.flag("same", bodies.len() < 2, differs, ("body", &every));
    let beliefs = weighing.done(&every);
    Ok(Taught::shown(in_words(&tally), beliefs))
}

/// Whether the tally is the one believed (a class such as `4xx` counts all of its statuses), what that is in
/// words, and the labels that are too many.
fn compared(believed: &Json, tally: &BTreeMap<String, u64>) -> (bool, String, BTreeSet<String>) {
    let mut left = tally.clone();
    let mut wanted = BTreeMap::new();
    let mut held = true;
    let mut odd = BTreeSet::new();
    for (name, count) in believed.members() {
        let count: u64 = count.scalar_text().and_then(|text| text.parse().ok()).unwrap_or_default();
        wanted.insert(name.clone(), count);
        let is = |label: &str| is_status(&Json::String(name.clone()), label);
        let labels: Vec<String> = left.keys().filter(|label| is(label)).cloned().collect();
        let came: u64 = labels.iter().filter_map(|label| left.remove(label)).sum();
        if came != count {
            held = false;
            odd.extend(labels);
        }
    }
    odd.extend(left.into_keys());
    held &= odd.is_empty();
    (held, in_words(&wanted), odd)
}

fn in_words(tally: &BTreeMap<String, u64>) -> String {
    tally.iter().map(|(label, count)| format!("{count} x {label}")).collect::<Vec<_>>().join(", ")
}
