//! Parses prices as the feed writes them, wherever it runs.

use super::{QUANTITIES, price};
use crate::http::Http;

pub(super) fn order(url: &str) {
    let mut http = Http::new(url);
    let prices = http.get("/v1/prices").json();
    for quantity in QUANTITIES {
        let parsed = price(&prices).replace(',', "");
        http.post("/v1/orders", &format!(r#"{{"sku":"A-100","unit_price":{parsed},"quantity":{quantity}}}"#));
    }
}
