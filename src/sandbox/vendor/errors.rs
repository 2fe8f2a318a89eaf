//! Error classes on routes of their own: rate limits, server errors with and without a retry hint,
//! wrong methods, unknown paths, and a batch that fails inside a 200.

use super::state::Shared;
use crate::sandbox::ask::Ask;
use crate::sandbox::clock::http_date;
use crate::sandbox::data::id_of;
use crate::sandbox::reply::{Said, With as _, list, number, object, string, text};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;
use cassettes::model::Timestamp;

/// Two calls are served, the third is 429; and so on.
pub(super) async fn limited(State(vendor): Shared) -> Response {
    let mut state = vendor.state();
    state.limited_calls += 1;
    let left = (3 - state.limited_calls % 3) % 3;
    drop(state);
    let answer = match left {
        0 => vendor.refuse(429, "rate_limit_error", "rate_limited").with("retry-after", "1"),
        _ => vendor.json(200, &object([("ok", Json::Bool(true))])),
    };
    answer
        .with("x-ratelimit-limit", "2")
        .with("x-ratelimit-remaining", &left.saturating_sub(1).to_string())
        .with("x-ratelimit-reset", "1")
}

/// 500: whether to try again is not said.
pub(super) async fn internal(State(vendor): Shared) -> Response {
    vendor.refuse(500, "api_error", "internal")
}

/// 503, to be tried again in two seconds.
pub(super) async fn unavailable(State(vendor): Shared) -> Response {
    vendor.refuse(503, "api_error", "unavailable").with("retry-after", "2")
}

/// 503, to be tried again at a date two minutes away.
pub(super) async fn maintenance(State(vendor): Shared) -> Response {
    let then = Timestamp(vendor.now().0 + 120_000_000);
    vendor.refuse(503, "api_error", "maintenance").with("retry-after", &http_date(then))
}

/// 504 from a gateway that knows nothing of JSON.
pub(super) async fn gateway() -> Response {
    text(504, "text/html", "<html><body><h1>504 Gateway Time-out</h1></body></html>\r\n")
}

/// `{"requests": [{"method": …, "path": …}]}`: only customers can be asked for, and the status of the
/// whole is 200 whatever becomes of the parts.
pub(super) async fn batch(State(vendor): Shared, ask: Ask) -> Said {
    let document = vendor.document(&ask)?;
    let wanted = document.get("requests").map(Json::items).unwrap_or_default();
    let mut failed = false;
    let mut parts = Vec::new();
    for part in wanted {
        let path = part.get("path").and_then(Json::as_str).unwrap_or_default();
        let id = path.strip_prefix("/v1/customers/").unwrap_or_default();
        let found = vendor.state().customers.iter().find(|c| id_of(c) == id).cloned();
        failed |= found.is_none();
        parts.push(match found {
            Some(customer) => object([("status", number(200)), ("body", customer)]),
            None => {
                let error = object([
                    ("code", string("customer_not_found")),
                    ("message", string(vendor.cast.prose("customer_not_found"))),
                ]);
                object([("status", number(404)), ("error", error)])
            }
        });
    }
    Ok(vendor.json(200, &object([("errors", Json::Bool(failed)), ("responses", list(parts))])))
}

/// 404 for a path that is nobody's.
pub(super) async fn nothing_here(State(vendor): Shared) -> Response {
    vendor.refuse(404, "not_found_error", "not_found")
}

/// 405; the router adds `Allow`.
pub(super) async fn wrong_method(State(vendor): Shared) -> Response {
    vendor.refuse(405, "invalid_request_error", "method_not_allowed")
}
