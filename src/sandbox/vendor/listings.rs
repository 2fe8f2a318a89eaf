//! Listings in other styles: token in the body, offset, token in a POST body, unstable order.

use super::state::{Shared, Vendor};
use crate::sandbox::ask::Ask;
use crate::sandbox::reply::{Said, list, number, object, string};
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cassettes::json::Json;

/// `?page_token=`: three at a time, `nextPageToken` absent at the end.
pub(super) async fn events(State(vendor): Shared, ask: Ask) -> Said {
    let start = start(&vendor, ask.query("page_token").as_deref())?;
    let (shown, next) = cut(&vendor.data.events, start, 3);
    let mut members = vec![("events".to_owned(), shown)];
    members.extend(next.map(|token| ("nextPageToken".to_owned(), string(token))));
    Ok(vendor.json(200, &Json::Object(members)))
}

/// `?offset=&limit=` with the total.
pub(super) async fn products(State(vendor): Shared, ask: Ask) -> Said {
    let (Ok(offset), Ok(limit @ 1..)) = (ask.number("offset", 0), ask.number("limit", 3)) else {
        return Err(vendor.refuse(400, "invalid_request_error", "invalid_limit").into());
    };
    let limit = limit.min(5);
    let all = &vendor.data.products;
    let document = object([
        ("items", list(all.iter().skip(offset).take(limit).cloned())),
        ("offset", number(offset)),
        ("limit", number(limit)),
        ("total", number(all.len())),
    ]);
    Ok(vendor.json(200, &document))
}

/// `{"cursor": …}` in the body; `next_cursor` is null at the end.
pub(super) async fn ledger(State(vendor): Shared, ask: Ask) -> Said {
    let document = vendor.document(&ask)?;
    let start = start(&vendor, document.get("cursor").and_then(Json::as_str))?;
    let entries: Vec<Json> = vendor.data.invoices.iter().map(entry).collect();
    let (shown, next) = cut(&entries, start, 2);
    let next = next.map_or(Json::Null, string);
    Ok(vendor.json(200, &object([("entries", shown), ("next_cursor", next)])))
}

/// Every read begins with another one.
pub(super) async fn tags(State(vendor): Shared) -> Response {
    let mut tags: Vec<Json> = vendor.cast.tags.iter().map(|tag| string(*tag)).collect();
    let mut state = vendor.state();
    state.tag_reads += 1;
    let turn = state.tag_reads % tags.len();
    drop(state);
    tags.rotate_left(turn);
    vendor.json(200, &object([("tags", list(tags))]))
}

/// An invoice as the ledger knows it.
fn entry(invoice: &Json) -> Json {
    let of = |name: &str| invoice.get(name).cloned().unwrap_or(Json::Null);
    object([("reference", of("ledger_reference")), ("amount", of("total")), ("booked_at", of("issued_at"))])
}

/// Where a token says to begin; without one, at the beginning.
fn start(vendor: &Vendor, token: Option<&str>) -> Result<usize, crate::sandbox::reply::Refused> {
    let Some(token) = token else { return Ok(0) };
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let at = text.as_deref().and_then(|text| text.strip_prefix("after:")).and_then(|at| at.parse().ok());
    at.ok_or_else(|| vendor.refuse(400, "invalid_request_error", "bad_page_token").into())
}

/// A page, and the token of the next if there is one.
fn cut(all: &[Json], start: usize, size: usize) -> (Json, Option<String>) {
    let end = start.saturating_add(size);
    let next = (end < all.len()).then(|| URL_SAFE_NO_PAD.encode(format!("after:{end}")));
    (list(all.iter().skip(start).take(size).cloned()), next)
}
