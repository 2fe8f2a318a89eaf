//! Asks a person on the terminal.

use crate::exit::Stop;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// Whether there is a person to ask.
pub(super) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// What a person decides about one of several things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Accept,
    /// Accept this one and all that follow.
    All,
    Leave,
    /// Leave this one and all that follow.
    Stop,
}

/// Asks until the answer is one of those offered.
pub(super) fn choose(question: &str) -> Result<Choice, Stop> {
    let question = format!("{question} [y]es, [n]o, [a]ll that follow, [q]uit: ");
    loop {
        match line(&question)?.as_deref().map(str::to_lowercase).as_deref() {
            Some("y" | "yes") => return Ok(Choice::Accept),
            Some("a" | "all") => return Ok(Choice::All),
            Some("n" | "no" | "") => return Ok(Choice::Leave),
            Some("q" | "quit") | None => return Ok(Choice::Stop),
            Some(_) => {}
        }
    }
}

/// Asks for a yes or a no; where nobody answers any more it is a no.
pub(super) fn confirm(question: &str) -> Result<bool, Stop> {
    loop {
        match line(&format!("{question} [y]es, [n]o: "))?.as_deref().map(str::to_lowercase).as_deref() {
            Some("y" | "yes") => return Ok(true),
            Some("n" | "no" | "" | "q" | "quit") | None => return Ok(false),
            Some(_) => {}
        }
    }
}

/// Asks until something passes; none where nobody answers any more.
pub(super) fn wanted(question: &str, passes: impl Fn(&str) -> bool) -> Result<Option<String>, Stop> {
    loop {
        match line(question)? {
            Some(text) if passes(&text) => return Ok(Some(text)),
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

fn line(question: &str) -> Result<Option<String>, Stop> {
    let failed = |e: io::Error| {
        Stop::usage(format!("asking on the terminal: {e}"), "give --yes, or --all and --finding for a report")
    };
    anstream::eprint!("{question}");
    anstream::stderr().flush().map_err(failed)?;
    let mut text = String::new();
    let read = io::stdin().lock().read_line(&mut text).map_err(failed)?;
    Ok((read > 0).then(|| text.trim().to_owned()))
}
