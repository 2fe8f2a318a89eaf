//! Serving until the suite is done or until we are told to stop.

use super::{audit::Auditing, report::report, told};
use crate::{
    authority::Files,
    commands::{
        reached,
        wrapped::{self, Stopping},
    },
    exit::{Exit, Outcome, Stop},
    ui::{self, Flags},
};
use replayer::Server;
use std::{
    ffi::OsString,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};
use tokio::sync::watch;

/// Serves until the command has run, or until we are asked to stop, and says what came of it.
pub(crate) async fn perform(
    server: Server,
    command: &[OsString],
    fail_on_unused: bool,
    files: Option<&Files>,
    auditing: Option<Auditing>,
    ui: &Flags,
) -> Outcome {
    let mut stopping = Stopping::listen();
    let mut variables = Vec::new();
    let mut own = 0;
    let scheme = if server.is_secure() { "https" } else { "http" };
    for (number, (address, upstream)) in server.addresses().enumerate() {
        let url = format!("{scheme}://{address}");
        let near = format!("{scheme}://{}", from_here(address));
        if number == 0 {
            variables.extend(reached::variables(&near, server.is_proxy(), files));
            variables.push(("TRUETAPE_URL".to_owned(), near.clone()));
        }
        let line = match upstream {
            None => format!("listening on {url}"),
            Some(upstream) => {
                own += 1;
                variables.push((format!("TRUETAPE_URL_{own}"), near));
                format!("listening on {url} for {upstream}")
            }
        };
        announce(&line, command.is_empty(), ui)?;
    }
    let (stop, stopped) = watch::channel(false);
    let playback = Arc::clone(server.playback());
    if let Some(token) = playback.admin_token() {
        variables.push(("TRUETAPE_ADMIN_TOKEN".to_owned(), token.expose().to_owned()));
    }
    told::orders(&playback, ui);
    let serving = tokio::spawn(server.run(stopped));
    let status = if command.is_empty() {
        tokio::select! {
            () = stopping.wish() => {}
            () = playback.asked_to_stop() => {}
        }
        Ok(Exit::Agreed)
    } else {
        wrapped::run(command, &variables, &mut stopping).await
    };
    let _ = stop.send(true);
    let outcome = serving
        .await
        .map_err(|e| Stop::new(Exit::Internal, format!("the replay failed: {e}"), "please report it"))?;
    if let Some(journal) = playback.journal() {
        let hint = "free some space, or give --journal another place";
        journal
            .close()
            .map_err(|e| Stop::new(Exit::CouldNotAsk, format!("writing the journal: {e}"), hint))?;
    }
    let status = status?;
    report(&outcome, !command.is_empty() || fail_on_unused, ui);
    let audited = auditing.map(|auditing| auditing.end(!command.is_empty(), ui)).transpose()?;
    Ok(match status {
        Exit::Agreed if outcome.missed() > 0 => Exit::Findings,
        Exit::Agreed if fail_on_unused && !outcome.unused.is_empty() => Exit::Findings,
        // A suite that asked for nothing has tested nothing.
        Exit::Agreed if outcome.served() == 0 && !command.is_empty() => {
            ui.say("nothing was asked of the replay: does the command use TRUETAPE_URL?");
            Exit::CouldNotAsk
        }
        Exit::Agreed => audited.unwrap_or(Exit::Agreed),
        exit => exit,
    })
}

/// Where a program on this machine reaches a listener: nobody can ask for every address at once.
fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The ready line: on stdout, where scripts wait for it; with a command, stdout is the command's.
pub(crate) fn announce(line: &str, on_stdout: bool, ui: &Flags) -> Result<(), Stop> {
    if on_stdout {
        return ui::print(&format!("{line}\n"));
    }
    ui.detail(line);
    Ok(())
}

pub(crate) fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Stop {
    let hint = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "something listens there already: stop it, or take a free port with port 0"
        }
        std::io::ErrorKind::PermissionDenied => "ports below 1024 need privileges: take a higher one",
        _ => "give --listen an address of this machine, for example 127.0.0.1:0",
    };
    Stop::usage(format!("cannot listen on {address}: {error}"), hint)
}
