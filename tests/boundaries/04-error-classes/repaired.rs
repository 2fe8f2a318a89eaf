//! Asks of each error what may be done about it.

use super::charges;
use crate::http::Http;
use std::{thread, time::Duration};

pub(super) fn charge_all(url: &str) {
    let mut http = Http::new(url);
    for (number, body) in charges().into_iter().enumerate() {
        let key = format!("charge-{number}");
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", &key)];
        for _ in 0..2 {
            let answered = http.ask("POST", "/v1/charges", &headers, body).expect("an answer");
            match answered.status {
                // Whoever says how long to wait is heard.
                429 => {
                    let seconds = answered.header("retry-after").and_then(|s| s.parse().ok()).unwrap_or(1);
                    thread::sleep(Duration::from_secs(seconds));
                }
                // The key makes it safe to say it again.
                504 => thread::sleep(Duration::from_millis(200)),
                // Declined cards stay declined, and a negative amount stays negative.
                _ => break,
            }
        }
    }
}
