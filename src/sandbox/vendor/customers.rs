//! Customers: cursor pages with an absolute `next`, creation, validation, deletion, ETags.

use super::state::{Shared, Vendor};
use crate::sandbox::ask::Ask;
use crate::sandbox::clock::whole_seconds;
use crate::sandbox::data::id_of;
use crate::sandbox::reply::{Said, With as _, empty, list, number, object, string};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;
use cassettes::model::Digest;

/// The largest page, whatever is asked.
const CAP: usize = 5;

/// `?limit=&starting_after=`: three by default, five at most, the cursor is the last id.
pub(super) async fn page(State(vendor): Shared, ask: Ask) -> Said {
    let limit = match ask.number("limit", 3) {
        Ok(limit) if limit > 0 => limit.min(CAP),
        _ => return Err(invalid(&vendor, "invalid_limit", "limit")),
    };
    let customers = vendor.state().customers.clone();
    let start = match ask.query("starting_after") {
        None => 0,
        Some(cursor) => match customers.iter().position(|c| id_of(c) == cursor) {
            Some(at) => at + 1,
            None => return Err(invalid(&vendor, "unknown_cursor", "starting_after")),
        },
    };
    let shown: Vec<Json> = customers.iter().skip(start).take(limit).cloned().collect();
    let more = start + shown.len() < customers.len();
    let next = match shown.last() {
        Some(last) if more => {
            string(format!("{}/v1/customers?limit={limit}&starting_after={}", ask.base(), id_of(last)))
        }
        _ => Json::Null,
    };
    let document = object([
        ("object", string("list")),
        ("data", list(shown)),
        ("has_more", Json::Bool(more)),
        ("next", next),
    ]);
    Ok(vendor.json(200, &document))
}

fn invalid(vendor: &Vendor, code: &str, param: &str) -> crate::sandbox::reply::Refused {
    vendor.refuse_with(400, "invalid_request_error", code, vec![("param", string(param))]).into()
}

/// One customer with an ETag, 304 if the client has it; 404 if there never was one, 410 if there was.
pub(super) async fn show(State(vendor): Shared, ask: Ask) -> Said {
    let customer = find(&vendor, &ask.id())?;
    let tag = etag(&customer);
    if ask.header("if-none-match").is_some_and(|known| known.split(',').any(|k| k.trim() == tag)) {
        return Ok(empty(304).with("etag", &tag).with("cache-control", "private, max-age=0"));
    }
    Ok(vendor.json(200, &customer).with("etag", &tag).with("cache-control", "private, max-age=0"))
}

/// Creates one from `name` and `email`.
pub(super) async fn create(State(vendor): Shared, ask: Ask) -> Said {
    let document = vendor.document(&ask)?;
    let (name, email) = (text_of(&document, "name"), text_of(&document, "email"));
    let mut wrong = Vec::new();
    match name {
        None => wrong.push(field("name", "required")),
        Some(name) if name.len() > 80 => wrong.push(field("name", "too_long")),
        Some(_) => {}
    }
    match email {
        None => wrong.push(field("email", "required")),
        Some(email) if !email.contains('@') => wrong.push(field("email", "invalid_format")),
        Some(_) => {}
    }
    if !wrong.is_empty() {
        let fields = vec![("fields", list(wrong))];
        return Err(vendor.refuse_with(422, "validation_error", "invalid_fields", fields).into());
    }
    let now = whole_seconds(vendor.now());
    let mut state = vendor.state();
    let id = state.made.id("cus_");
    let customer = object([
        ("id", string(id.as_str())),
        ("object", string("customer")),
        ("name", string(name.unwrap_or_default())),
        ("email", string(email.unwrap_or_default())),
        ("phone", document.get("phone").cloned().unwrap_or(Json::Null)),
        ("status", string("active")),
        ("balance", number("0.00")),
        ("created", string(now)),
    ]);
    state.customers.push(customer.clone());
    drop(state);
    Ok(vendor
        .json(201, &customer)
        .with("location", &format!("/v1/customers/{id}"))
        .with("etag", &etag(&customer)))
}

/// Changes `name`; with `If-Match`, only what the client has seen.
pub(super) async fn change(State(vendor): Shared, ask: Ask) -> Said {
    let document = vendor.document(&ask)?;
    let customer = find(&vendor, &ask.id())?;
    if ask.header("if-match").is_some_and(|seen| seen != etag(&customer)) {
        return Err(vendor.refuse(412, "precondition_error", "precondition_failed").into());
    }
    let Some(name) = text_of(&document, "name") else {
        let fields = vec![("fields", list([field("name", "required")]))];
        return Err(vendor.refuse_with(422, "validation_error", "invalid_fields", fields).into());
    };
    let mut members = customer.members().to_vec();
    for (member, value) in &mut members {
        if member == "name" {
            *value = string(name);
        }
    }
    let changed = Json::Object(members);
    let mut state = vendor.state();
    if let Some(slot) = state.customers.iter_mut().find(|c| id_of(c) == id_of(&changed)) {
        *slot = changed.clone();
    }
    drop(state);
    Ok(vendor.json(200, &changed).with("etag", &etag(&changed)))
}

/// 204; from then on the customer is gone.
pub(super) async fn delete(State(vendor): Shared, ask: Ask) -> Said {
    let id = id_of(&find(&vendor, &ask.id())?);
    let mut state = vendor.state();
    state.customers.retain(|c| id_of(c) != id);
    state.deleted.insert(id);
    Ok(empty(204))
}

/// 307 to where customers are now, as an absolute URL.
pub(super) async fn moved(ask: Ask) -> Response {
    empty(307).with("location", &format!("{}/v1/customers?limit=3", ask.base()))
}

fn find(vendor: &Vendor, id: &str) -> Result<Json, crate::sandbox::reply::Refused> {
    let state = vendor.state();
    if let Some(customer) = state.customers.iter().find(|c| id_of(c) == id) {
        return Ok(customer.clone());
    }
    let gone = state.deleted.contains(id);
    drop(state);
    Err(match gone {
        true => vendor.refuse(410, "gone_error", "customer_deleted"),
        false => vendor.refuse(404, "not_found_error", "customer_not_found"),
    }
    .into())
}

fn etag(customer: &Json) -> String {
    let digest = Digest::of(customer.to_string().as_bytes()).to_string();
    format!("\"{}\"", &digest[..16])
}

fn text_of<'a>(document: &'a Json, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
}

fn field(name: &str, code: &str) -> Json {
    object([("field", string(name)), ("code", string(code))])
}
