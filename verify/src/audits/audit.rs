//! What an audit is.

use crate::conduct::Conduct;
use crate::finding::Findings;
use cassettes::meta::Meta;

/// Judges what clients did. An audit fires only where the journal shows it and a cassette shows why it matters,
/// calls [`Findings::check`] each time it has something to look at, and is silent about what it cannot know.
pub struct Audit {
    /// Its stable name and its page.
    pub meta: Meta,
    /// Looks at the whole conduct. Called once.
    pub inspect: fn(&Conduct<'_>, &mut Findings),
}

/// The groups in which audits stand, in the order in which lists show them: the name that an audit's page gives
/// in a line `Group: retries`, and what its audits judge.
pub const GROUPS: [(&str, &str); 4] = [
    ("walks", "Listings that clients walk through, and what was never asked for."),
    ("retries", "What clients do after a failure, and when."),
    ("patience and connections", "How long clients wait, and what they do with connections."),
    ("data", "What clients send: numbers, times, tokens, and what belongs to whom."),
];
