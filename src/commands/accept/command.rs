//! The command: what is accepted, and that a person does it.

use super::findings::{self, Terms};
use crate::{
    env,
    exit::{Exit, Outcome, Stop},
    ui::{self, Flags},
};
use cassettes::store;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes whose `.new` re-recordings to accept
    #[arg(value_name = "CASSETTE", required_unless_present = "report", conflicts_with = "report")]
    cassettes: Vec<PathBuf>,
    /// A report whose findings to accept for a while: verify's, written with --format json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    terms: Terms,
}

pub(crate) fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    if env::var("CI").is_some() {
        return Err(Stop::usage(
            "nothing is accepted in CI",
            "run `truetape accept` where a person sees the difference",
        ));
    }
    match &arguments.report {
        Some(report) => findings::accept(report, &arguments.terms, ui),
        None => {
            for cassette in &arguments.cassettes {
                recording(cassette)?;
            }
            Ok(Exit::Agreed)
        }
    }
}

fn recording(cassette: &Path) -> Result<(), Stop> {
    let proposal = store::proposal_path(cassette);
    if !proposal.exists() {
        return Err(Stop::usage(
            format!("{}: there is no re-recording to accept", proposal.display()),
            "`truetape record --mode all` writes one",
        ));
    }
    let before = if cassette.exists() { store::load(cassette)?.cassette.exchanges.len() } else { 0 };
    let loaded = store::accept(cassette)?;
    let after = loaded.cassette.exchanges.len();
    ui::print(&format!(
        "{}: accepted {} in place of {before}\n",
        cassette.display(),
        ui::count(after, "exchange")
    ))
}
