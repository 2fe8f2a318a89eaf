//! A recording that went through a JSON library with floats, and a mock that keeps its numbers as text.

use crate::web::{Handler, Reply};

pub(super) fn optimistic() -> Handler {
    // >> lie
    Box::new(|asked| match asked.target.as_str() {
        "/v1/invoices/in_1" => Reply::json(
            200,
            r#"{"id":"in_1","lines":[{"price":0.1,"qty":3},{"price":0.2,"qty":1}],"total":250}"#,
        ),
        _ => Reply::json(200, r#"{"id":"le_1","sequence":1.2345678901234568e+22,"scale":100}"#),
    })
    // << lie
}

pub(super) fn honest() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        "/v1/invoices/in_1" => {
            Reply::json(200, r#"{"id":"in_7","lines":[{"price":9.90,"qty":1}],"total":1049.50}"#)
        }
        _ => Reply::json(200, r#"{"id":"le_7","sequence":98765432109876543210987,"scale":5e3}"#),
    })
}
