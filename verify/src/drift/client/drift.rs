//! What an item of this shelf is.

use super::runs::Runs;
use crate::finding::Findings;
use cassettes::meta::Meta;

/// One way in which the requests of two runs can differ. It fires only where nothing but another client explains
/// the difference, calls [`Findings::check`] each time it has something to compare, and is silent about what
/// varies from run to run.
pub struct Drift {
    /// Its stable name and its page.
    pub meta: Meta,
    /// Compares the runs. Called once.
    pub compare: fn(&Runs<'_>, &mut Findings),
}

/// The groups in which they stand, in the order in which lists show them: the name that a page gives in a line
/// `Group: what is sent`, and what its items judge.
pub const GROUPS: [(&str, &str); 3] = [
    ("what is sent", "Headers, queries, bodies and tokens that are not what they were."),
    ("when and how often", "Retries, their spacing, patience, and connections."),
    ("which calls", "What is asked that was not asked before, what no longer is, and in which order."),
];
