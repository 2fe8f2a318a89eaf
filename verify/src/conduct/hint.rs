//! How long an answer asks its client to wait.

use super::{Call, Conduct, Recorded};
use crate::finding::Evidence;
use cassettes::facets::error_code::Where;
use cassettes::facets::rate_limit_counters::{Counts, counters};
use cassettes::facets::retry_hint::{HintForm, retry_hint_in};
use cassettes::model::{Micros, Response, Timestamp};

/// How long an answer asks its client to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// From the answer on.
    pub wait: Micros,
    /// As it was sent.
    pub told: String,
    /// Where it stands.
    pub evidence: Evidence,
}

/// A counter that is larger is a moment in seconds since 1970, not a distance.
const EPOCH: f64 = 1e8;

/// In microseconds.
const SECOND: i64 = 1_000_000;

/// How long the answer to a request asked its client to wait; none if it does not say so, or if the moment it
/// names is past.
pub fn hint(conduct: &Conduct<'_>, call: &Call<'_>) -> Option<Hint> {
    let recorded = conduct.answer(call)?;
    let reply = recorded.said().reply().filter(|_| call.served.fault.is_none())?;
    if let Some(hint) = retry_hint_in(reply, recorded.said().json.as_ref()) {
        let evidence = match &hint.at {
            Where::Header(name) => recorded.said().at_header(name),
            Where::Json(pointer) => recorded.said().at(pointer),
            Where::Xml(_) | Where::Text => recorded.said().whole(),
        };
        let wait = match hint.form {
            HintForm::Seconds => micros(hint.text.trim().parse().ok()?, 1e6),
            HintForm::Millis => micros(hint.text.trim().parse().ok()?, 1e3),
            HintForm::Duration => duration(&hint.text),
            HintForm::HttpDate | HintForm::Moment => until(conduct, call, moment(&hint.text)?),
        };
        return Some(Hint { wait: wait?, told: hint.text, evidence });
    }
    reset(conduct, call, recorded, reply)
}

/// When the counters say that nothing is left, they say when they start anew.
fn reset(conduct: &Conduct<'_>, call: &Call<'_>, recorded: &Recorded<'_>, reply: &Response) -> Option<Hint> {
    let counters = counters(&reply.headers);
    let exhausted = counters.iter().any(|c| c.counts == Counts::Remaining && c.value == "0");
    if reply.status != 429 && !(exhausted && reply.status >= 400) {
        return None;
    }
    let reset = counters.into_iter().find(|c| c.counts == Counts::Reset)?;
    let wait = match reset.value.parse::<f64>() {
        Ok(seconds) if seconds < EPOCH => micros(seconds, 1e6),
        // Milliseconds since 1970 are larger again.
        Ok(epoch) => {
            let seconds = if epoch >= EPOCH * 1e3 { epoch / 1e3 } else { epoch };
            until(conduct, call, Timestamp((seconds * 1e6) as i64))
        }
        Err(_) => until(conduct, call, moment(&reset.value)?),
    };
    Some(Hint { wait: wait?, told: reset.value.clone(), evidence: recorded.said().at_header(&reset.header) })
}

/// How far a recorded moment was ahead when the client was told of it, moved as the session's clock moved it: by
/// the clock of the replay and by that of the session, since a client may go by either. One that is past asks for
/// nothing.
fn until(conduct: &Conduct<'_>, call: &Call<'_>, moment: Timestamp) -> Option<Micros> {
    let started = Timestamp::parse(&conduct.opening.started)?;
    let told = started.0.checked_add(i64::try_from(call.served.end).ok()?)?;
    let clock = call.served.clock.unwrap_or_default();
    let shown = moment.0.checked_add(clock.moved.checked_mul(SECOND)?)?;
    let latest = told.checked_add(clock.ahead.max(0).checked_mul(SECOND)?)?;
    u64::try_from(shown.checked_sub(latest)?).ok().filter(|wait| *wait > 0)
}

fn moment(text: &str) -> Option<Timestamp> {
    let date = || {
        let date = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(Timestamp(date.timestamp().as_microsecond()))
    };
    Timestamp::parse(text).or_else(date)
}

/// `3.5s`, `20ms`, `2m`, `1h`
fn duration(text: &str) -> Option<Micros> {
    let at = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let factor = match text[at..].trim() {
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 6e7,
        "h" => 3.6e9,
        _ => return None,
    };
    micros(text[..at].parse().ok()?, factor)
}

fn micros(number: f64, factor: f64) -> Option<Micros> {
    let micros = number * factor;
    (micros.is_finite() && micros > 0.0).then_some(micros as Micros)
}
