//! Says itself how long a report may take.

use crate::http::Http;
use std::time::Duration;

pub(super) fn fetch_reports(url: &str) {
    let mut http = Http::patient(url, super::scaled(Duration::from_secs(60)));
    for report in ["daily-2026-06-12", "annual-2025"] {
        println!("{report}: {}", http.get(&format!("/v1/{report}")).text());
    }
}
