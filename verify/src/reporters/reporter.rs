//! What a reporter is.

use crate::report::Report;
use cassettes::meta::Meta;
use std::io;

/// How the reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Columns of the terminal, or of the page.
    pub width: usize,
    /// Whether colours are shown.
    pub color: bool,
    /// Whether only what went wrong is shown of a table.
    pub quiet: bool,
}

impl Default for View {
    fn default() -> Self {
        View { width: 100, color: false, quiet: false }
    }
}

/// Shows a report.
pub struct Reporter {
    /// Its stable name, as `--format` takes it, and its page.
    pub meta: Meta,
    /// Writes the report. Errs only where the writer does.
    pub write: fn(&Report, &View, &mut dyn io::Write) -> io::Result<()>,
}
