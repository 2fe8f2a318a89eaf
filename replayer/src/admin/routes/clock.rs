//! The clock of a session: what it says, and putting it to another moment.

use super::which::Named;
use crate::admin::desk::Desk;
use crate::admin::problem::Problem;
use crate::clock::Clock;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use cassettes::plan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where the clock is to be put: one of both.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Put {
    /// As `--clock` says it; the next answer is the first of it.
    To(Clock),
    /// Forward by `1h`, `90s`, `2d`; back by `-1h`.
    Advance(String),
}

#[derive(Serialize)]
pub(super) struct Says {
    /// RFC 3339.
    now: String,
}

pub(super) async fn show(State(desk): State<Arc<Desk>>, Named(name): Named) -> Result<Json<Says>, Problem> {
    let session = desk.session(&name)?;
    Ok(Json(Says { now: session.now((desk.playback.settings.now)()).to_string() }))
}

pub(super) async fn put(
    State(desk): State<Arc<Desk>>,
    Named(name): Named,
    body: Bytes,
) -> Result<Json<Says>, Problem> {
    let hint = "for example {\"to\": \"now\"}, {\"to\": \"2026-01-31T12:00:00Z\"} or {\"advance\": \"1h\"}";
    let put: Put = serde_json::from_slice(&body).map_err(|error| {
        let detail = format!("expected where the clock is to be put: {error}");
        Problem::new(StatusCode::BAD_REQUEST, detail, hint)
    })?;
    let session = desk.session(&name)?;
    let follows = match put {
        Put::To(clock) => session.set_clock(clock),
        Put::Advance(by) => {
            let signed = if by.starts_with(['+', '-']) { by.clone() } else { format!("+{by}") };
            let seconds = plan::seconds(&signed).ok_or_else(|| {
                let detail = format!("expected a time with its unit, such as 1h or -2d, found {by}");
                Problem::new(StatusCode::BAD_REQUEST, detail, hint)
            })?;
            let real = (desk.playback.settings.now)();
            if !Clock::has(session.now(real).seconds().saturating_add(seconds)) {
                let detail = format!(
                    "expected a clock between the years 1970 and 9999, found one that {by} leads out of"
                );
                return Err(Problem::new(StatusCode::BAD_REQUEST, detail, hint));
            }
            session.advance_clock(seconds)
        }
    };
    if !follows {
        let detail = format!("expected a session that follows a clock, found {name}");
        let hint = "begin the session with conditions that hold a clock (\"recorded\" will do), or replay with --clock";
        return Err(Problem::new(StatusCode::CONFLICT, detail, hint));
    }
    Ok(Json(Says { now: session.now((desk.playback.settings.now)()).to_string() }))
}
