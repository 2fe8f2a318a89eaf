//! Quoting what clients did: requests in time order, each at its line of the journal.

use super::Call;
use crate::excerpt;
use crate::finding::Evidence;
use cassettes::model::Micros;
use cassettes::subject::Spot;
use std::fmt::Write as _;

/// So many requests are quoted.
const MOST: usize = 6;

/// So many characters of each request's target, and of its body.
const TARGET: usize = 100;
const BODY: usize = 60;

/// Requests in the order given, each with its line, its moment and what came of it. Of many the first ones
/// and the last are quoted.
pub fn quote(file: &str, calls: &[&Call<'_>]) -> Evidence {
    let mut text = String::new();
    let left_out = calls.len().saturating_sub(MOST);
    for (number, call) in calls.iter().enumerate() {
        if left_out > 0 && number == MOST - 1 {
            let _ = write!(text, "; … {left_out} more …");
        }
        if left_out > 0 && (MOST - 1..calls.len() - 1).contains(&number) {
            continue;
        }
        if !text.is_empty() {
            text.push_str("; ");
        }
        if calls.len() > 1 {
            let _ = write!(text, "line {}: ", call.line);
        }
        one(call, &mut text);
    }
    let location = calls.first().map(|call| Spot { file: file.to_owned(), line: call.line });
    // The exchange that answered is the other side's; this one stands in the journal.
    Evidence { exchange: None, pointer: "request".to_owned(), excerpt: text, location }
}

/// `at 0.250 s POST /v1/charges {"amount":1} → 503`
fn one(call: &Call<'_>, text: &mut String) {
    let served = call.served;
    let _ = write!(text, "at {} {} {}", seconds(served.at), served.method, short(&served.target, TARGET));
    if let Some(body) = call.body().filter(|body| !body.is_empty()) {
        let _ = write!(text, " {}", short(body, BODY));
    }
    match call.left_after() {
        Some(after) => {
            let _ = write!(text, " → left after {}", seconds(after));
        }
        None => {
            let _ = write!(text, " → {}", served.answer);
        }
    }
}

fn short(text: &str, most: usize) -> String {
    let text = excerpt::bounded(text);
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// `7.500 s`
pub fn seconds(micros: Micros) -> String {
    format!("{}.{:03} s", micros / 1_000_000, micros % 1_000_000 / 1000)
}
