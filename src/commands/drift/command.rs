//! Which drift is looked for.

use super::{client, history, vendor};
use crate::{exit::Outcome, ui::Flags};
use clap::Subcommand;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    drift: Drift,
}

#[derive(Debug, Subcommand)]
enum Drift {
    /// Ask the real side again what the cassettes hold, and say what changed
    Vendor(vendor::Arguments),
    /// Run a suite against a replay, and say how its requests differ from an earlier run's
    Client(client::Arguments),
    /// Show what earlier runs found
    History(history::Arguments),
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    match &arguments.drift {
        Drift::Vendor(arguments) => vendor::run(arguments, ui).await,
        Drift::Client(arguments) => client::run(arguments, ui).await,
        Drift::History(arguments) => history::run(arguments, ui).await,
    }
}
