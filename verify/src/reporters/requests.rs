//! Whose requests were compared: the first line of a report on client drift.

use super::paint::Paint;
use crate::report::Report;
use std::fmt::Write as _;
use std::io::{self, Write};

/// `a/1 → b/2: 12 requests against 12 of base.jsonl`; nothing where no requests were compared.
pub(super) fn words(report: &Report) -> Option<String> {
    let requests = report.requests.as_ref()?;
    let mut text = String::new();
    if let Some(step) = requests.step() {
        let _ = write!(text, "{step}: ");
    }
    let noun = if requests.after == 1 { "request" } else { "requests" };
    let of = requests.baselines.join(" and ");
    let _ = write!(text, "{} {noun} against {} of {of}", requests.after, requests.before);
    if let Some(file) = &requests.renewed {
        let _ = write!(text, "; what has changed is accepted: {file} is the new baseline");
    }
    Some(text)
}

/// For a terminal.
pub(super) fn show(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let Some(words) = words(report) else { return Ok(()) };
    writeln!(out, "{}\n", paint.bold(&words))
}

/// For a comment.
pub(super) fn markdown(report: &Report, page: &mut String) {
    if let Some(words) = words(report) {
        let _ = writeln!(page, "\n`{}`", words.replace('`', "'"));
    }
}
