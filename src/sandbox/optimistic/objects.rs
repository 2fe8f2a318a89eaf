//! Single things: every id exists, every token is good, and what fails fails with a 500.

use super::fixtures;
use super::routes::Mock;
use crate::sandbox::ask::Ask;
use crate::sandbox::options::DEFAULT_KEY;
use crate::sandbox::reply::{With as _, bytes, empty, json, list, number, object, string, text as say};
use crate::sandbox::tokens::{AUDIENCE, ISSUER, mint};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;
use std::sync::Arc;

type Shared = State<Arc<Mock>>;

pub(super) async fn nothing() -> Response {
    empty(204)
}

pub(super) async fn ok() -> Response {
    json(200, &object([("ok", Json::Bool(true))]))
}

/// One generic error, whatever went wrong.
pub(super) async fn failure() -> Response {
    json(500, &object([("error", object([("message", string("something went wrong"))]))]))
}

/// Found, whatever the id.
pub(super) async fn customer(ask: Ask) -> Response {
    json(200, &fixtures::customer(&ask.id(), "Alice"))
}

/// Created, whatever the body.
pub(super) async fn create_customer(State(mock): Shared, ask: Ask) -> Response {
    let document = Json::parse(ask.0.body.bytes()).unwrap_or(Json::Null);
    let name = document.get("name").and_then(Json::as_str).unwrap_or("Alice");
    json(201, &fixtures::customer(&mock.id("cus_"), name))
}

pub(super) async fn invoice(ask: Ask) -> Response {
    json(200, &fixtures::invoice(&ask.id()))
}

pub(super) async fn shipment(ask: Ask) -> Response {
    json(200, &fixtures::shipment(&ask.id()))
}

pub(super) async fn accept(State(mock): Shared) -> Response {
    json(202, &object([("id", string(mock.id("shp_"))), ("state", string("accepted"))]))
}

pub(super) async fn geocode() -> Response {
    json(200, &object([("lat", number("48.2")), ("lng", number("16.4")), ("label", string("Somewhere"))]))
}

pub(super) async fn lookup() -> Response {
    let carrier = object([("carrier", string("Mock Mobile")), ("kind", string("mobile"))]);
    json(200, &object([("status", string("OK")), ("results", list([carrier]))]))
}

pub(super) async fn avatar() -> Response {
    bytes(200, "image/gif", b"GIF89a".to_vec())
}

pub(super) async fn graphql() -> Response {
    let customer = object([("id", string("cus_1")), ("name", string("Alice")), ("status", string("active"))]);
    json(200, &object([("data", object([("customer", customer)]))]))
}

/// A card is either good or a 500; keys are not looked at.
pub(super) async fn charge(State(mock): Shared, ask: Ask) -> Response {
    let document = Json::parse(ask.0.body.bytes()).unwrap_or(Json::Null);
    let source = document.get("source").and_then(Json::as_str).unwrap_or("tok_ok");
    if source != "tok_ok" {
        return failure().await;
    }
    json(201, &charged(&mock.id("ch_")))
}

pub(super) async fn show_charge(ask: Ask) -> Response {
    json(200, &charged(&ask.id()))
}

fn charged(id: &str) -> Json {
    object([
        ("id", string(id)),
        ("object", string("charge")),
        ("amount", number(1000)),
        ("amount_decimal", number("10.0")),
        ("currency", string("eur")),
        ("status", string("succeeded")),
        ("created", string("2026-01-01T00:00:00Z")),
    ])
}

pub(super) async fn batch(ask: Ask) -> Response {
    let document = Json::parse(ask.0.body.bytes()).unwrap_or(Json::Null);
    let wanted = document.get("requests").map(Json::items).unwrap_or_default();
    let parts = wanted
        .iter()
        .map(|_| object([("status", number(200)), ("body", fixtures::customer("cus_1", "Alice"))]));
    json(200, &object([("errors", Json::Bool(false)), ("responses", list(parts))]))
}

/// Whoever asks is `u1`.
pub(super) async fn me(State(mock): Shared) -> Response {
    let expires = number((mock.now)().seconds() + 3600);
    json(
        200,
        &object([("sub", string("u1")), ("expires", expires), ("scopes", list([string("profile:read")]))]),
    )
}

pub(super) async fn secret(ask: Ask) -> Response {
    let secret = object([
        ("id", string(ask.id())),
        ("label", string("mock")),
        ("rotated", string("2026-01-01T00:00:00Z")),
    ]);
    json(200, &secret)
}

pub(super) async fn account() -> Response {
    json(
        200,
        &object([("account", string("acct_1")), ("plan", string("standard")), ("user", string("mock"))]),
    )
}

pub(super) async fn session() -> Response {
    json(200, &object([("known", Json::Bool(true))])).with("set-cookie", "sandbox_session=mock; Path=/")
}

/// A token for everybody.
pub(super) async fn issue(State(mock): Shared) -> Response {
    let claims = object([
        ("iss", string(ISSUER)),
        ("aud", string(AUDIENCE)),
        ("sub", string("mock")),
        ("exp", number((mock.now)().seconds() + 3600)),
    ]);
    let answer = object([
        ("access_token", string(mint(&claims, DEFAULT_KEY))),
        ("token_type", string("Bearer")),
        ("expires_in", number(3600)),
        ("scope", string("profile:read")),
    ]);
    json(200, &answer)
}

/// At once.
pub(super) async fn report(ask: Ask) -> Response {
    json(200, &object([("report", string(ask.id())), ("rows", number(1))]))
}

/// All four events in one piece.
pub(super) async fn stream() -> Response {
    let events: String =
        (1..=4).map(|n| format!("id: {n}\nevent: tick\ndata: {{\"n\":{n},\"tag\":\"mock\"}}\n\n")).collect();
    say(200, "text/event-stream", &events)
}

pub(super) async fn file() -> Response {
    bytes(200, "application/octet-stream", b"mock".to_vec())
}

/// No grouping, no CRLF.
pub(super) async fn csv() -> Response {
    say(200, "text/csv", "number,currency,total,issued_at\n2026-0001,EUR,1234.56,2026-01-01T00:00:00Z\n")
}

pub(super) async fn text() -> Response {
    say(200, "text/plain", "ok")
}

pub(super) async fn raw() -> Response {
    json(200, &object([("amount", number("10.1"))]))
}

/// Done before it was begun.
pub(super) async fn job() -> Response {
    json(200, &object([("id", string("job_1")), ("status", string("done")), ("result", Json::Null)]))
}
