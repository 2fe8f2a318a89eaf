//! The command: a journal from a file, judged.

use super::{Judge, found::found};
use crate::{
    commands::picked::Picked,
    exit::{Outcome, Stop},
    settings::Settings,
    ui::{Flags, ReportFlags},
};
use cassettes::journal::Journal;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What `truetape replay --journal` wrote
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,
    /// The cassettes that were replayed; without any, those that the journal names are looked for beside it
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    #[command(flatten)]
    picked: Picked,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let file = arguments.journal.display().to_string();
    let hint = "`truetape replay --journal FILE` writes one";
    let failed = |what: &dyn std::fmt::Display| Stop::usage(format!("{file}: {what}"), hint);
    let bytes = std::fs::read(&arguments.journal).map_err(|e| failed(&format!("reading: {e}")))?;
    let text =
        String::from_utf8(bytes).map_err(|_| failed(&"expected a journal, found bytes that are no text"))?;
    let cassettes = if arguments.cassettes.is_empty() {
        // Its first line alone says what was replayed.
        let first = text.find('\n').map_or("", |end| &text[..=end]);
        let journal = Journal::read(first).map_err(|e| failed(&e))?;
        found(&journal.opening.cassettes, &arguments.journal, &settings)?
    } else {
        arguments.cassettes.clone()
    };
    let judge = Judge::new("audit", &cassettes, &arguments.picked, &settings)?;
    judge.report(&text, &file, &arguments.report, ui)
}
