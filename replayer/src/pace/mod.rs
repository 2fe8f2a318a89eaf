//! How fast answers are given.

mod beat;
mod latency;
mod span;
mod speed;

pub(crate) use beat::{Beat, Took};
pub use latency::Latency;
pub use span::{NoSpan, Span};
pub use speed::{NoSpeed, Speed};

use serde::{Deserialize, Deserializer};

/// A scalar as people write it: YAML makes a number of what looks like one.
pub(crate) fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a text or a number")]
    enum Written {
        Whole(i64),
        Number(f64),
        Text(String),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Whole(number) => number.to_string(),
        Written::Number(number) => number.to_string(),
        Written::Text(text) => text,
    })
}
