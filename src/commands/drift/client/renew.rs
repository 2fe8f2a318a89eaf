//! Making a run the new baseline.

use super::journals::Read;
use crate::{
    exit::{Exit, Outcome},
    ui::{Flags, write_report},
};
use std::path::Path;

/// Writes the journal as the new baseline: what has changed is accepted.
pub(super) fn renew(path: Option<&Path>, after: &Read, ui: &Flags) -> Outcome {
    write_report(path, |out, _| out.write_all(after.text.as_bytes()))?;
    if let Some(path) = path {
        ui.say(format!("{} is the new baseline", path.display()));
    }
    Ok(Exit::Agreed)
}
