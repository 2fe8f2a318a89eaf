//! A mock that finds whatever is looked for, and one that does not.

use crate::web::{Handler, Reply};

fn found(path: &str) -> Reply {
    match path {
        "/v1/geocode" => Reply::json(200, r#"{"lat":40.0,"lng":-73.0}"#),
        "/v1/addresses" => Reply::json(200, r#"[{"id":"adr_1","text":"1 Mock St"}]"#),
        _ => Reply::json(200, r#"{"id":"dep_9","name":"Mock"}"#),
    }
}

pub(super) fn optimistic() -> Handler {
    Box::new(|asked| found(asked.target.split('?').next().unwrap_or_default()))
}

pub(super) fn honest() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        target if target.contains("PO%20Box") => Reply::json(200, "null"),
        target if target.contains("Hrabuor") => Reply::json(200, "[]"),
        target if target.ends_with("dep_404") => {
            Reply::json(404, r#"{"error":{"code":"not_found","message":"mock"}}"#)
        }
        target => found(target.split('?').next().unwrap_or_default()),
    })
}
