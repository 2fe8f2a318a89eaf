//! A line for each lesson while they are taught, on stderr: a terminal sees which one is under way.

use crate::ui;
use cassettes::plan::Lesson;
use recorder::teaching::{Outcome, Told};
use std::io::{IsTerminal as _, Write as _};

/// Tells how far it is.
pub(super) struct Progress {
    total: usize,
    quiet: bool,
    terminal: bool,
}

impl Progress {
    pub(super) fn new(total: usize, quiet: bool) -> Self {
        Progress { total, quiet, terminal: std::io::stderr().is_terminal() }
    }

    /// A lesson begins.
    pub(super) fn begins(&self, number: usize, lesson: &Lesson) {
        if !self.quiet && self.terminal {
            let text: String = format!("{number}/{} {lesson}", self.total).chars().take(100).collect();
            anstream::eprint!("\r\x1b[K{text}");
            let _ = std::io::stderr().flush();
        }
    }

    /// A lesson has ended.
    pub(super) fn ends(&self, told: &Told) {
        if self.quiet {
            return;
        }
        if self.terminal {
            anstream::eprint!("\r\x1b[K");
        }
        let why = match &told.outcome {
            Outcome::NotShown(why) | Outcome::CouldNotAsk(why) => format!(": {why}"),
            Outcome::Shown | Outcome::Disagrees if told.seen.is_empty() => String::new(),
            Outcome::Shown | Outcome::Disagrees => format!(": {}", told.seen),
        };
        let style = match told.outcome {
            Outcome::Shown => ui::GREEN,
            Outcome::Disagrees | Outcome::NotShown(_) | Outcome::CouldNotAsk(_) => ui::YELLOW,
        };
        let Told { number, lesson, outcome, .. } = told;
        anstream::eprintln!("{number}/{} {lesson}  {style}{}{style:#}{why}", self.total, outcome.as_str());
    }
}
