//! A geocoder that has three ways to say that there is no such thing, none of them a failure.

use crate::web::{Handler, Reply};

pub(super) fn start() -> Handler {
    Box::new(|asked| match asked.target.as_str() {
        "/v1/geocode?address=A%20St" => Reply::json(200, r#"{"lat":40.7127,"lng":-74.0061}"#),
        target if target.starts_with("/v1/geocode?") => Reply::json(200, "null"),
        "/v1/addresses?q=Harbour" => Reply::json(
            200,
            r#"[{"id":"adr_11","text":"1 Harbour St"},{"id":"adr_12","text":"2 Harbour St"}]"#,
        ),
        target if target.starts_with("/v1/addresses?") => Reply::json(200, "[]"),
        "/v1/depots/dep_1" => Reply::json(200, r#"{"id":"dep_1","name":"North"}"#),
        _ => Reply::json(404, r#"{"error":{"code":"not_found","message":"No such depot."}}"#),
    })
}
