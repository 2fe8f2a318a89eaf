//! The sole reader of the environment, the clock and the operating system's random numbers.

use cassettes::model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A variable that is set and not empty.
pub(crate) fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Thirty-two bytes that nobody can guess; none where the system gives none.
pub(crate) fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Where we were started.
pub(crate) fn directory() -> std::path::PathBuf {
    std::env::current_dir().unwrap_or_else(|_| ".".into())
}

/// The width of the terminal, as shells export it, or a page's.
pub(crate) fn width() -> usize {
    var("COLUMNS").and_then(|c| c.parse().ok()).unwrap_or(100)
}
