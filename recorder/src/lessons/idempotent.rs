//! # idempotent
//!
//! Sends the same request twice under one idempotency key, then another one under the same key.
//!
//! ## Why it matters
//!
//! After a timeout nobody knows whether the charge was made. A client that repeats it under the same key is
//! safe only if the key is looked at; a fake that makes a second charge, or forgets that the key was used for
//! something else, tests neither.
//!
//! Settings: `key`, the name of the header (`Idempotency-Key` if not stated; its value is made up unless the
//! lesson's `headers` name it); `other`, the other body (if not stated, the lesson's with one value changed).
//! Beliefs: `replayed`, whether the second answer is the first one again; `conflict`, `true`, `false` or the
//! status of the third; and those of `ask`, about the first.
//!
//! ## Shows
//!
//! ```text
//! - idempotent: POST /v1/charges
//!   json: {amount: 5}
//!   believe: {status: 201, replayed: true, conflict: 409}
//! > POST /v1/charges
//! > Content-Type: application/json
//! > Idempotency-Key: 00010203-0405-4607-8809-0a0b0c0d0e0f
//! >> {"amount":5}
//! < 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > Content-Type: application/json
//! > Idempotency-Key: 00010203-0405-4607-8809-0a0b0c0d0e0f
//! >> {"amount":5}
//! < 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > Content-Type: application/json
//! > Idempotency-Key: 00010203-0405-4607-8809-0a0b0c0d0e0f
//! >> {"amount":6}
//! < 409 {"error":{"code":"key_reused"}}
//! = shown: replayed, then 409 conflict
//! = held: status, replayed, conflict
//! ```
//!
//! A key may stand in the body; the other body has the same one:
//!
//! ```text
//! - idempotent: POST /v1/tickets
//!   json: {client_request_id: k1, subject: a}
//!   headers: {Idempotency-Key: null}
//!   other: {client_request_id: k2, subject: b}
//!   believe: {replayed: true}
//! > POST /v1/tickets
//! > Content-Type: application/json
//! >> {"client_request_id":"k1","subject":"a"}
//! < 201 {"id":"t_1"}
//! > POST /v1/tickets
//! > Content-Type: application/json
//! >> {"client_request_id":"k1","subject":"a"}
//! < 201 {"id":"t_1"}
//! > POST /v1/tickets
//! > Content-Type: application/json
//! >> {"client_request_id":"k1","subject":"b"}
//! < 409 {"error":{"code":"key_reused"}}
//! = shown: replayed, then 409 conflict
//! = held: replayed
//! ```
//!
//! ```text
//! - idempotent: POST /v1/charges
//!   json: {amount: 5}
//!   key: X-Key
//!   headers: {X-Key: mine}
//!   other: {amount: 9}
//!   believe: {replayed: true}
//! > POST /v1/charges
//! > X-Key: mine
//! > Content-Type: application/json
//! >> {"amount":5}
//! < 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > X-Key: mine
//! > Content-Type: application/json
//! >> {"amount":5}
//! < 201 {"id":"ch_2"}
//! > POST /v1/charges
//! > X-Key: mine
//! > Content-Type: application/json
//! >> {"amount":9}
//! < 201 {"id":"ch_3"}
//! = not shown: the key is not looked at
//! = broken: replayed: expected true, came another answer, 201
//! ```

use super::lesson::{Lesson, Name, Takes};
use crate::desk::{Asked, Desk, LessonError, Taught, Weighing};
use cassettes::facets::idempotency_key::is_key_name;
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::plan::{self, Content};

pub(super) static LESSON: Lesson = Lesson {
    meta: Meta::new("idempotent", include_str!("idempotent.rs")),
    settings: &[Name::new("key", Takes::Text), Name::new("other", Takes::Anything)],
    beliefs: &[Name::new("replayed", Takes::Flag), Name::new("conflict", Takes::FlagOrStatus)],
    weighs_answer: true,
    openly: true,
    wants_limits: false,
    teach: |desk, lesson| Box::pin(teach(desk, lesson)),
};

