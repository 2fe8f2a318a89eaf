//! Bodies that lesser tools spoil: binary, gzip, CSV, duplicate keys, bytes that are no UTF-8.

use super::state::{Shared, Vendor};
use crate::sandbox::ask::Ask;
use crate::sandbox::data::FILE;
use crate::sandbox::random::Random;
use crate::sandbox::reply::{With as _, bytes, empty, list, number, object, string, text};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;
use std::fmt::Write as _;

/// 300 kB of noise, or an empty 404.
pub(super) async fn file(State(vendor): Shared, ask: Ask) -> Response {
    if ask.id() != FILE {
        return empty(404);
    }
    let noise = Random::new(vendor.options.seed, "file").bytes(300_000);
    bytes(200, "application/octet-stream", noise).with("accept-ranges", "none")
}

/// A JSON report with a key in it, compressed for clients that take gzip.
pub(super) async fn summary(State(vendor): Shared, ask: Ask) -> Response {
    let days = (1..=30).map(|day| {
        let total = vendor.cast.totals[day % vendor.cast.totals.len()];
        object([("day", string(format!("2026-03-{day:02}"))), ("total", number(total))])
    });
    let key = format!("whsec_{}{}", Random::new(vendor.options.seed, "webhook").hex(), "5a5a5a5a");
    let report = object([
        ("report", string("summary")),
        ("webhook", object([("url", string("https://hooks.example/in")), ("secret", string(key))])),
        ("days", list(days)),
    ]);
    let plain = vendor.json(200, &report).with("vary", "Accept-Encoding");
    let takes_gzip = ask.header("accept-encoding").is_some_and(|codings| codings.contains("gzip"));
    let body = written(&vendor, &report);
    match cassettes::codec::encode(body.as_bytes(), &["gzip".to_owned()]) {
        Ok(packed) if takes_gzip => bytes(200, "application/json", packed)
            .with("vary", "Accept-Encoding")
            .with("content-encoding", "gzip"),
        _ => plain,
    }
}

fn written(vendor: &Vendor, document: &Json) -> String {
    let mut body = String::new();
    document.write(&mut body, vendor.cast.sorted);
    body
}

/// CSV (RFC 4180) with grouped amounts and CRLF.
pub(super) async fn ledger(State(vendor): Shared) -> Response {
    let mut table = String::from("number,currency,total,issued_at\r\n");
    for invoice in &vendor.data.invoices {
        let of = |name: &str| invoice.get(name).and_then(Json::scalar_text).unwrap_or_default();
        let (number, currency) = (of("number"), of("currency"));
        // Writing to a string cannot fail.
        let _ = write!(table, "{number},{currency},\"{}\",{}\r\n", of("total_text"), of("issued_at"));
    }
    text(200, "text/csv; charset=utf-8", &table)
        .with("content-disposition", "attachment; filename=\"ledger.csv\"")
}

/// Plain text.
pub(super) async fn health() -> Response {
    text(200, "text/plain; charset=utf-8", "ok\n")
}

/// Plain text with CRLF, a trailing space and no newline at the end.
pub(super) async fn terms() -> Response {
    text(
        200,
        "text/plain; charset=utf-8",
        "Terms of the sandbox\r\n\r\n1. Nothing here is real. \r\n2. Everything here happens.",
    )
}

/// One name twice, numbers in every form, an escaped slash, spaces where compact writers put none.
pub(super) async fn duplicate_keys() -> Response {
    let body = r#"{"amount": 10.10, "amount": 1.0, "exp":1e2 ,"big":12345678901234567890123,"zero":-0,"url":"https:\/\/a.example\/"}"#;
    text(200, "application/json", body)
}

/// Latin-1 under a JSON media type.
pub(super) async fn invalid_utf8() -> Response {
    bytes(200, "application/json", b"{\"city\":\"Orl\xe9ans\",\"ok\":true}".to_vec())
}

/// Several documents in one body.
pub(super) async fn ndjson(State(vendor): Shared) -> Response {
    let lines: Vec<String> =
        vendor.data.products.iter().map(|product| written(&vendor, product) + "\n").collect();
    text(200, "application/x-ndjson", &lines.concat())
}

/// Laid out for people, with CRLF, under a media type that does not say JSON.
pub(super) async fn pretty() -> Response {
    text(200, "text/plain", "{\r\n  \"pi\": 3.140,\r\n  \"list\": [ 1, 2,3 ]\r\n}\r\n")
}

/// An HTML error from an API.
pub(super) async fn html_error() -> Response {
    text(
        500,
        "text/html; charset=utf-8",
        "<!doctype html>\n<title>Error</title>\n<h1>Application error</h1>\n",
    )
}
