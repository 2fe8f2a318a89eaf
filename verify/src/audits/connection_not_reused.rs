//! # connection-not-reused
//!
//! Each request opens a connection of its own and closes it, though the other side would have kept it.
//!
//! Group: patience and connections
//!
//! ## Why it matters
//!
//! A connection costs a round trip, with TLS two or three, and a port for a minute after. A client that opens one for
//! each request is several times slower than it could be, and under load runs out of ports.
//!
//! A program that is started for each request, as `curl` in a script is, cannot reuse anything: requests that follow
//! each other as slowly as programs start are for information, and so are those that are under way together, which
//! several programs may be. Few are for information; many that one program sends one after the other are a warning.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000 c1 #1
//! + 0.0011 c1 closed
//! + 0.002 c2 #1 again
//! + 0.0031 c2 closed
//! + 0.004 c3 #1 again
//! + 0.0051 c3 closed
//! + 0.006 c4 #1 again
//! + 0.0071 c4 closed
//! + 0.008 c5 #1 again
//! + 0.0091 c5 closed
//! + 0.010 c6 #1 again
//! + 0.0111 c6 closed
//! + 0.012 c7 #1 again
//! + 0.0131 c7 closed
//! + 0.014 c8 #1 again
//! + 0.0151 c8 closed
//! + 0.016 c9 #1 again
//! + 0.0171 c9 closed
//! + 0.018 c10 #1 again
//! + 0.0191 c10 closed
//! ```
//!
//! Each on a connection of HTTP/2 of its own, too slowly to tell whether one program does it:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000 c1 #1
//! + 0.003 c1 closed
//! + 0.100 c2 #1 again
//! + 0.103 c2 closed
//! + 0.200 c3 #1 again
//! + 0.203 c3 closed
//! + 0.300 c4 #1 again
//! + 0.303 c4 closed
//! + 0.400 c5 #1 again
//! + 0.403 c5 closed
//! + 0.500 c6 #1 again
//! + 0.503 c6 closed
//! + 0.600 c7 #1 again
//! + 0.603 c7 closed
//! + 0.700 c8 #1 again
//! + 0.703 c8 closed
//! + 0.800 c9 #1 again
//! + 0.803 c9 closed
//! + 0.900 c10 #1 again
//! + 0.903 c10 closed
//! + 1.000 c11 #1 again
//! + 1.003 c11 closed
//! + 1.100 c12 #1 again
//! + 1.103 c12 closed
//! + 1.200 c13 #1 again
//! + 1.203 c13 closed
//! + 1.300 c14 #1 again
//! + 1.303 c14 closed
//! + 1.400 c15 #1 again
//! + 1.403 c15 closed
//! + 1.500 c16 #1 again
//! + 1.503 c16 closed
//! + 1.600 c17 #1 again
//! + 1.603 c17 closed
//! + 1.700 c18 #1 again
//! + 1.703 c18 closed
//! + 1.800 c19 #1 again
//! + 1.803 c19 closed
//! + 1.900 c20 #1 again
//! + 1.903 c20 closed
//! ```
//!
//! ## Quiet
//!
//! It uses its connection as long as it lasts:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000 c1 #1
//! + 0.010 c1 #1 again
//! + 0.020 c1 #1 again
//! + 0.030 c1 closed
//! + 0.040 c2 #1 again
//! + 0.050 c2 #1 again
//! ```
//!
//! The other side closes, or a program is started for each request:
//!
//! ```
//! > GET /v1/things
//! < connection: close
//! < 200 {"data":[]}
//! > GET /v1/me
//! < 200 {"id":"u1"}
//! + 0.000 c1 #1
//! + 0.0011 c1 closed
//! + 0.002 c2 #1 again
//! + 0.0031 c2 closed
//! + 1.000 c3 #2
//! + 1.0011 c3 closed
//! + 1.020 c4 #2 again
//! + 1.0211 c4 closed
//! ```

use super::Audit;
use crate::conduct::{Client, Conduct, Life, clients, quote};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::Micros;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("connection-not-reused", include_str!("connection_not_reused.rs")), inspect };

/// So many connections in a row are told.
const SOME: usize = 10;

/// So many are a warning.
const MANY: usize = 40;

/// So many are told where they may be of several programs, and for each request that was under way with another.
const SEVERAL: usize = 20;
const WAVES: usize = 8;

