//! The same call with two versions of its HTTP library: one without a timeout, one that waits five seconds.

use crate::http::Http;
use std::time::Duration;

/// Nobody who waits for a report waits longer.
const FOR_EVER: Duration = Duration::from_secs(50);

pub(super) fn before(url: &str) {
    fetch_reports(Http::patient(url, FOR_EVER));
}

pub(super) fn after(url: &str) {
    // >> upgrade
    fetch_reports(Http::patient(url, super::scaled(Duration::from_secs(5))));
    // << upgrade
}

/// With a timeout that is told.
pub(super) fn repaired(url: &str) {
    fetch_reports(Http::patient(url, super::scaled(Duration::from_secs(60))));
}

fn fetch_reports(mut http: Http) {
    for report in ["daily-2026-06-12", "annual-2025"] {
        match http.ask("GET", &format!("/v1/{report}"), &[], "") {
            Ok(answered) => println!("{report}: {}", answered.text()),
            Err(error) => println!("{report} is not ready: {error}"),
        }
    }
}
