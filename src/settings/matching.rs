//! What makes no difference between an asked request and a recorded one, in every session of this project.

use super::Settings;
use replayer::Conditions;

impl Settings {
    /// How sessions play that say nothing else: `replay:`, and beside what it declares itself `matching:`.
    pub(crate) fn conditions(&self) -> Result<Conditions, String> {
        let own = &self.replay.0;
        if self.matching.is_empty() {
            return Ok(own.clone());
        }
        let matching = match &own.matching {
            None => self.matching.clone(),
            Some(more) => self.matching.and(more)?,
        };
        Ok(Conditions { matching: Some(matching), ..own.clone() })
    }
}
