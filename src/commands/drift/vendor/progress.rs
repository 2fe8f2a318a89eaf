//! How far the asking is, on a terminal: one line that is written anew.

use crate::{env, ui::Flags};
use std::io::{IsTerminal as _, Write as _};
use verify::drift::vendor::Progress;

/// Tells how far it is.
pub(super) struct Line {
    shown: bool,
}

impl Line {
    pub(super) fn new(ui: &Flags) -> Line {
        Line { shown: !ui.quiet && std::io::stderr().is_terminal() }
    }

    /// One exchange is done with.
    pub(super) fn step(&self, progress: Progress<'_>) {
        if !self.shown {
            return;
        }
        let Progress { done, of, round, asked } = progress;
        let again = if round > 1 { " again" } else { "" };
        let (left, request) = (of.saturating_sub(done), &asked.request);
        let text = format!("{done}/{of} asked{again}, {left} left  {} {}", request.method, request.target);
        let text: String = text.chars().take(env::width().saturating_sub(1)).collect();
        anstream::eprint!("\r\x1b[K{text}");
        let _ = std::io::stderr().flush();
    }

    /// It is over.
    pub(super) fn end(&self) {
        if self.shown {
            anstream::eprint!("\r\x1b[K");
        }
    }
}
