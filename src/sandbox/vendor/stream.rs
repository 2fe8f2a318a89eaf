//! Answers that take their time.

use super::state::Shared;
use crate::sandbox::ask::Ask;
use crate::sandbox::reply::{empty, number, object, string};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http_body_util::channel::Channel;
use std::time::Duration;

/// No pause is longer than this.
const LONGEST: usize = 60_000;

/// Four server-sent events, `?gap=` milliseconds apart (250 by default).
pub(super) async fn events(State(vendor): Shared, ask: Ask) -> Response {
    let gap = Duration::from_millis(ask.number("gap", 250).unwrap_or(250).min(LONGEST) as u64);
    let words = vendor.cast.tags;
    let (mut sender, body) = Channel::<Bytes>::new(1);
    tokio::spawn(async move {
        for turn in 0..4 {
            if turn > 0 {
                tokio::time::sleep(gap).await;
            }
            let (number, word) = (turn + 1, words[turn % words.len()]);
            let event = format!("id: {number}\nevent: tick\ndata: {{\"n\":{number},\"tag\":\"{word}\"}}\n\n");
            if sender.send_data(Bytes::from(event)).await.is_err() {
                // The client has left.
                return;
            }
        }
    });
    let mut response = empty(200);
    *response.body_mut() = Body::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A report whose first byte comes after `?ms=` milliseconds (1 500 by default).
pub(super) async fn slow(State(vendor): Shared, ask: Ask) -> Response {
    let wait = ask.number("ms", 1500).unwrap_or(1500).min(LONGEST);
    tokio::time::sleep(Duration::from_millis(wait as u64)).await;
    vendor.json(200, &object([("report", string("slow")), ("rows", number(12))]))
}
