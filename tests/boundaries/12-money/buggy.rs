//! Adds up in floats, and passes numbers through them.

use crate::http::Http;

pub(super) fn pay(url: &str) {
    let mut http = Http::new(url);
    let invoice = http.get("/v1/invoices/in_2").json();
    // >> bug
    let lines = invoice["lines"].as_array().expect("lines");
    let sum: f64 = lines.iter().filter_map(|line| line["price"].as_f64()).sum();
    http.post("/v1/payments", &format!(r#"{{"invoice":"in_2","amount":{sum}}}"#));
    let first = lines[0]["price"].as_f64().expect("a price");
    http.post("/v1/refunds", &format!(r#"{{"invoice":"in_2","amount":{first}}}"#));
    let entry = http.get("/v1/ledger/le_1").json();
    let sequence = entry["sequence"].as_f64().expect("a number");
    http.post("/v1/ledger/marks", &format!(r#"{{"sequence":{sequence:.0}}}"#));
    // << bug
}
