//! `truetape completions SHELL`, `truetape man`.

use crate::{
    Cli,
    exit::{Exit, Outcome, Stop},
    ui,
};
use clap::CommandFactory as _;

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
    ui::print(&String::from_utf8_lossy(bytes))?;
    Ok(Exit::Agreed)
}
