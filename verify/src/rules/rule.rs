//! What a rule is.

use crate::case::Case;
use crate::finding::Findings;
use crate::run::Run;
use cassettes::meta::Meta;

/// Judges answers. A rule fires only where the real side was seen to do the harder thing, calls
/// [`Findings::check`] each time it has something to compare, and is silent about what it cannot know.
pub struct Rule {
    /// Its stable name and its page.
    pub meta: Meta,
    /// Judges one answer against the recorded one. Called for every pair that is evidence.
    pub case: Option<fn(&Case<'_>, &mut Findings)>,
    /// Judges what shows only over the whole run. Called once.
    pub run: Option<fn(&Run<'_>, &mut Findings)>,
}
