//! A shop whose customers send times with the offset of where they are.

use crate::web::{Handler, Reply};

const ORDERS: [(&str, &str); 6] = [
    // Saturday in both places.
    ("ord_1001", "2026-06-13T22:30:00-06:00"),
    // Friday there, Saturday in UTC.
    ("ord_1002", "2026-06-12T22:30:00-06:00"),
    // Monday there, still Sunday in UTC.
    ("ord_1003", "2026-06-15T00:15:00+02:00"),
    ("ord_1004", "2026-06-15T09:00:00Z"),
    ("ord_1005", "2026-06-15T23:59:59+05:30"),
    ("ord_1006", "2026-06-16T08:45:00-04:00"),
];

pub(super) fn start() -> Handler {
    Box::new(|asked| {
        let order = |(id, at): &(&str, &str)| format!(r#"{{"id":"{id}","scheduled_at":"{at}"}}"#);
        match asked.target.strip_prefix("/v1/orders") {
            Some("") => {
                let orders: Vec<String> = ORDERS.iter().map(order).collect();
                Reply::json(200, format!(r#"{{"orders":[{}]}}"#, orders.join(",")))
            }
            Some(id) => match ORDERS.iter().find(|(known, _)| id == format!("/{known}")) {
                Some(found) => Reply::json(200, order(found)),
                None => Reply::json(404, r#"{"error":{"code":"no_such_order"}}"#),
            },
            // A delivery is for the moment that its order says.
            None if asked.target == "/v1/deliveries" => {
                let delivery = String::from_utf8_lossy(&asked.body).into_owned();
                Reply::json(201, format!(r#"{{"status":"planned","delivery":{delivery}}}"#))
            }
            None => Reply::json(404, r#"{"error":{"code":"not_found"}}"#),
        }
    })
}
