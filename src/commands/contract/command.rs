//! Which question is put to the services.

use super::{find, run as matrix};
use crate::{exit::Outcome, ui::Flags};
use clap::Subcommand;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    contract: Contract,
}

#[derive(Debug, Subcommand)]
enum Contract {
    /// Ask the same cases of every implementation, and assert one number
    Run(matrix::Arguments),
    /// Find every exchange that reports a number of that name, and where two reporters disagree
    Find(find::Arguments),
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    match &arguments.contract {
        Contract::Run(arguments) => matrix::perform(arguments, ui).await,
        Contract::Find(arguments) => find::perform(arguments, ui),
    }
}
