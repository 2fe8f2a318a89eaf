//! A service over hash maps: the same things, each time in another order.

use super::mocks::{array, object};
use crate::web::{Handler, Reply};
use std::sync::atomic::{AtomicUsize, Ordering};

const PARAMETERS: [(&str, &str); 4] =
    [("amount", "100"), ("currency", "USD"), ("nonce", "abc"), ("merchant", "m_51")];
const TAGS: [&str; 5] = ["refund", "priority", "gift", "export", "b2b"];

pub(super) fn start() -> Handler {
    let reads = AtomicUsize::new(0);
    Box::new(move |asked| {
        match asked.target.as_str() {
            "/v1/checkouts/co_1/confirmations" => return confirmed(&asked.body),
            "/v1/labels" => return Reply::json(200, r#"{"status":"filed"}"#),
            _ => {}
        }
        let turn = reads.fetch_add(1, Ordering::SeqCst) / 2;
        match asked.target.as_str() {
            "/v1/checkouts/co_1" => object(turned(&PARAMETERS, turn)),
            "/v1/tags" => array(&turned(&TAGS, turn * 2)),
            _ => Reply::json(404, r#"{"error":{"code":"not_found"}}"#),
        }
    })
}

/// Whether the parameters were signed in the order of the alphabet.
fn confirmed(body: &[u8]) -> Reply {
    let mut parameters: Vec<String> =
        PARAMETERS.iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
    parameters.sort();
    match String::from_utf8_lossy(body).contains(&super::signed(&parameters)) {
        true => Reply::json(200, r#"{"status":"confirmed"}"#),
        false => Reply::json(400, r#"{"error":{"code":"bad_signature"}}"#),
    }
}

fn turned<T: Copy>(all: &[T], by: usize) -> Vec<T> {
    let (before, after) = all.split_at(by % all.len());
    [after, before].concat()
}
