//! A reporting service: small reports at once, large ones when they are done.

use crate::web::{Handler, Reply};
use std::time::Duration;

/// As long as a large report takes.
const LARGE: Duration = Duration::from_secs(12);
/// Enough of it to have waited, where nobody records.
const SHORTENED: Duration = Duration::from_millis(1500);

pub(super) fn start(in_full: bool) -> Handler {
    let large = if in_full { LARGE } else { SHORTENED };
    Box::new(move |asked| match asked.target.as_str() {
        "/v1/daily-2026-06-12" => {
            Reply::json(200, r#"{"report":"daily-2026-06-12","rows":48,"revenue":"1830.50"}"#)
        }
        "/v1/annual-2025" => {
            Reply::json(200, r#"{"report":"annual-2025","rows":1204331,"revenue":"48201944.10"}"#)
                .after(large)
        }
        _ => Reply::json(404, r#"{"error":{"code":"no_such_report"}}"#),
    })
}
