//! A service that sends money as JSON numbers, to the cent, and whatever else a JSON number can be.

use crate::web::{Handler, Reply};

pub(super) fn start() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        "/v1/invoices/in_1" => Reply::json(
            200,
            r#"{"id":"in_1","lines":[{"price":0.10,"qty":3},{"price":0.20,"qty":1}],"total":250.00}"#,
        ),
        "/v1/invoices/in_2" => {
            Reply::json(200, r#"{"id":"in_2","lines":[{"price":0.10,"qty":1},{"price":0.20,"qty":1}]}"#)
        }
        "/v1/payments" | "/v1/refunds" | "/v1/ledger/marks" => Reply::json(201, r#"{"status":"booked"}"#),
        "/v1/ledger/le_1" => {
            Reply::json(200, r#"{"id":"le_1","sequence":12345678901234567890123,"scale":1e2}"#)
        }
        _ => Reply::json(404, r#"{"error":{"code":"not_found"}}"#),
    })
}
