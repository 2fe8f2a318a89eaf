//! # rate-limit-counters
//!
//! Rate-limit counters that an answer carries.
//!
//! ## Why it matters
//!
//! A client that reads them slows down before it is stopped. Against a mock without them that code never
//! runs.
//!
//! ## Fires
//!
//! ```text
//! > GET /v1/things
//! < X-RateLimit-Limit: 100
//! < X-RateLimit-Remaining: 99
//! < 200 {"id":1}
//! = rate-limit-counters
//! ```
//!
//! ```text
//! > GET /v1/things
//! < RateLimit: "default";r=0;t=5
//! < 429
//! = rate-limit-counters
//! ```
//!
//! ```text
//! > POST /v1/messages
//! < vendor-ratelimit-requests-reset: 2026-01-02T03:05:00Z
//! < 200 {"id":1}
//! = rate-limit-counters
//! ```
//!
//! ## Quiet
//!
//! A policy is no count:
//!
//! ```text
//! > GET /v1/things
//! < RateLimit-Policy: 100;w=60
//! < 200 {"id":1}
//! ```
//!
//! To be told to wait is another thing:
//!
//! ```text
//! > GET /v1/things
//! < retry-after: 5
//! < 429 {"error":"rate_limited"}
//! ```

use super::facet::Facet;
use crate::meta::Meta;
use crate::model::Headers;

/// What a counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counts {
    /// How many questions are allowed.
    Limit,
    /// How many are left.
    Remaining,
    /// When the count starts anew.
    Reset,
}

/// A rate-limit counter in a header.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counter {
    /// What it counts.
    pub counts: Counts,
    /// The header, in lower case.
    pub header: String,
    /// As sent.
    pub value: String,
}

/// Every counter, sorted: `x-ratelimit-*`, `ratelimit-*`, `x-rate-limit-*` and longer names that hold
/// them, and the structured `ratelimit` field of the IETF draft.
pub fn counters(headers: &Headers) -> Vec<Counter> {
    let mut counters = Vec::new();
    for (name, value) in headers.iter() {
        let header = name.to_ascii_lowercase();
        let value = String::from_utf8_lossy(value).trim().to_owned();
        let flat = header.replace("rate-limit", "ratelimit");
        let Some((_, rest)) = flat.split_once("ratelimit") else { continue };
        if rest.is_empty() {
            for (counts, key) in [(Counts::Remaining, "r"), (Counts::Reset, "t"), (Counts::Limit, "q")] {
                if let Some(value) = parameter(&value, key) {
                    counters.push(Counter { counts, header: header.clone(), value });
                }
            }
            continue;
        }
        let counts = match rest {
            _ if rest.contains("remaining") => Counts::Remaining,
            _ if rest.contains("reset") => Counts::Reset,
            _ if rest.contains("limit") => Counts::Limit,
            _ => continue,
        };
        counters.push(Counter { counts, header, value });
    }
    counters.sort();
    counters
}

/// Whether a counter says that nothing is left.
pub fn is_exhausted(headers: &Headers) -> bool {
    counters(headers).iter().any(|c| c.counts == Counts::Remaining && c.value == "0")
}

fn parameter(value: &str, key: &str) -> Option<String> {
    value.split([';', ',']).find_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        (name == key
            || (key == "r" && name == "remaining")
            || (key == "t" && name == "reset")
            || (key == "q" && name == "limit"))
            .then(|| value.trim().to_owned())
    })
}

/// Labels an exchange that carries counters.
pub static FACET: Facet = Facet {
    meta: Meta::new("rate-limit-counters", include_str!("rate_limit_counters.rs")),
    label: |told| (!counters(&told.response.headers).is_empty()).then(|| "rate-limit-counters".to_owned()),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_found_under_every_spelling() {
        let seen = |name: &str, value: &str| {
            counters(&Headers::from_pairs([(name, value)]))
                .into_iter()
                .map(|c| (c.counts, c.value))
                .collect::<Vec<_>>()
        };
        assert_eq!(seen("X-RateLimit-Remaining", "0"), [(Counts::Remaining, "0".into())]);
        assert_eq!(seen("x-rate-limit-reset", "1"), [(Counts::Reset, "1".into())]);
        assert_eq!(seen("anthropic-ratelimit-requests-limit", "50"), [(Counts::Limit, "50".into())]);
        assert_eq!(
            seen("RateLimit", "\"default\";r=0;t=5"),
            [(Counts::Remaining, "0".into()), (Counts::Reset, "5".into())]
        );
        assert!(seen("RateLimit-Policy", "10;w=1").is_empty());
        assert!(is_exhausted(&Headers::from_pairs([("ratelimit", "limit=10, remaining=0, reset=5")])));
        assert!(!is_exhausted(&Headers::from_pairs([("x-ratelimit-remaining", "10")])));
    }
}
