//! What the audits find while somebody watches: judged when the journal has been quiet for a moment, and each
//! finding told once.

use super::desk::Desk;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long nothing may have come before the journal is judged.
const QUIET: Duration = Duration::from_millis(700);

/// Findings as one watcher was told them.
#[derive(Default)]
pub(super) struct Findings {
    told: HashSet<String>,
    /// The number of the line up to which the journal was judged.
    judged: Option<u64>,
    due: Option<(u64, Instant)>,
}

impl Findings {
    /// Waits for findings that were not told yet, and gives them as events. Nothing is lost when the future is
    /// dropped: they are found again.
    pub(super) async fn next(&mut self, desk: &Desk, session: Option<&str>) -> String {
        loop {
            let at = desk.lines();
            if self.judged == Some(at) || !desk.judges() {
                return std::future::pending().await;
            }
            let due = match self.due {
                Some((of, due)) if of == at => due,
                _ => Instant::now() + QUIET,
            };
            self.due = Some((at, due));
            sleep_until(due).await;
            if desk.lines() != at {
                continue;
            }
            let Ok(report) = desk.judged(session, "json").await else {
                self.judged = Some(at);
                continue;
            };
            self.judged = Some(at);
            let text = self.fresh(&report.body);
            if !text.is_empty() {
                return text;
            }
        }
    }

    /// Findings of a report that were not told yet.
    fn fresh(&mut self, report: &[u8]) -> String {
        let report: serde_json::Value = serde_json::from_slice(report).unwrap_or_default();
        let mut text = String::new();
        for finding in report["findings"].as_array().into_iter().flatten() {
            let data = finding.to_string();
            let name = finding["fingerprint"].as_str().map_or_else(|| data.clone(), str::to_owned);
            if self.told.insert(name) {
                // Writing to memory cannot fail.
                let _ = write!(text, "event: finding\ndata: {data}\n\n");
            }
        }
        text
    }
}
