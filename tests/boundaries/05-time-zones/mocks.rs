//! Mocks whose orders are all scheduled in UTC, or nowhere, or where customers are.

use crate::web::{Handler, Reply};

/// A shop with these times for its orders.
fn shop(times: [&'static str; 4]) -> Handler {
    Box::new(move |asked| {
        let order = |n: usize| format!(r#"{{"id":"ord_{n}","scheduled_at":"{}"}}"#, times[n]);
        match asked.target.as_str() {
            "/v1/orders" => {
                let orders: Vec<String> = (0..times.len()).map(order).collect();
                Reply::json(200, format!(r#"{{"orders":[{}]}}"#, orders.join(",")))
            }
            _ => Reply::json(200, order(1)),
        }
    })
}

pub(super) fn all_utc() -> Handler {
    shop(["2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z", "2026-01-06T12:00:00Z", "2026-01-07T13:30:00Z"])
}

pub(super) fn naive() -> Handler {
    shop(["2026-01-05T10:00:00", "2026-01-05T11:00:00", "2026-01-06T12:00:00", "2026-01-07T13:30:00"])
}

pub(super) fn honest() -> Handler {
    shop([
        "2026-01-05T10:00:00Z",
        "2026-01-09T23:10:00-05:00",
        "2026-01-12T00:05:00+01:00",
        "2026-01-07T13:30:00-05:00",
    ])
}
