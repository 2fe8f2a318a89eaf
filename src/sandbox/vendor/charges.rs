//! Charges: terminal and retryable refusals that must not be confused, and idempotency keys.

use super::state::{Memory, Shared, Vendor};
use crate::sandbox::ask::Ask;
use crate::sandbox::clock::whole_seconds;
use crate::sandbox::reply::{Refused, Said, With as _, list, number, object, string, text};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;

/// `{"amount": cents, "currency": …, "source": …}`. The source decides what happens: `tok_ok`,
/// `tok_declined`, `tok_busy`, `tok_broken`, `tok_unavailable`, `tok_gateway`.
pub(super) async fn create(State(vendor): Shared, ask: Ask) -> Said {
    let document = vendor.document(&ask)?;
    let key = ask.header("idempotency-key");
    if let Some(known) = key.as_ref().and_then(|key| vendor.state().keys.get(key).cloned()) {
        let (body, charge) = known;
        if body != ask.0.body.bytes() {
            return Err(vendor.refuse(409, "idempotency_error", "idempotency_key_reused").into());
        }
        return Ok(made(&vendor, &charge).with("idempotent-replayed", "true"));
    }
    let amount = amount(&vendor, &document)?;
    outcome(&vendor, document.get("source").and_then(Json::as_str).unwrap_or_default())?;
    let now = whole_seconds(vendor.now());
    let mut state = vendor.state();
    let charge = charge(&mut state, amount, &document, now);
    if let Some(key) = key {
        state.keys.insert(key, (ask.0.body.bytes().to_vec(), charge.clone()));
    }
    drop(state);
    Ok(made(&vendor, &charge))
}

/// One charge or 404.
pub(super) async fn show(State(vendor): Shared, ask: Ask) -> Said {
    let found = vendor.state().charges.get(&ask.id()).cloned();
    match found {
        Some(charge) => Ok(vendor.json(200, &charge)),
        None => Err(vendor.refuse(404, "not_found_error", "not_found").into()),
    }
}

fn made(vendor: &Vendor, charge: &Json) -> Response {
    let id = charge.get("id").and_then(Json::as_str).unwrap_or_default();
    vendor.json(201, charge).with("location", &format!("/v1/charges/{id}"))
}

fn charge(state: &mut Memory, amount: u32, document: &Json, now: String) -> Json {
    let id = state.made.id("ch_");
    let currency = document.get("currency").and_then(Json::as_str).unwrap_or("eur");
    let charge = object([
        ("id", string(id.as_str())),
        ("object", string("charge")),
        ("amount", number(amount)),
        ("amount_decimal", number(&format!("{}.{:02}", amount / 100, amount % 100))),
        ("currency", string(currency)),
        ("status", string("succeeded")),
        ("created", string(now)),
    ]);
    state.charges.insert(id, charge.clone());
    charge
}

/// Whole cents above zero, and a source that is text.
fn amount(vendor: &Vendor, document: &Json) -> Result<u32, Refused> {
    let amount = match document.get("amount") {
        Some(Json::Number(text)) => text.parse::<u32>().ok().filter(|amount| *amount > 0),
        _ => None,
    };
    let mut wrong = Vec::new();
    if amount.is_none() {
        let code = if document.get("amount").is_none() { "required" } else { "not_a_positive_integer" };
        wrong.push(object([("field", string("amount")), ("code", string(code))]));
    }
    if document.get("source").and_then(Json::as_str).is_none() {
        wrong.push(object([("field", string("source")), ("code", string("required"))]));
    }
    match amount {
        Some(amount) if wrong.is_empty() => Ok(amount),
        _ => {
            let fields = vec![("fields", list(wrong))];
            Err(vendor.refuse_with(422, "validation_error", "invalid_fields", fields).into())
        }
    }
}

/// What the bank behind the vendor says about a source.
fn outcome(vendor: &Vendor, source: &str) -> Result<(), Refused> {
    let refused = match source {
        "tok_declined" => {
            let why = vec![("decline_code", string("insufficient_funds"))];
            vendor.refuse_with(402, "card_error", "card_declined", why)
        }
        "tok_busy" => vendor.refuse(409, "conflict_error", "lock_timeout"),
        "tok_broken" => vendor.refuse(500, "api_error", "internal"),
        "tok_unavailable" => vendor.refuse(503, "api_error", "unavailable").with("retry-after", "2"),
        "tok_gateway" => {
            text(504, "text/html", "<html><body><h1>504 Gateway Time-out</h1></body></html>\r\n")
        }
        _ => return Ok(()),
    };
    Err(refused.into())
}
