//! Why a test fails: what was asked in vain, what was left over, what its client did.

use crate::{Auditor, Miss, Outcome};
use std::fmt::Write as _;

/// So many misses are told in full.
const MOST: usize = 10;

/// Why a test fails; none if it does not.
pub(super) fn of(outcome: &Outcome, unused_too: bool, judged: Option<(&Auditor, String)>) -> Option<String> {
    let mut all = Vec::new();
    for session in outcome.sessions.iter().filter(|session| session.missed > 0) {
        all.push(missed(&session.name, &session.misses, session.missed));
    }
    if unused_too && !outcome.unused.is_empty() {
        let mut text = "these exchanges were recorded and not asked for:\n".to_owned();
        for unused in outcome.unused.iter().take(MOST) {
            let _ = writeln!(text, "  {} {} {}", unused.exchange, unused.method, unused.target);
        }
        more(&mut text, outcome.unused.len());
        all.push(text);
    }
    if let Some((auditor, journal)) = judged {
        all.extend(findings(auditor, &journal));
    }
    (!all.is_empty()).then(|| all.join("\n"))
}

/// What a session asked in vain; `in_all` counts those that are not kept.
pub(super) fn missed(session: &str, misses: &[Miss], in_all: u64) -> String {
    let mut text = format!("session {session} asked what was not recorded, or once too often:\n");
    for miss in misses.iter().take(MOST) {
        let _ = writeln!(text, "  {} {} ({})", miss.method, miss.target, miss.reason.as_str());
        for near in miss.nearest.iter().take(3) {
            let _ = writeln!(text, "    nearest {}", near.exchange);
            for difference in &near.differences {
                let _ = writeln!(text, "      {difference}");
            }
        }
        let _ = writeln!(text, "    hint: {}", miss.hint());
    }
    more(&mut text, usize::try_from(in_all).unwrap_or(usize::MAX));
    text
}

fn more(text: &mut String, in_all: usize) {
    if in_all > MOST {
        let _ = writeln!(text, "  and {} more", in_all - MOST);
    }
}

/// What the auditor found, for people; none if it found nothing that counts.
fn findings(auditor: &Auditor, journal: &str) -> Option<String> {
    let report = match auditor(journal, "json") {
        Ok((_, report)) => report,
        Err(error) => return Some(format!("the journal could not be judged: {error}")),
    };
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap_or_default();
    let counts =
        |finding: &serde_json::Value| matches!(finding["severity"].as_str(), Some("error" | "warning"));
    if !report["findings"].as_array().is_some_and(|all| all.iter().any(counts)) {
        return None;
    }
    match auditor(journal, "human") {
        Ok((_, text)) => Some(String::from_utf8_lossy(&text).into_owned()),
        Err(_) => Some(report.to_string()),
    }
}
