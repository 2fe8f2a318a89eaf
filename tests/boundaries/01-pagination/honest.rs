//! A mock with data of its own, that fills its pages and goes on.

use crate::web::{Handler, Reply, target};

pub(super) fn start() -> Handler {
    Box::new(|asked| {
        let (_, query) = target(asked);
        let all = if query.get("customer") == Some(&"cus_1") { 120 } else { 2 };
        let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(10).min(100);
        let start: usize = query.get("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let end = all.min(start + limit);
        let status = |n: usize| ["active", "past_due", "canceled"][n % 3];
        let item = |n| format!(r#"{{"id":"sub_{n}","customer":"cus_7","status":"{}"}}"#, status(n));
        let items: Vec<String> = (start..end).map(item).collect();
        let next = if end < all { format!("\"{end}\"") } else { "null".to_owned() };
        let (items, more) = (items.join(","), end < all);
        Reply::json(200, format!(r#"{{"data":[{items}],"has_more":{more},"next_cursor":{next}}}"#))
    })
}
