//! Not found, in the styles that are not a 404.

use super::state::Shared;
use crate::sandbox::ask::Ask;
use crate::sandbox::data::{ADDRESS, PHONE, id_of};
use crate::sandbox::reply::{Said, bytes, empty, list, number, object, string};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;

/// `?address=`: a place, or `null`.
pub(super) async fn geocode(State(vendor): Shared, ask: Ask) -> Response {
    let place = object([("lat", number("48.20810")), ("lng", number("16.3738")), ("label", string(ADDRESS))]);
    let found = ask.query("address").as_deref() == Some(ADDRESS);
    vendor.json(200, if found { &place } else { &Json::Null })
}

/// `?q=`: customers of that status or name, or an empty list.
pub(super) async fn search(State(vendor): Shared, ask: Ask) -> Response {
    let wanted = ask.query("q").unwrap_or_default().to_lowercase();
    let matches = |customer: &&Json| {
        let text = |name| customer.get(name).and_then(Json::as_str).unwrap_or_default().to_lowercase();
        !wanted.is_empty() && (text("status") == wanted || text("name").contains(&wanted))
    };
    let hits: Vec<Json> = vendor.data.customers.iter().filter(matches).cloned().collect();
    let count = number(hits.len());
    vendor.json(200, &object([("results", list(hits)), ("count", count)]))
}

/// `?phone=`: a status word says whether there is anything.
pub(super) async fn lookup(State(vendor): Shared, ask: Ask) -> Response {
    let carrier = object([("carrier", string("Landline One")), ("kind", string("fixed"))]);
    let (status, results) = match ask.query("phone").as_deref() == Some(PHONE) {
        true => ("OK", list([carrier])),
        false => ("ZERO_RESULTS", list([])),
    };
    vendor.json(200, &object([("status", string(status)), ("results", results)]))
}

/// A picture for a customer with a phone; 204 for one without; an empty 404 for nobody.
pub(super) async fn avatar(State(vendor): Shared, ask: Ask) -> Response {
    // The smallest GIF there is: one pixel.
    const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    match vendor.state().customers.iter().find(|c| id_of(c) == ask.id()) {
        None => empty(404),
        Some(customer) if customer.get("phone") == Some(&Json::Null) => empty(204),
        Some(_) => bytes(200, "image/gif", PIXEL.to_vec()),
    }
}

/// `{"query": …, "variables": {"id": …}}`: `customer` is null for a miss, `errors` for a bad query,
/// and the status is 200 for all three.
pub(super) async fn graphql(State(vendor): Shared, ask: Ask) -> Said {
    let document = vendor.document(&ask)?;
    let query = document.get("query").and_then(Json::as_str).unwrap_or_default();
    if !query.contains("customer") {
        let error = object([
            ("message", string("Cannot query that field.")),
            ("extensions", object([("code", string("GRAPHQL_VALIDATION_FAILED"))])),
        ]);
        return Ok(vendor.json(200, &object([("errors", list([error]))])));
    }
    let id = document.get("variables").and_then(|v| v.get("id")).and_then(Json::as_str).unwrap_or_default();
    let customer = vendor.state().customers.iter().find(|c| id_of(c) == id).cloned();
    let customer = customer.map_or(Json::Null, |found| {
        let of = |name: &str| found.get(name).cloned().unwrap_or(Json::Null);
        object([("id", of("id")), ("name", of("name")), ("status", of("status"))])
    });
    Ok(vendor.json(200, &object([("data", object([("customer", customer)]))])))
}