async fn teach(desk: &mut Desk<'_>, lesson: &plan::Lesson) -> Result<Taught, LessonError> {
    let name = lesson.setting("key").and_then(Json::scalar_text).unwrap_or("Idempotency-Key");
    let mut request = desk.request(lesson)?;
    let in_field = request.headers.contains(name);
    let left_out =
        lesson.headers.iter().any(|(own, value)| value.is_none() && own.eq_ignore_ascii_case(name));
    if !in_field && !left_out {
        let key = desk.values.get("new.uuid").unwrap_or_default();
        request.headers.push(name, key.scalar_text().unwrap_or_default());
    }
    let first = desk.ask(&request).await?;
    let mut weighing = Weighing::of(lesson);
    weighing.answer(&first);
    if !first.is_good() {
        let beliefs = weighing.done(&[&first]);
        return Ok(Taught::not_shown(first.in_short(), "the first request was refused", beliefs));
    }
    let second = desk.ask(&request).await?;
    let replayed = is_replay(&first, &second);
    let came = if replayed {
        "the same answer".to_owned()
    } else {
        format!("another answer, {}", second.in_short())
    };
    weighing.flag("replayed", replayed, came, ("body", &[&first, &second]));
    let mut seen = if replayed { "replayed".to_owned() } else { "not replayed".to_owned() };
    let mut refused = false;
    if let Some(body) = other(lesson, in_field) {
        let mut request = request.clone();
        request.body = body.into();
        let third = desk.ask(&request).await?;
        refused = !third.is_good();
        match weighing.believed("conflict") {
            Some(Json::Bool(_)) => {
                weighing.flag("conflict", refused, third.in_short(), ("status", &[&first, &third]));
            }
            _ => weighing.status("conflict", &third),
        }
        seen.push_str(&format!(", then {}", third.in_short()));
    }
    desk.keep_from(&first);
    let beliefs = weighing.done(&[&first, &second]);
    Ok(match replayed || refused {
        true => Taught::shown(seen, beliefs),
        false => Taught::not_shown(seen, "the key is not looked at", beliefs),
    })
}

/// Whether the second answer is the first one again: of the same status, and with the same body or id.
fn is_replay(first: &Asked, second: &Asked) -> bool {
    let id = |asked: &Asked| asked.json.as_ref()?.get("id")?.scalar_text().map(str::to_owned);
    let (Some(one), Some(two)) = (first.reply(), second.reply()) else { return false };
    one.status == two.status && (one.body == two.body || (id(first).is_some() && id(first) == id(second)))
}

/// Another body of the same kind, with the same key where that stands in the body.
fn other(lesson: &plan::Lesson, in_field: bool) -> Option<Vec<u8>> {
    match (lesson.setting("other"), &lesson.content) {
        (Some(Json::Object(members)), Content::Form(sent)) => {
            let text = |value: &Json| value.scalar_text().unwrap_or_default().to_owned();
            let mut pairs: Vec<(String, String)> =
                members.iter().map(|(n, v)| (n.clone(), text(v))).collect();
            for (name, key) in sent.iter().filter(|(name, _)| !in_field && is_key_name(name)) {
                pairs.retain(|(own, _)| own != name);
                pairs.push((name.clone(), key.clone()));
            }
            Content::Form(pairs).bytes()
        }
        (Some(other), Content::Json(sent)) if !in_field => {
            let mut other = other.clone();
            carry(&mut other, sent);
            Some(other.to_string().into_bytes())
        }
        (Some(Json::String(text)), Content::Text(_)) => Some(text.clone().into_bytes()),
        (Some(other), _) => Some(other.to_string().into_bytes()),
        (None, Content::Json(json)) => {
            let mut json = json.clone();
            changed(&mut json).then(|| json.to_string().into_bytes())
        }
        (None, Content::Form(pairs)) => {
            let mut pairs = pairs.clone();
            let last = pairs.iter_mut().rev().find(|(name, _)| !is_key_name(name));
            last?.1.push('1');
            Content::Form(pairs).bytes()
        }
        (None, Content::Text(text)) => Some(format!("{text} ").into_bytes()),
        (None, Content::Nothing) => None,
    }
}

/// Puts the keys of what was sent where they stand in the other document, too.
fn carry(other: &mut Json, sent: &Json) {
    match (other, sent) {
        (Json::Object(other), Json::Object(sent)) => {
            for (name, value) in sent {
                let is_key = is_key_name(name) && value.scalar_text().is_some();
                match other.iter_mut().find(|(own, _)| own == name) {
                    Some((_, own)) if is_key => own.clone_from(value),
                    Some((_, own)) => carry(own, value),
                    None if is_key => other.push((name.clone(), value.clone())),
                    None => {}
                }
            }
        }
        (Json::Array(other), Json::Array(sent)) => {
            other.iter_mut().zip(sent).for_each(|(other, sent)| carry(other, sent));
        }
        _ => {}
    }
}

/// Changes the first number, or else the first text, to another one that is likely to be as lawful.
fn changed(json: &mut Json) -> bool {
    number(json) || text(json)
}

fn number(json: &mut Json) -> bool {
    match json {
        Json::Number(digits) => match digits.parse::<u64>() {
            Ok(n) => {
                *digits = n.saturating_add(1).to_string();
                true
            }
            Err(_) => false,
        },
        Json::Array(items) => items.iter_mut().any(number),
        Json::Object(members) => members.iter_mut().any(|(name, value)| !is_key_name(name) && number(value)),
        _ => false,
    }
}

/// Members that say what is called, not with what: another one is no other request, but none at all.
fn is_document(name: &str) -> bool {
    ["query", "operationName", "jsonrpc", "method"].contains(&name)
}

fn text(json: &mut Json) -> bool {
    match json {
        Json::String(text) => {
            text.push('x');
            true
        }
        Json::Array(items) => items.iter_mut().any(text),
        Json::Object(members) => {
            members.iter_mut().any(|(name, value)| !is_document(name) && !is_key_name(name) && text(value))
        }
        _ => false,
    }
}
