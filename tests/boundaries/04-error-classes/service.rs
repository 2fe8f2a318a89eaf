//! A payments service that says why a charge failed, so that its callers know what to do next.

use crate::web::{Handler, Reply};

pub(super) fn start() -> Handler {
    Box::new(|asked| {
        let charge: serde_json::Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let amount = charge["amount"].as_i64().unwrap_or_default();
        if amount <= 0 {
            return Reply::json(
                400,
                r#"{"error":{"type":"invalid_request_error","code":"parameter_invalid","param":"amount","message":"Amount must be positive."}}"#,
            );
        }
        match charge["source"].as_str().unwrap_or_default() {
            "card_declined" => Reply::json(
                402,
                r#"{"error":{"type":"card_error","code":"card_declined","message":"Your card was declined."}}"#,
            ),
            "card_gateway_timeout" => Reply::json(
                504,
                r#"{"error":{"type":"api_error","code":"gateway_timeout","message":"The card network did not answer."}}"#,
            ),
            "card_too_often" => Reply::json(
                429,
                r#"{"error":{"type":"rate_limit_error","code":"rate_limited","message":"Too many requests."}}"#,
            )
            .header("Retry-After", "2"),
            _ => Reply::json(
                200,
                format!(r#"{{"id":"ch_3Nq81","amount":{amount},"currency":"usd","status":"succeeded"}}"#),
            ),
        }
    })
}
