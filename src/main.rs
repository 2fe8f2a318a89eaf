//! truetape keeps mocks honest. This file parses the arguments, runs a command and ends with its code.

mod authority;
mod commands;
mod env;
mod exit;
mod ignores;
mod sandbox;
mod settings;
mod subjects;
mod ui;

use clap::{Parser, Subcommand};
use exit::{Exit, Outcome, Stop};
use std::process::ExitCode;

/// Records what a third party really does over HTTP, replays it, and proves mocks against it.
#[derive(Debug, Parser)]
#[command(name = "truetape", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    ui: ui::Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole tour on the practice vendor, in a temporary folder
    Demo(commands::demo::Arguments),
    /// Proxy a client to the real side and write a cassette
    Record(commands::record::Arguments),
    /// Teach a plan of lessons: make the real side show what it does, and check what is believed of it
    Learn(commands::learn::Arguments),
    /// Serve cassettes to a client or a test suite
    Replay(commands::replay::Arguments),
    /// Ask a mock what the real side was asked, and judge its answers
    Verify(commands::verify::Arguments),
    /// Judge what clients did, from the journal of a replay
    Audit(commands::audit::Arguments),
    /// Find what changed since: in the vendor's answers, or in our client's requests
    Drift(commands::drift::Arguments),
    /// One number that several services compute: the same cases asked of each, and who reports it
    Contract(commands::contract::Arguments),
    /// Look into cassettes: what was learned, and what was never seen
    Inspect(commands::inspect::Arguments),
    /// Make a re-recording the new truth, or accept findings for a while
    Accept(commands::accept::Arguments),
    /// Find secrets in cassettes and any other text
    Scan(commands::scan::Arguments),
    /// Print the page of a rule, a kind of mock or a report; without a name, list them
    Explain(commands::explain::Arguments),
    /// A practice vendor: pages, not-founds, error classes, token rejects, faults
    Sandbox(commands::sandbox::Arguments),
    /// The certificate authority that lets clients trust what listens for the real side
    Ca(commands::ca::Arguments),
    /// Print a completion script for a shell
    Completions(commands::completions::Arguments),
    /// Print the manual page
    Man,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Agreed }.into();
        }
    };
    cli.ui.apply();
    // A defect of ours ends as code 4 with a plain sentence, wherever it happens.
    std::panic::set_hook(Box::new(|panic| {
        anstream::eprintln!(
            "internal error: {panic}\nhint: this is a defect of truetape; please report it with the command that led here"
        );
    }));
    let outcome = std::panic::catch_unwind(|| run(&cli)).unwrap_or(Ok(Exit::Internal));
    match outcome {
        Ok(exit) => exit.into(),
        Err(stop) => {
            ui::complain(&stop);
            stop.exit.into()
        }
    }
}

fn run(cli: &Cli) -> Outcome {
    let ui = &cli.ui;
    match &cli.command {
        Command::Demo(arguments) => block_on(commands::demo::run(arguments, ui)),
        Command::Record(arguments) => block_on(commands::record::run(arguments, ui)),
        Command::Learn(arguments) => block_on(commands::learn::run(arguments, ui)),
        Command::Replay(arguments) => block_on(commands::replay::run(arguments, ui)),
        Command::Verify(arguments) => block_on(commands::verify::run(arguments, ui)),
        Command::Audit(arguments) => commands::audit::run(arguments, ui),
        Command::Drift(arguments) => block_on(commands::drift::run(arguments, ui)),
        Command::Contract(arguments) => block_on(commands::contract::run(arguments, ui)),
        Command::Inspect(arguments) => commands::inspect::run(arguments, ui),
        Command::Accept(arguments) => commands::accept::run(arguments, ui),
        Command::Scan(arguments) => commands::scan::run(arguments, ui),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Sandbox(arguments) => block_on(commands::sandbox::run(arguments)),
        Command::Ca(arguments) => commands::ca::run(arguments, ui),
        Command::Completions(arguments) => commands::completions::run(arguments),
        Command::Man => commands::completions::man(),
    }
}

fn block_on(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Stop::new(Exit::Internal, format!("starting: {e}"), "try again"))?;
    let outcome = runtime.block_on(command);
    // Connections that a client still holds open do not hold us.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    outcome
}
