//! What a mode comes to here: whether there is a cassette, and whether this is CI, where nothing is recorded.

use crate::{commands::recording, exit::Stop};
use recorder::{Mode, Plan};
use std::path::Path;

/// What is done, or why nothing is: before anything listens or is written.
pub(super) fn plan(mode: &str, cassette: &Path, part: bool, force: bool) -> Result<Plan, Stop> {
    let (mode, exists) = (Mode::parse(mode).unwrap_or_default(), cassette.exists());
    let shown = cassette.display();
    if part && mode != Mode::All {
        return Err(Stop::usage(
            format!(
                "--exchange and --operation name what is recorded anew, and mode `{}` records nothing anew",
                mode.as_str()
            ),
            "give --mode all",
        ));
    }
    match mode.plan(exists) {
        Plan::OnlyKnown => Ok(Plan::OnlyKnown),
        // What is known is replayed, and the rest is a miss.
        Plan::RecordUnknown if recording::is_forbidden(force) => Ok(Plan::OnlyKnown),
        Plan::RecordAnew if exists => {
            let instead = "record it outside of CI and commit what `truetape accept` makes of it";
            recording::allow(force, &format!("--mode all would record {shown} anew"), instead)?;
            Ok(if part { Plan::RecordChosen } else { Plan::RecordAnew })
        }
        plan => {
            let instead = "record it outside of CI and commit it";
            recording::allow(force, &format!("{shown} does not exist yet"), instead)?;
            Ok(plan)
        }
    }
}
