//! # gave-up-early
//!
//! The client left before the moment at which the real side was seen to answer.
//!
//! Group: patience and connections
//!
//! ## Why it matters
//!
//! A library's default timeout is shorter than the answer takes: every test against a fast mock passes, and in
//! production the slow report never arrives. It shows only where answers take their time: replay with
//! `--speed recorded`, or `--speed xN` for answers N times faster.
//!
//! ## Fires
//!
//! A client with five seconds of patience, and a report that takes seven and a half:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! + speed recorded
//! + 0.000-5.002 c1 #1 left
//! + 5.003 c1 closed
//! ```
//!
//! The head came in time, the document did not:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! + speed x2
//! + 0.000-2.002 c1 #1 left first=1.000
//! ```
//!
//! The rows stopped coming for a while, and that was too long for a client with a second of patience:
//!
//! ```
//! > GET /v1/reports/rows
//! @ first-byte 250000
//! @ end 2500000
//! < content-type: text/csv
//! < 200 row,0
//! + speed recorded
//! + 0.000-1.002 c1 #1 left first=0.251
//! ```
//!
//! A session with a speed of its own, where the others are answered at once:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! + 0.000-0.501 c1 #1 left speed=x10
//! + 0.502 c1 closed
//! ```
//!
//! ## Quiet
//!
//! The client waits, and another one whose answer was made to stall does well to leave:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! + speed recorded
//! + 0.000-7.502 c1 #1
//! + 9.000-19.000 c1 #1 left fault=stall
//! ```
//!
//! The real side never answered, so that there is nothing to wait for; and a reader of rows leaves with the row that
//! it wanted:
//!
//! ```
//! > GET /v1/reports/stuck
//! @ end 7500000
//! < failed timeout
//! > GET /v1/reports/rows
//! @ first-byte 250000
//! @ end 2500000
//! < content-type: text/csv
//! < 200 row,0
//! + speed recorded
//! + 0.000-2.002 c1 #1 left
//! + 2.003 c1 closed
//! + 3.000-3.253 c2 #2 left first=3.251
//! + 3.254 c2 closed
//! ```
//!
//! A stream is left when its reader has seen enough:
//!
//! ```
//! > GET /v1/events
//! @ first-byte 7500000
//! < content-type: text/event-stream
//! < 200 data: 1
//! + speed recorded
//! + 0.000-2.002 c1 #1 left first=1.000
//! ```
//!
//! It asked twice, and left the second answer when the first was there:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 2500000
//! < 200 {"rows":1}
//! + speed recorded
//! + 0.000-2.502 c1 #1
//! + 0.300-2.510 c2 #1 again left
//! ```
//!
//! At full speed nobody can tell how long a client would have waited:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! + 0.000-0.002 c1 #1 left
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct, Recorded, seconds};
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::{Answer, Framing, Micros, Response};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("gave-up-early", include_str!("gave_up_early.rs")), inspect };

/// Answers that were faster than this need nobody's patience.
const SLOW: Micros = 100_000;

/// Whoever leaves so long after the last piece does not leave because of it.
const PAUSE: Micros = 50_000;

/// Connections that end within this time of each other end with their program.
const TOGETHER: Micros = 5_000;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let mut ends: Vec<Micros> = conduct.lives.values().filter_map(|life| life.closed).collect();
    ends.sort_unstable();
    for (number, call) in conduct.calls.iter().enumerate() {
        let Some(recorded) = conduct.answer(call).filter(|_| call.served.fault.is_none()) else { continue };
        let Some(speed) = conduct.speed(call) else { continue };
        // Where the real side failed there was nothing to wait for.
        let Answer::Reply(_) = &recorded.exchange.answer else { continue };
        let timing = &recorded.exchange.timing;
        let Some(end) = timing.end.or(timing.first_byte).filter(|end| *end >= SLOW) else { continue };
        findings.check();
        let Some(patience) = call.left_after() else { continue };
        let begun = call.served.first.is_some() || call.served.written > 0;
        let (what, wanted) = match timing.first_byte {
            Some(first) if !begun => ("its first byte", first),
            _ => ("the end of its answer", end),
        };
        // What a client reads piece by piece it may leave when it has seen enough.
        let severity = match (begun, is_whole_or_nothing(recorded)) {
            (true, false) if left_in_a_pause(call, recorded, speed) => Severity::Warning,
            (true, false) => continue,
            _ => Severity::Error,
        };
        if scaled(wanted, speed) <= patience || is_over(&ends, call) || is_hedged(conduct, number) {
            continue;
        }
        let complaint = complain(conduct, call, recorded, (what, wanted), patience, speed);
        findings.add(Complaint { severity, ..complaint });
    }
}

