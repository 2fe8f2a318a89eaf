//! `truetape accept CASSETTE...`: a re-recording becomes the truth.

use crate::{
    env,
    exit::{Exit, Outcome, Stop},
    ui,
};
use cassettes::store;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes whose `.new` re-recordings to accept.
    #[arg(required = true, value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if env::var("CI").is_some() {
        return Err(Stop::usage(
            "nothing is accepted in CI",
            "run `truetape accept` where a person sees the difference",
        ));
    }
    for cassette in &arguments.cassettes {
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
        ))?;
    }
    Ok(Exit::Agreed)
}
