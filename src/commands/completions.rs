//! `truetape completions SHELL`, `truetape man`.

use crate::{
    Cli,
    exit::{Exit, Outcome, Stop},
};
use clap::CommandFactory as _;
use std::io::Write as _;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell to complete for.
    shell: clap_complete::Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "truetape", &mut script);
    print(&script)
}

/// The manual page.
pub(crate) fn man() -> Outcome {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|e| Stop::new(Exit::Internal, format!("rendering the manual: {e}"), "try again"))?;
    print(&page)
}

fn print(bytes: &[u8]) -> Outcome {
    match std::io::stdout().write_all(bytes) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Stop::new(Exit::Internal, format!("writing: {e}"), "check where the output goes"))
        }
        _ => Ok(Exit::Agreed),
    }
}
