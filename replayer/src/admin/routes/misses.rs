//! What was asked and not found, with the nearest exchanges and each difference.

use super::which::{Asked, Which};
use crate::admin::desk::Desk;
use crate::admin::problem::Problem;
use crate::refusal::{Miss, Near};
use crate::session::Session;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

#[derive(Serialize)]
struct Missed<'m> {
    session: &'m str,
    reason: &'static str,
    method: &'m str,
    target: &'m str,
    detail: String,
    nearest: Vec<Near<'m>>,
    hint: Cow<'static, str>,
}

pub(super) async fn misses(
    State(desk): State<Arc<Desk>>,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let playback = &desk.playback;
    let of = |session: &Session| (session.name().to_owned(), session.misses());
    let misses: Vec<(String, Vec<Miss>)> = match which.session {
        Some(name) => match playback.session(&name) {
            Some(session) => vec![of(&session)],
            None => vec![(name.clone(), playback.past_misses(&name))],
        },
        None => playback.sessions().iter().map(|session| of(session)).collect(),
    };
    let all = misses.iter().flat_map(|(session, misses)| {
        misses.iter().map(|miss| Missed {
            session,
            reason: miss.reason.as_str(),
            method: &miss.method,
            target: &miss.target,
            detail: miss.detail(),
            nearest: miss.near(),
            hint: miss.hint(),
        })
    });
    Ok(Json(all.collect::<Vec<_>>()).into_response())
}
