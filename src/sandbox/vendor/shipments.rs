//! Shipments: the family that refuses with `application/problem+json` (RFC 9457).

use super::state::{Shared, Vendor};
use crate::sandbox::ask::Ask;
use crate::sandbox::data::id_of;
use crate::sandbox::reply::{Said, With as _, list, number, object, string, text};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;

/// All of them, as an array at the root.
pub(super) async fn all(State(vendor): Shared) -> Response {
    vendor.json(200, &list(vendor.data.shipments.iter().cloned()))
}

/// One shipment or a problem.
pub(super) async fn show(State(vendor): Shared, ask: Ask) -> Response {
    match vendor.data.shipments.iter().find(|shipment| id_of(shipment) == ask.id()) {
        Some(shipment) => vendor.json(200, shipment),
        None => problem(&vendor, 404, "no-such-shipment", "not_found", Vec::new()),
    }
}

/// Accepts a shipment of at least one parcel, to be packed later.
pub(super) async fn create(State(vendor): Shared, ask: Ask) -> Said {
    let Ok(document) = Json::parse(ask.0.body.bytes()) else {
        return Err(problem(&vendor, 400, "malformed-body", "malformed_json", Vec::new()).into());
    };
    if document.get("parcels").is_none_or(|parcels| parcels.items().is_empty()) {
        let error = object([("pointer", string("/parcels")), ("code", string("at-least-one"))]);
        let errors = vec![("errors", list([error]))];
        return Err(problem(&vendor, 422, "invalid-shipment", "invalid_fields", errors).into());
    }
    let id = vendor.state().made.id("shp_");
    let accepted = object([("id", string(id.as_str())), ("state", string("accepted"))]);
    Ok(vendor.json(202, &accepted).with("location", &format!("/v1/shipments/{id}")))
}

fn problem(vendor: &Vendor, status: u16, kind: &str, code: &str, more: Vec<(&str, Json)>) -> Response {
    let mut members = vec![
        ("type", string(format!("https://problems.sandbox.example/{kind}"))),
        ("title", string(vendor.cast.prose(code))),
        ("status", number(status)),
        ("code", string(code)),
    ];
    members.extend(more);
    let document = Json::Object(members.into_iter().map(|(n, v)| (n.to_owned(), v)).collect());
    let mut body = String::new();
    document.write(&mut body, vendor.cast.sorted);
    text(status, "application/problem+json", &body)
}
