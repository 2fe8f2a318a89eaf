//! The command: what is accepted, and that a person does it.

use super::{findings, recording};
use crate::{
    commands,
    exit::{Outcome, Stop},
    ui::Flags,
};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes whose `.new` re-recordings to accept
    #[arg(value_name = "CASSETTE", required_unless_present = "report", conflicts_with = "report")]
    cassettes: Vec<PathBuf>,
    #[command(flatten)]
    recordings: recording::Terms,
    /// A report whose findings to accept for a while: verify's or drift's, written with --format json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    findings: findings::Terms,
}

pub(crate) fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let Some(report) = &arguments.report else {
        return recording::accept(&arguments.cassettes, &arguments.recordings, arguments.findings.all, ui);
    };
    if commands::recording::is_ci() {
        return Err(Stop::usage(
            "nothing is accepted in CI",
            "run `truetape accept` where a person sees the findings",
        ));
    }
    findings::accept(report, &arguments.findings, ui)
}
