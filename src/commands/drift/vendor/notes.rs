//! What is to be said about a run besides its report.

use crate::ui::{self, Flags, count};
use verify::{Report, Verdict};

/// Says why nothing was compared, so that nobody takes it for agreement.
pub(super) fn vacuous(report: &Report, unheard: &[String], ui: &Flags) {
    for why in unheard {
        note(ui, why);
    }
    if unheard.iter().any(|why| why.contains("UnknownIssuer")) {
        ui.say(format!("{cyan}hint:{cyan:#} {}", ui::UNKNOWN_ISSUER, cyan = ui::CYAN));
    }
    let Some(drift) = report.drift.as_ref().filter(|_| report.verdict == Verdict::Vacuous) else { return };
    let yellow = ui::YELLOW;
    if drift.compared > 0 {
        let what = if unheard.is_empty() {
            "no such rule had anything to compare"
        } else {
            "a part could not be asked"
        };
        ui.say(format!("{yellow}this is no agreement:{yellow:#} {what}"));
        return;
    }
    let why = match drift.skipped.first() {
        Some(first) if drift.skipped.iter().all(|one| one.reason == first.reason) => first.reason.clone(),
        Some(first) => format!("{}: {}", first.exchange, first.reason),
        None => "the cassettes hold nothing".to_owned(),
    };
    ui.say(format!(
        "{yellow}nothing was compared:{yellow:#} {} skipped ({why})",
        count(drift.skipped.len(), "exchange")
    ));
}

/// Says something that is neither agreement nor a finding.
pub(super) fn note(ui: &Flags, text: &str) {
    ui.say(format!("{yellow}note:{yellow:#} {text}", yellow = ui::YELLOW));
}
