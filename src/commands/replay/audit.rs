//! Auditing what a suite did, when it is done.

use crate::{
    commands::{audit::Judge, picked::Picked},
    exit::{Exit, Stop},
    settings::Settings,
    ui::{self, Flags, ReportFlags},
};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// Whether and how the journal is judged.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditFlags {
    /// At the end, judge what the clients did
    #[arg(long)]
    pub(super) audit: bool,
    #[command(flatten)]
    picked: Picked,
    #[command(flatten)]
    report: ReportFlags,
}

/// An audit that is to be made at the end.
pub(crate) struct Auditing {
    judge: Judge,
    journal: PathBuf,
    report: ReportFlags,
    /// The journal's own place, where nobody wants to keep it.
    passing: Option<TempPath>,
}

impl AuditFlags {
    /// Where the journal goes: where it is wanted, or to a place of its own if it is to be judged.
    pub(super) fn begin(
        &self,
        wanted: Option<&Path>,
        cassettes: &[PathBuf],
        settings: &Settings,
    ) -> Result<Option<Auditing>, Stop> {
        if !self.audit {
            if self.report.is_for_people() && self.picked.is_whole() {
                return Ok(None);
            }
            return Err(Stop::usage(
                "--format, --output, --only and --skip are of the audit's report",
                "add --audit",
            ));
        }
        let judge = Judge::new("replay", cassettes, &self.picked, settings)?;
        let (journal, passing) = match wanted {
            Some(path) => (path.to_owned(), None),
            None => {
                let failed = |e: std::io::Error| {
                    Stop::new(
                        Exit::CouldNotAsk,
                        format!("writing the journal: {e}"),
                        "give it a place with --journal",
                    )
                };
                let mut building = tempfile::Builder::new();
                let file = building.prefix("truetape-").suffix(".jsonl").tempfile().map_err(failed)?;
                let path = file.into_temp_path();
                (path.to_path_buf(), Some(path))
            }
        };
        Ok(Some(Auditing { judge, journal, report: self.report.clone(), passing }))
    }
}

impl Auditing {
    /// The file that the journal is written to.
    pub(super) fn journal(&self) -> &Path {
        &self.journal
    }

    /// Judges what was written. Where there are findings the journal is kept: they quote its lines.
    /// `whole`: a suite ran to its end.
    pub(super) fn end(self, whole: bool, ui: &Flags) -> Result<Exit, Stop> {
        let judge = if whole { self.judge } else { self.judge.of_a_part() };
        let file = self.journal.display().to_string();
        let text = std::fs::read_to_string(&self.journal).map_err(|e| {
            Stop::new(
                Exit::CouldNotAsk,
                format!("{file}: reading the journal: {e}"),
                "give it a place with --journal",
            )
        })?;
        let exit = judge.report(&text, &file, &self.report, ui)?;
        if let (Some(passing), Exit::Findings) = (self.passing, exit)
            && passing.keep().is_ok()
        {
            ui.say(format!(
                "{yellow}note:{yellow:#} the journal is kept in {file}; --journal gives it another place",
                yellow = ui::YELLOW
            ));
        }
        Ok(exit)
    }
}
