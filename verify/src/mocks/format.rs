//! A mock format: how one tool writes its stubs down.

use super::{Files, Stubs};
use cassettes::meta::Meta;

/// How one tool writes its stubs down. Its page has *Why it matters*, *Understands* and *Does not
/// understand*, the last two with examples that are executed: files (`--- name`), questions (`> `, `>> `),
/// and what is answered (`~ `, or `? reason` for a question that stays open).
#[derive(Debug)]
pub struct MockFormat {
    /// Its name, as users write it before the colon, and its page.
    pub meta: Meta,
    /// Whether files are of this kind, by what is in them.
    pub sniff: fn(&Files) -> bool,
    /// Reads them.
    pub read: fn(&Files) -> Result<Stubs, FormatError>,
}

/// Files that cannot be read as that format at all. What an adapter merely does not understand is no
/// error: it stands in the stub, and the questions it touches stay open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct FormatError {
    /// What was expected and what came, as a fragment.
    pub what: String,
    /// `FILE:LINE`, or the file alone.
    pub place: String,
    /// What to do about it.
    pub hint: Option<String>,
}
