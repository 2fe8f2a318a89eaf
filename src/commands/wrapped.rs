//! A user's command, run against us: `-- CMD ARG...`.

use crate::exit::{Exit, Stop};
use std::{ffi::OsString, process::Stdio};
use tokio::process::Command;

/// Runs the command to its end with the variables added to its environment. Its input and output are
/// the user's. Signals of the terminal reach it as they reach us; we stay until it has stopped.
pub(crate) async fn run(
    command: &[OsString],
    variables: &[(String, String)],
    stopping: &mut Stopping,
) -> Result<Exit, Stop> {
    let Some((program, arguments)) = command.split_first() else { return Ok(Exit::Agreed) };
    let mut child = Command::new(program)
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| {
            let program = program.to_string_lossy();
            Stop::usage(
                format!("cannot start `{program}`: {e}"),
                "what stands after `--` is a program and its arguments, not a shell line",
            )
        })?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            // Ours to outlive: the command decides how to stop.
            () = stopping.wish() => {}
        }
    };
    let status = status
        .map_err(|e| Stop::new(Exit::Internal, format!("waiting for the command: {e}"), "run it again"))?;
    Ok(match status.code() {
        Some(0) => Exit::Agreed,
        Some(code) => Exit::Wrapped(u8::try_from(code & 0xff).unwrap_or(1)),
        None => Exit::Wrapped(signal_status(status)),
    })
}

/// As shells report it: 128 and the signal's number.
fn signal_status(status: std::process::ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        status.signal().and_then(|s| u8::try_from(128 + s).ok()).unwrap_or(1)
    }
    #[cfg(not(unix))]
    {
        let _ = status;
        1
    }
}

/// The wish of others that we stop: SIGINT or SIGTERM. Made before anybody is told that we are ready, so
/// that no signal comes too early to be heard.
pub(crate) struct Stopping {
    #[cfg(unix)]
    signals: [Option<tokio::signal::unix::Signal>; 2],
}

impl Stopping {
    pub(crate) fn listen() -> Stopping {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Stopping {
                signals: [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()),
            }
        }
        #[cfg(not(unix))]
        {
            Stopping {}
        }
    }

    /// Resolves when we are asked to stop.
    pub(crate) async fn wish(&mut self) {
        #[cfg(unix)]
        {
            let [interrupt, terminate] = &mut self.signals;
            tokio::select! {
                () = heard(interrupt) => {}
                () = heard(terminate) => {}
            }
        }
        #[cfg(not(unix))]
        {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(unix)]
async fn heard(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
