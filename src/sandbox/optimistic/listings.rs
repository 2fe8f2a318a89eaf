//! Lists: all of it at once, whatever was asked, always in the same order.

use super::fixtures;
use crate::sandbox::reply::{json, list, number, object, string};
use axum::response::Response;
use cassettes::json::Json;

/// Limit and cursor are not looked at.
pub(super) async fn customers() -> Response {
    let document = object([
        ("object", string("list")),
        ("data", list(fixtures::customers())),
        ("has_more", Json::Bool(false)),
        ("next", Json::Null),
    ]);
    json(200, &document)
}

/// No `Link`.
pub(super) async fn invoices() -> Response {
    json(200, &list(["inv_1", "inv_2", "inv_3"].map(fixtures::invoice)))
}

/// No token.
pub(super) async fn events() -> Response {
    json(200, &object([("events", list(["evt_1", "evt_2"].map(fixtures::event)))]))
}

/// Offset and limit are not looked at.
pub(super) async fn products() -> Response {
    let items = ["prod_1", "prod_2", "prod_3", "prod_4"].map(fixtures::product);
    let document =
        object([("items", list(items)), ("offset", number(0)), ("limit", number(100)), ("total", number(4))]);
    json(200, &document)
}

/// The cursor is not looked at.
pub(super) async fn ledger() -> Response {
    let entry = object([
        ("reference", number("7.123456789012346e+22")),
        ("amount", number("10.1")),
        ("booked_at", string("2026-01-01T00:00:00Z")),
    ]);
    json(200, &object([("entries", list([entry])), ("next_cursor", Json::Null)]))
}

/// Sorted.
pub(super) async fn tags() -> Response {
    json(200, &object([("tags", list(["alpha", "beta", "gamma"].map(string)))]))
}

/// Always finds.
pub(super) async fn search() -> Response {
    json(200, &object([("results", list([fixtures::customer("cus_1", "Alice")])), ("count", number(1))]))
}

/// All of them.
pub(super) async fn shipments() -> Response {
    json(200, &list([fixtures::shipment("5f0c2b1e-0000-4000-8000-000000000001")]))
}
