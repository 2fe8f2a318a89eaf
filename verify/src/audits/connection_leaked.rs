//! # connection-leaked
//!
//! One connection after another is opened, used once, and left open.
//!
//! Group: patience and connections
//!
//! ## Why it matters
//!
//! A client that does not read an answer to its end, or does not close it, cannot use its connection again: the pool
//! opens another one, and at some number everything waits for a connection that nobody gives back. With a few
//! requests, as in tests, nothing shows.
//!
//! ## Fires
//!
//! Each request opens a connection though all the others are idle:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000 c1 #1
//! + 0.010 c2 #1 again
//! + 0.020 c3 #1 again
//! + 0.030 c4 #1 again
//! + 0.040 c5 #1 again
//! + 0.050 c6 #1 again
//! + 0.900 c1 closed
//! + 0.900 c2 closed
//! + 0.900 c3 closed
//! + 0.900 c4 closed
//! + 0.900 c5 closed
//! + 0.900 c6 closed
//! ```
//!
//! ## Quiet
//!
//! A pool: its connections were opened side by side, and used again:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000-0.010 c1 #1
//! + 0.001-0.010 c2 #1 again
//! + 0.002-0.010 c3 #1 again
//! + 0.003-0.010 c4 #1 again
//! + 0.004-0.010 c5 #1 again
//! + 0.005-0.010 c6 #1 again
//! + 0.020 c6 #1 again
//! + 0.030 c6 #1 again
//! ```
//!
//! Users with a client each:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000 c1 #1
//! + authorization: Bearer user-1-Qw81kLm
//! + 0.010 c2 #1 again
//! + authorization: Bearer user-2-Xc72pQr
//! + 0.020 c3 #1 again
//! + authorization: Bearer user-3-Bn63sTv
//! + 0.030 c4 #1 again
//! + authorization: Bearer user-4-Mk54wXz
//! + 0.040 c5 #1 again
//! + authorization: Bearer user-5-Hj45aCd
//! + 0.050 c6 #1 again
//! + authorization: Bearer user-6-Gf36eGh
//! ```
//!
//! A program for each request:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! + 0.000 c1 #1
//! + 0.002 c1 closed
//! + 0.010 c2 #1 again
//! + 0.012 c2 closed
//! + 0.020 c3 #1 again
//! + 0.022 c3 closed
//! + 0.030 c4 #1 again
//! + 0.032 c4 closed
//! + 0.040 c5 #1 again
//! + 0.042 c5 closed
//! + 0.050 c6 #1 again
//! + 0.052 c6 closed
//! ```

use super::Audit;
use crate::conduct::{Conduct, Life, clients, quote, seconds};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("connection-leaked", include_str!("connection_leaked.rs")), inspect };

/// So many connections stand idle for good when one more is opened. Fewer may be clients that a suite holds.
const MOST_IDLE: usize = 4;

/// Where requests are under way together, connections stand idle for so long, in microseconds, and are so many.
const PARALLEL_IDLE: u64 = 1_000_000;
const MOST_PARALLEL: usize = 20;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    for client in clients(conduct) {
        if client.lives.len() < 2 {
            continue;
        }
        findings.check();
        let serial = client.is_serial(conduct);
        let (idle, most) =
            if serial { (0, MOST_IDLE) } else { (PARALLEL_IDLE, MOST_PARALLEL.max(4 * client.peak)) };
        let Some((last, count)) = worst(conduct, &client.lives, idle) else { continue };
        // Most of what it opened, not some: a pool lets go of a few now and then.
        if count < most || 2 * count < client.lives.len() {
            continue;
        }
        let is_left = |life: &&&Life| idle_from(conduct, life, idle).is_some_and(|from| from <= last.opened);
        let left: Vec<&Life> = client
            .lives
            .iter()
            .filter(is_left)
            .filter(|life| life.is_open_at(last.opened))
            .copied()
            .collect();
        findings.add(complain(conduct, &left, last, client.lives.len()));
    }
}

/// The connection at whose opening most others stood open, done with their one request; and how many did.
fn worst<'c>(conduct: &Conduct<'_>, lives: &[&'c Life], idle: u64) -> Option<(&'c Life, usize)> {
    let left = lives
        .iter()
        .filter_map(|life| Some((idle_from(conduct, life, idle)?, life.closed.unwrap_or(u64::MAX))));
    let left: Vec<(u64, u64)> = left.filter(|(from, closed)| from < closed).collect();
    let mut begun: Vec<u64> = left.iter().map(|(from, _)| *from).collect();
    let mut ended: Vec<u64> = left.iter().map(|(_, closed)| *closed).collect();
    begun.sort_unstable();
    ended.sort_unstable();
    let at = |moment: u64| {
        begun.partition_point(|from| *from <= moment) - ended.partition_point(|closed| *closed <= moment)
    };
    lives.iter().map(|life| (*life, at(life.opened))).max_by_key(|(_, count)| *count)
}

/// From when on a connection that carried one request, and no other ever, has stood idle for so long.
fn idle_from(conduct: &Conduct<'_>, life: &Life, idle: u64) -> Option<u64> {
    let [call] = life.calls[..] else { return None };
    let served = conduct.calls[call].served;
    (served.gave_up.is_none() && !served.waiting).then(|| served.end.saturating_add(idle))
}

fn complain(conduct: &Conduct<'_>, left: &[&Life], last: &Life, all: usize) -> Complaint {
    let calls: Vec<_> =
        left.iter().chain([&last]).flat_map(|l| l.calls.first()).map(|&n| &conduct.calls[n]).collect();
    let first = calls[0];
    let real = match conduct.answer(first) {
        Some(recorded) => recorded.said().whole(),
        None => Evidence::default(),
    };
    Complaint {
        severity: Severity::Error,
        operation: first.operation.clone(),
        message: format!(
            "{} of {all} connections were used once and stood idle and open when another one was opened at {}",
            left.len(),
            seconds(last.opened)
        ),
        place: "connections".to_owned(),
        real,
        other: quote(conduct.file, &calls),
        hint: Some("read each answer to its end or close it, and share one client among requests".to_owned()),
    }
}
