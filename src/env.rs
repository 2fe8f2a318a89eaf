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

/// The width that was asked for, that of the terminal, or a page's.
pub(crate) fn width() -> usize {
    let asked = var("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let there = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into());
    asked.or_else(there).filter(|columns| *columns > 0).unwrap_or(100)
}
