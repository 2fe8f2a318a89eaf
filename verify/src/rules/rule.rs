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

/// The groups in which rules stand, in the order in which lists show them: the name that a rule's page gives,
/// and what its rules judge. A rule names its own on its page, in a line `Group: pages`.
pub const GROUPS: [(&str, &str); 9] = [
    ("pages", "Listings that come in pages: their signals, their cursors, their order."),
    ("not found", "What is said of things that are not there, never were, or are no longer."),
    ("errors", "Refusals: their class, their code, their shape, and whether to try again."),
    ("tokens", "Credentials: which are let in, and what is said to the others."),
    ("numbers and times", "How numbers and moments are written."),
    ("shape", "The members of answers: which there are, of what kind, and when they are missing."),
    ("state", "What one request does and another one sees; who is who."),
    ("headers", "Status, header fields and the time an answer takes."),
    ("coverage", "What could not be asked, what was never recorded, and what is out of date."),
];
