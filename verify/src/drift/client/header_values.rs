//! What stands in the headers of a request, as far as it can be compared with another run's.

use super::headers::{is_agent, is_credential, is_following};
use super::normal::normal;
use crate::conduct::Call;

/// What a request has in a header, as far as it can be compared.
pub(super) fn value(call: &Call<'_>, name: &str) -> Option<String> {
    let fields = call.served.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let all: Vec<&str> = fields.map(|(_, value)| value.trim()).collect();
    if all.is_empty() {
        return None;
    }
    let text = all.join(", ");
    Some(match name {
        "authorization" | "proxy-authorization" => text.split(' ').next().unwrap_or_default().to_owned(),
        "cookie" => {
            let mut names: Vec<&str> =
                text.split(';').filter_map(|one| one.trim().split('=').next()).collect();
            names.sort_unstable();
            names.join("; ")
        }
        "content-type" => {
            // Types and charsets are written in any case (RFC 9110 §8.3.1).
            text.split("boundary=").next().unwrap_or_default().to_ascii_lowercase()
        }
        _ if is_following(name) || is_credential(name) => "…".to_owned(),
        // Its moments are of no matter, whenever it is.
        _ if is_measure(name) => digits_masked(&normal(&text, Some(0), false).text),
        _ if is_agent(name) => in_one_order(&text),
        _ => text,
    })
}

/// Sets within a word, `m/N,U,b`, come in any order.
fn in_one_order(text: &str) -> String {
    let sorted = |word: &str| {
        let (name, list) = word.split_once('/').unwrap_or(("", word));
        if !list.contains(',') || list.ends_with(',') {
            return word.to_owned();
        }
        let mut parts: Vec<&str> = list.split(',').collect();
        parts.sort_unstable();
        format!("{name}/{}", parts.join(","))
    };
    if text.starts_with('{') {
        return text.to_owned();
    }
    text.split(' ').map(sorted).collect::<Vec<_>>().join(" ")
}

/// Whether the numbers in it are measured or counted.
pub(super) fn is_measure(name: &str) -> bool {
    const MEASURES: [&str; 9] =
        ["telemetry", "metrics", "trace", "span", "sentry", "newrelic", "invocation", "attempt", "retry"];
    MEASURES.iter().any(|word| name.contains(word))
}

fn digits_masked(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            c => out.push(c),
        }
    }
    out.replace("#.#", "#")
}
