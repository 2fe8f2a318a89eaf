//! A mock that knows success and "boom", and one that knows the reasons.

use crate::web::{Asked, Handler, Reply};

fn source(asked: &Asked) -> (String, i64) {
    let charge: serde_json::Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    (charge["source"].as_str().unwrap_or_default().to_owned(), charge["amount"].as_i64().unwrap_or_default())
}

fn succeeded(amount: i64) -> Reply {
    Reply::json(200, format!(r#"{{"id":"ch_1","amount":{amount},"currency":"usd","status":"succeeded"}}"#))
}

pub(super) fn optimistic() -> Handler {
    // >> lie
    Box::new(|asked| match source(asked) {
        (card, amount) if card == "card_visa" && amount > 0 => succeeded(amount),
        _ => Reply::json(500, r#"{"error":{"message":"boom"}}"#),
    })
    // << lie
}

pub(super) fn honest() -> Handler {
    let failure = |status: u16, kind: &str, code: &str| {
        let body = format!(r#"{{"error":{{"type":"{kind}","code":"{code}","message":"mock: {code}"}}}}"#);
        Reply::json(status, body)
    };
    Box::new(move |asked| match source(asked) {
        (_, amount) if amount <= 0 => Reply::json(
            400,
            r#"{"error":{"type":"invalid_request_error","code":"parameter_invalid","param":"amount","message":"mock: bad amount"}}"#,
        ),
        (card, _) if card == "card_declined" => failure(402, "card_error", "card_declined"),
        (card, _) if card == "card_gateway_timeout" => failure(504, "api_error", "gateway_timeout"),
        (card, _) if card == "card_too_often" => {
            failure(429, "rate_limit_error", "rate_limited").header("Retry-After", "1")
        }
        (_, amount) => succeeded(amount),
    })
}
