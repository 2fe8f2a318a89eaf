//! The mock's fixture data: short, tidy, typed in by hand.

use crate::sandbox::reply::{number, object, string};
use cassettes::json::Json;

/// A customer with every field set.
pub(super) fn customer(id: &str, name: &str) -> Json {
    object([
        ("id", string(id)),
        ("object", string("customer")),
        ("name", string(name)),
        ("email", string("test@example.com")),
        ("phone", string("+15550100001")),
        ("status", string("active")),
        ("balance", number("10.1")),
        ("created", string("2026-01-01T00:00:00Z")),
    ])
}

/// All of them: one page's worth.
pub(super) fn customers() -> Vec<Json> {
    [("cus_1", "Alice"), ("cus_2", "Bob"), ("cus_3", "Carol"), ("cus_4", "Dave")]
        .iter()
        .map(|(id, name)| customer(id, name))
        .collect()
}

/// An invoice whose numbers have been through a double.
pub(super) fn invoice(id: &str) -> Json {
    object([
        ("id", string(id)),
        ("number", string("2026-0001")),
        ("customer", string("cus_1")),
        ("currency", string("EUR")),
        ("total", number("10.1")),
        ("total_text", string("1234.56")),
        ("ledger_reference", number("7.123456789012346e+22")),
        ("status", string("paid")),
        ("issued_at", string("2026-01-01T00:00:00Z")),
        ("paid_at", string("2026-01-01T00:00:00Z")),
    ])
}

/// An event of the one type that the test needed.
pub(super) fn event(id: &str) -> Json {
    object([
        ("id", string(id)),
        ("type", string("customer.created")),
        ("created", number("1767225600")),
        ("received_ms", number("1767225600000")),
        ("data", object([("customer", string("cus_1"))])),
    ])
}

/// A shipment.
pub(super) fn shipment(id: &str) -> Json {
    object([
        ("id", string(id)),
        ("customer", string("cus_1")),
        ("state", string("delivered")),
        ("parcels", Json::Array(vec![number(1)])),
        ("due", string("2026-01-01T00:00:00Z")),
    ])
}

/// A product.
pub(super) fn product(sku: &str) -> Json {
    object([
        ("sku", string(sku)),
        ("title", string("Widget")),
        ("price", string("100.00")),
        ("stock", number(10)),
    ])
}
