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
    /// The report comes to the same terminal.
    brief: bool,
}

impl Progress {
    /// `here` says whether people read the report behind it.
    pub(super) fn new(total: usize, quiet: bool, here: bool) -> Self {
        let brief = here && std::io::stdout().is_terminal();
        Progress { total, quiet, terminal: std::io::stderr().is_terminal(), brief }
    }

    /// A lesson begins.
    pub(super) fn begins(&self, number: usize, lesson: &Lesson) {
        if !self.quiet && self.terminal {
            let text: String =
                format!("{number}/{} {lesson}", self.total).chars().take(crate::env::width() - 1).collect();
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
            // The table at the end has it all; what is long is not told twice.
            if self.brief {
                return;
            }
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
