//! Waits as long as its library does by default: five seconds.

use crate::http::Http;
use std::time::Duration;

pub(super) fn fetch_reports(url: &str) {
    // >> bug
    let mut http = Http::patient(url, super::scaled(Duration::from_secs(5)));
    for report in ["daily-2026-06-12", "annual-2025"] {
        match http.ask("GET", &format!("/v1/{report}"), &[], "") {
            Ok(answered) => println!("{report}: {}", answered.text()),
            Err(error) => println!("{report} is not ready: {error}"),
        }
    }
    // << bug
}
