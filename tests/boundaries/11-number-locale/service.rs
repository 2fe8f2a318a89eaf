//! A partner's price feed: prices as people in one country write them.

use crate::web::{Handler, Reply};

const PRICES: [(&str, &str); 5] = [
    ("A-100", "1,234.56"),
    ("A-101", "19.90"),
    ("B-200", "12,000.00"),
    ("B-201", "899.00"),
    ("C-300", "1,049,500.00"),
];

pub(super) fn start() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        "/v1/orders" => Reply::json(201, r#"{"status":"placed"}"#),
        target => feed(target, &PRICES),
    })
}

/// The feed in both its forms.
pub(super) fn feed(target: &str, prices: &[(&str, &str)]) -> Reply {
    match target {
        "/feed/prices.csv" => {
            let quoted =
                |price: &str| if price.contains(',') { format!("\"{price}\"") } else { price.to_owned() };
            let rows: Vec<String> =
                prices.iter().map(|(sku, price)| format!("{sku},{}", quoted(price))).collect();
            Reply::new(200, "text/csv; charset=utf-8", format!("sku,price\n{}\n", rows.join("\n")))
        }
        "/v1/prices" => {
            let rows: Vec<String> =
                prices.iter().map(|(sku, price)| format!(r#"{{"sku":"{sku}","price":"{price}"}}"#)).collect();
            Reply::json(200, format!(r#"{{"prices":[{}]}}"#, rows.join(",")))
        }
        _ => Reply::json(404, r#"{"error":{"code":"not_found"}}"#),
    }
}
