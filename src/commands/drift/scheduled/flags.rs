//! The flags of a run that nobody watches.

use crate::ui::ReportFlags;
use std::path::PathBuf;
use verify::reporters;

/// What a run of drift remembers and tells, and how its report is written.
#[derive(Debug, clap::Args)]
pub(crate) struct ScheduleFlags {
    /// Fail and alert only on what is new since the last run that kept its state
    #[arg(long)]
    pub(super) since_last: bool,
    /// Where the state is kept that --since-last compares with; without it, in .truetape/
    #[arg(long, value_name = "FILE", requires = "since_last")]
    pub(super) state: Option<PathBuf>,
    /// Add a line about this run to this file; without it, to drift-history.jsonl beside truetape.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_history")]
    pub(super) history: Option<PathBuf>,
    /// Keep no history of this run
    #[arg(long)]
    pub(super) no_history: bool,
    /// Post a short JSON to this webhook where there is something new; env:NAME names a variable that holds
    /// the URL; repeat it for several
    #[arg(long, value_name = "URL")]
    pub(super) notify: Vec<String>,
    /// Post it after every run
    #[arg(long)]
    pub(super) notify_always: bool,
    #[command(flatten)]
    pub(super) report: ReportFlags,
    /// Write the report in one more form: html=drift.html; repeat it for several
    #[arg(long, value_name = "FORM=FILE", value_parser = also)]
    pub(super) also: Vec<Also>,
}

/// One more form of the report, and where it goes.
#[derive(Debug, Clone)]
pub(super) struct Also {
    pub(super) form: &'static str,
    pub(super) file: PathBuf,
}

fn also(text: &str) -> Result<Also, String> {
    let forms =
        || reporters::REPORTERS.iter().map(|reporter| reporter.meta.name).collect::<Vec<_>>().join(", ");
    let (form, file) = text.split_once('=').unwrap_or((text, ""));
    match reporters::find(form) {
        Some(reporter) if !file.is_empty() => Ok(Also { form: reporter.meta.name, file: file.into() }),
        Some(_) => Err(format!("expected FORM=FILE such as {form}=drift.{form}")),
        None => Err(format!("there is no report form `{form}`: expected one of {}", forms())),
    }
}
