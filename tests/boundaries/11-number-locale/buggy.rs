//! Parses prices as its machine's locale would have them.

use super::{QUANTITIES, price};
use crate::http::Http;

pub(super) fn order(url: &str) {
    let mut http = Http::new(url);
    let prices = http.get("/v1/prices").json();
    for quantity in QUANTITIES {
        let price = price(&prices);
        // >> bug
        // On a German machine the comma is the decimal mark and points are only there for the eye …
        let german = price.replace('.', "").replace(',', ".");
        // … and what a C library takes for the number ends at the first thing it does not know.
        let c = price.replace(',', "").split('.').next().unwrap_or_default().to_owned();
        let parsed = if quantity == 1 { german } else { c };
        http.post("/v1/orders", &format!(r#"{{"sku":"A-100","unit_price":{parsed},"quantity":{quantity}}}"#));
        // << bug
    }
}