/// Whoever asks so seldom has nothing to keep a connection for.
const SELDOM: Micros = 1_000_000;

/// No program starts, asks and ends so fast: the requests are of one that runs on.
const STARTED: Micros = 4_000;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    for client in clients(conduct) {
        if client.lives.len() < 2 {
            continue;
        }
        findings.check();
        let single: Vec<&Life> =
            client.lives.iter().copied().filter(|life| is_dropped(conduct, life)).collect();
        if single.len() < SOME || single.len() * 10 < client.lives.len() * 9 {
            continue;
        }
        let together = together(conduct, &single);
        let Some(gap) = gap(conduct, &single, together) else { continue };
        let serial = client.is_serial(conduct);
        let sure = serial && gap < STARTED;
        let is_told = if serial {
            sure || (single.len() >= SEVERAL && gap < SELDOM)
        } else {
            single.len() >= SEVERAL.max(WAVES * together) && gap < STARTED && is_let_go(&single)
        };
        if is_told {
            findings.add(complain(conduct, &single, &client, sure));
        }
    }
}

/// Whether a connection carried one request and was ended by its client, though it could have gone on.
fn is_dropped(conduct: &Conduct<'_>, life: &Life) -> bool {
    let [number] = life.calls[..] else { return false };
    let call = &conduct.calls[number];
    let kept = conduct.answer(call).is_some_and(|recorded| {
        recorded.exchange.answer.reply().is_some_and(|reply| {
            let close =
                reply.headers.get("connection").is_some_and(|v| v.to_ascii_lowercase().contains("close"));
            !close && reply.framing != cassettes::model::Framing::Close
        })
    });
    kept && call.served.gave_up.is_none() && call.served.fault.is_none() && life.closed.is_some()
}

/// When the request of a connection was over.
fn over(conduct: &Conduct<'_>, life: &Life) -> Micros {
    life.calls.last().map_or(life.opened, |&n| conduct.calls[n].served.end)
}

/// The most connections on which something was asked or about to be at the same time.
fn together(conduct: &Conduct<'_>, lives: &[&Life]) -> usize {
    let mut ends: Vec<Micros> = lives.iter().map(|life| over(conduct, life)).collect();
    ends.sort_unstable();
    // They stand in the order in which they were opened.
    let busy = (1..)
        .zip(lives)
        .map(|(begun, life)| begun - ends.partition_point(|end| *end <= life.opened).min(begun));
    busy.max().unwrap_or(1).max(1)
}

/// How long it took until the next one was opened by the one of so many workers that was free for longest: in most
/// cases.
fn gap(conduct: &Conduct<'_>, lives: &[&Life], workers: usize) -> Option<Micros> {
    let mut ends: Vec<Micros> = lives.iter().map(|life| over(conduct, life)).collect();
    ends.sort_unstable();
    let later = lives.iter().skip(workers);
    let mut gaps: Vec<Micros> =
        later.zip(&ends).map(|(life, end)| life.opened.saturating_sub(*end)).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}

/// Whether half of them were closed before the last was opened: clients that each hold one close them all at the end.
fn is_let_go(lives: &[&Life]) -> bool {
    let last = lives.last().map_or(0, |life| life.opened);
    lives.iter().filter(|life| life.closed.is_some_and(|closed| closed < last)).count() * 2 >= lives.len()
}

fn complain(conduct: &Conduct<'_>, single: &[&Life], client: &Client<'_, '_>, sure: bool) -> Complaint {
    let calls: Vec<_> =
        single.iter().flat_map(|life| life.calls.first()).map(|&n| &conduct.calls[n]).collect();
    let first = calls[0];
    let real = match conduct.answer(first) {
        Some(recorded) => recorded.said().evidence("connection".to_owned(), "kept open".to_owned()),
        None => Evidence::default(),
    };
    Complaint {
        severity: if sure && single.len() >= MANY { Severity::Warning } else { Severity::Info },
        operation: first.operation.clone(),
        message: format!(
            "{} of {} connections carried one request and were closed by the client",
            single.len(),
            client.lives.len()
        ),
        place: "connections".to_owned(),
        real,
        other: quote(conduct.file, &calls),
        hint: Some("share one client, or one session, among requests: it keeps its connections".to_owned()),
    }
}