fn scaled(recorded: Micros, speed: f64) -> Micros {
    (recorded as f64 / speed) as Micros
}

/// A document is of no use in part.
fn is_whole_or_nothing(recorded: &Recorded<'_>) -> bool {
    recorded.said().json.is_some()
}

/// Whether the client left a document while nothing came of it: who has seen enough leaves when a piece has come.
fn left_in_a_pause(call: &Call<'_>, recorded: &Recorded<'_>, speed: f64) -> bool {
    let timing = &recorded.exchange.timing;
    let (Some(patience), Some(begun)) = (call.left_after(), timing.first_byte) else { return false };
    if !recorded.said().reply().is_some_and(is_document) {
        return false;
    }
    // What else was waited for before the answer began all of its pieces are late by.
    let began = call.served.first.map_or(0, |first| first.saturating_sub(call.served.at));
    let late = began.saturating_sub(scaled(begun, speed));
    let pieces = timing.chunks.iter().map(|piece| piece.at).chain([begun]).chain(timing.end);
    let due: Vec<Micros> = pieces.map(|at| scaled(at, speed).saturating_add(late)).collect();
    let came = due.iter().copied().filter(|at| *at <= patience).max();
    came.is_some_and(|came| patience - came >= PAUSE) && due.iter().any(|at| *at > patience)
}

/// Whether an answer is one thing, not a stream of many: by its type, or since its length was known beforehand.
fn is_document(reply: &Response) -> bool {
    let media = reply.headers.media_type().unwrap_or_default();
    let (kind, form) = media.split_once('/').unwrap_or_default();
    let documents = ["csv", "tab-separated-values", "html", "xml", "pdf", "zip"];
    let streams = ["event-stream", "octet-stream", "ndjson", "x-ndjson", "jsonl", "json-seq"];
    match kind {
        "audio" | "video" | "multipart" => false,
        _ if streams.contains(&form) => false,
        _ => documents.contains(&form) || form.ends_with("+xml") || reply.framing == Framing::Length,
    }
}

/// The program that asked ended, and with it all of its connections: its own and at least two more.
fn is_over(ends: &[Micros], call: &Call<'_>) -> bool {
    let Some(left) = call.served.gave_up else { return false };
    let from = ends.partition_point(|end| *end < left.saturating_sub(TOGETHER));
    let to = ends.partition_point(|end| *end <= left.saturating_add(TOGETHER));
    to - from > 2
}

/// Asked for the same twice, and left the later answer when the earlier one was there.
fn is_hedged(conduct: &Conduct<'_>, number: usize) -> bool {
    let Some(left) = conduct.calls[number].served.gave_up else { return false };
    let of = |at: usize| {
        let served = conduct.calls[at].served;
        (&served.session, &served.method, &served.target, conduct.calls[at].body())
    };
    conduct.overlapping(number).filter(|&other| of(other) == of(number)).any(|other| {
        let other = conduct.calls[other].served;
        other.gave_up.is_none() && other.end.abs_diff(left) <= SLOW
    })
}

fn complain(
    conduct: &Conduct<'_>,
    call: &Call<'_>,
    recorded: &Recorded<'_>,
    (what, wanted): (&str, Micros),
    patience: Micros,
    speed: f64,
) -> Complaint {
    let replayed = match speed {
        1.0 => String::new(),
        _ => format!(" ({} at {})", seconds(scaled(wanted, speed)), conduct.pace(call)),
    };
    Complaint {
        severity: Severity::Error,
        operation: call.operation.clone(),
        message: format!(
            "the client gave up after {}, the real side took {}{replayed} to {what}",
            seconds(patience),
            seconds(wanted)
        ),
        place: what.to_owned(),
        real: recorded
            .said()
            .evidence(what.trim_start_matches("its ").to_owned(), format!("after {}", seconds(wanted))),
        other: call.evidence(conduct.file),
        hint: Some(format!("give the client a timeout well above {}", seconds(wanted))),
    }
}
