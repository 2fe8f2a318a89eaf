//! # repeat
//!
//! Asks the same again, and compares: is the order stable, is the answer the same?
//!
//! ## Why it matters
//!
//! A fake lists things in the order in which they were made, always. A real side that gives no order gives
//! another one each time, and a client that takes the first item for the newest breaks on it.
//!
//! Settings: `times` (2 if not stated), `pause` between them. Beliefs: `order` (`stable` or `unstable`), `same`
//! (whether the whole body is), and those of `ask`, about the last answer.
//!
//! ## Shows
//!
//! ```text
//! - repeat: GET /v1/tags
//!   believe: {order: unstable, same: false}
//! > GET /v1/tags
//! < 200 {"data":["a","b"]}
//! > GET /v1/tags
//! < 200 {"data":["b","a"]}
//! = shown: 2 answers, the order is unstable
//! = held: order, same
//! ```
//!
//! ```text
//! - repeat: GET /v1/tags
//!   times: 3
//!   believe: {order: unstable, status: 200}
//! > GET /v1/tags
//! < 200 ["a","b"]
//! > GET /v1/tags
//! < 200 ["a","b"]
//! > GET /v1/tags
//! < 200 ["a","b"]
//! = shown: 3 answers, the order is stable
//! = held: status
//! = broken: order: expected unstable, came stable
//! ```
//!
//! What is no list has no order:
//!
//! ```text
//! - repeat: GET /v1/me
//!   believe: {order: stable, same: true}
//! > GET /v1/me
//! < 200 {"id":1}
//! > GET /v1/me
//! < 200 {"id":1}
//! = shown: 2 answers, all the same
//! = held: same
//! = broken: order: expected stable, came no list of two or more
//! ```

use super::lesson::{Lesson, Name, Takes, count};
use crate::desk::{Asked, Desk, LessonError, Taught, Weighing, span};
use cassettes::facets::pagination::{identities, identity_member, items_at, items_of};
use cassettes::meta::Meta;
use cassettes::plan;
use std::collections::BTreeSet;

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("repeat", include_str!("repeat.rs")),
    settings: &[Name::new("times", Takes::Count(2, 1000)), Name::new("pause", Takes::Span)],
    beliefs: &[Name::new("order", Takes::Word(&["stable", "unstable"])), Name::new("same", Takes::Flag)],
    weighs_answer: true,
    openly: true,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let times = count(lesson, "times").unwrap_or(2);
    let pause = lesson.setting("pause").and_then(span);
    let request = desk.request(lesson)?;
    let mut all: Vec<Asked> = Vec::new();
    for time in 0..times {
        if let (Some(pause), 1..) = (pause, time) {
            desk.pause(pause).await;
        }
        all.push(desk.ask(&request).await?);
    }
    let every: Vec<&Asked> = all.iter().collect();
    let mut weighing = Weighing::of(lesson);
    let order = order(&all);
    let body = |asked: &Asked| asked.reply().map(|reply| (reply.status, reply.body.bytes().to_vec()));
    let same = all.windows(2).all(|two| body(&two[0]) == body(&two[1]));
    weighing.word("order", order.unwrap_or("no list of two or more"), ("body", &every));
    let differs = if same { "all the same" } else { "not all the same" };
    weighing.flag("same", same, differs, ("body", &every));
    if let Some(last) = all.last() {
        weighing.answer(last);
    }
    let beliefs = weighing.done(&every);
    let what = order.map_or_else(|| differs.to_owned(), |order| format!("the order is {order}"));
    let seen = format!("{} answers, {what}", all.len());
    Ok(match all.iter().find(|asked| asked.reply().is_none()) {
        Some(failed) => {
            Taught::not_shown(seen, format!("one of them was {}", failed.answer.label()), beliefs)
        }
        None => Taught::shown(seen, beliefs),
    })
}

/// Whether what stands in all of the lists stands there in one order; none where there are no two things.
fn order(all: &[Asked]) -> Option<&'static str> {
    let items = |asked: &Asked| -> Option<Vec<String>> {
        let json = asked.json.as_ref()?;
        let items = items_of(json, &items_at(json)?)?;
        let member = identity_member(&items.iter().collect::<Vec<_>>());
        Some(identities(items, member.as_deref()))
    };
    let lists: Option<Vec<Vec<String>>> = all.iter().map(items).collect();
    let lists = lists?;
    let common = lists.iter().map(|list| list.iter().collect::<BTreeSet<_>>());
    let common = common.reduce(|a, b| a.intersection(&b).copied().collect())?;
    if common.len() < 2 {
        return None;
    }
    let ordered: Vec<Vec<&String>> =
        lists.iter().map(|list| list.iter().filter(|item| common.contains(item)).collect()).collect();
    Some(if ordered.windows(2).all(|two| two[0] == two[1]) { "stable" } else { "unstable" })
}
