//! Making a run the new baseline.

use super::journals::Read;
use crate::{
    exit::Stop,
    ui::{Flags, write_report},
};
use std::path::Path;
use verify::{Report, Verdict};

/// Writes the journal as the new baseline: what has changed is accepted, so that nothing is left to complain of.
pub(super) fn renew(path: &Path, after: &Read, report: &mut Report, ui: &Flags) -> Result<(), Stop> {
    write_report(Some(path), |out, _| out.write_all(after.text.as_bytes()))?;
    ui.say(format!("{} is the new baseline", path.display()));
    if let Some(requests) = &mut report.requests {
        requests.renewed = Some(path.display().to_string());
    }
    if report.verdict == Verdict::Findings {
        report.verdict = Verdict::Agreed;
    }
    Ok(())
}
