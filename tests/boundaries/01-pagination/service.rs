//! A billing service: at most a hundred subscriptions a page, a flag, and a cursor to the rest.

use crate::web::{Handler, Reply, target};

/// As many as the service ever gives at once.
const CAP: usize = 100;

pub(super) fn start() -> Handler {
    Box::new(|asked| {
        let (path, query) = target(asked);
        let customer = query.get("customer").copied().unwrap_or_default();
        let count = match (path, customer) {
            ("/v1/subscriptions", "cus_1") => 250,
            ("/v1/subscriptions", "cus_2") => 3,
            _ => return Reply::json(404, r#"{"error":{"code":"resource_missing"}}"#),
        };
        let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(10).min(CAP);
        let start = query.get("cursor").and_then(|cursor| position(cursor)).unwrap_or(0);
        Reply::json(200, page(customer, count, start, limit))
    })
}

fn page(customer: &str, count: usize, start: usize, limit: usize) -> String {
    let end = count.min(start + limit);
    let items: Vec<String> = (start..end)
        .map(|n| {
            let status = ["active", "active", "canceled", "active", "past_due"][n % 5];
            format!(r#"{{"id":"sub_{:06x}","customer":"{customer}","status":"{status}"}}"#, (n + 1) * 7919)
        })
        .collect();
    let next = if end < count { format!("\"{}\"", cursor(end)) } else { "null".to_owned() };
    format!(r#"{{"data":[{}],"has_more":{},"next_cursor":{next}}}"#, items.join(","), end < count)
}

/// Cursors mean nothing to whoever gets them.
fn cursor(position: usize) -> String {
    format!("pg_{:08x}", position * 2_654_435)
}

fn position(cursor: &str) -> Option<usize> {
    Some(usize::from_str_radix(cursor.strip_prefix("pg_")?, 16).ok()? / 2_654_435)
}
