//! What comes between a vendor and whoever asks it at any hour: fresh ids, counters, times and tags in each
//! answer, sets in any order, another latency each time, and now and then an outage that is over at once.

use crate::kit::data::{Rng, http_date, zulu};
use crate::kit::json::{Edit as _, obj};
use crate::kit::service::{Told, What};
use cassettes::json::Json;
use cassettes::model::Answer;

/// The weather of one run.
#[derive(Debug, Clone)]
pub(crate) struct Weather {
    rng: Rng,
    left: i64,
    was_out: bool,
    /// In how many answers there is one trouble; none: never.
    troubles: Option<usize>,
}

impl Weather {
    pub(crate) fn new(seed: u64, troubles: Option<usize>) -> Self {
        Weather { rng: Rng::new(seed, "weather"), left: 5_000, was_out: false, troubles }
    }

    /// A gateway's answer in place of the vendor's. It never comes twice in a row.
    pub(crate) fn trouble(&mut self) -> Option<Told> {
        let out = !self.was_out && self.troubles.is_some_and(|one_in| self.rng.below(one_in) == 0);
        self.was_out = out;
        if !out {
            return None;
        }
        let told = |what, status| Told::new("gateway", what, status);
        Some(match self.rng.below(3) {
            0 => told(What::Retryable, 503)
                .body("text/html", "<html><body><h1>Service Unavailable</h1></body></html>")
                .with("Retry-After", "1"),
            1 => told(What::Limited, 429)
                .json(&obj! { "message": "Too many requests" })
                .with("Retry-After", "1"),
            _ => told(What::Broken, 502).body("text/html", "<html><body><h1>Bad Gateway</h1></body></html>"),
        })
    }

    /// What every answer goes through. `tagged` says whether the vendor has a tag of its own for it, with the change
    /// or without: none of the weather's hides that it is gone.
    pub(crate) fn over(&mut self, now: i64, tagged: bool, mut told: Told) -> Told {
        told.millis = told.millis * (50 + self.rng.next() % 200) / 100 + 1;
        self.left -= 1;
        let tag = format!("W/\"{}\"", self.rng.hex(12));
        let (id, ray) = (self.rng.uuid(), self.rng.hex(16));
        let mut document = told.document();
        if told.what.is_content() && matches!(document, Json::Object(_) | Json::Array(_)) {
            let before = document.clone();
            mix(&mut document, &mut self.rng);
            document = stamped(document, now, &id);
            if before != document {
                told.redraw(&document);
            }
        }
        let Answer::Reply(reply) = &mut told.answer else { return told };
        if told.what.is_content() && !tagged {
            reply.headers.push("ETag", tag);
        }
        for (name, value) in [
            ("Date", http_date(now)),
            ("X-Request-Id", id),
            ("X-Ray", ray),
            ("X-Served-At", zulu(now)),
            ("RateLimit-Limit", "5000".to_owned()),
            ("RateLimit-Remaining", self.left.to_string()),
        ] {
            reply.headers.push(name, value);
        }
        told
    }
}

/// Sets of words are written in any order.
fn mix(json: &mut Json, rng: &mut Rng) {
    match json {
        Json::Object(members) => members.iter_mut().for_each(|(_, value)| mix(value, rng)),
        Json::Array(items) if items.iter().all(|i| i.as_str().is_some()) => rng.shuffle(items),
        Json::Array(items) => items.iter_mut().for_each(|item| mix(item, rng)),
        _ => {}
    }
}

/// A document that says when it was made and under which id.
fn stamped(mut document: Json, now: i64, id: &str) -> Json {
    if matches!(document, Json::Object(_)) {
        document.put("request_id", id);
        document.put("generated_at", zulu(now));
    }
    document
}
