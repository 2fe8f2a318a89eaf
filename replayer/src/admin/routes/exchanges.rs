//! The exchanges of the tape, and how often each was given.

use super::which::{Asked, Which};
use crate::admin::desk::{Desk, Plays};
use crate::admin::problem::Problem;
use crate::playback::unused as unused_of;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
pub(super) struct Played {
    exchange: String,
    method: String,
    target: String,
    answer: String,
    played: u64,
}

#[derive(Serialize)]
pub(super) struct Unused {
    exchange: String,
    method: String,
    target: String,
}

pub(super) async fn exchanges(
    State(desk): State<Arc<Desk>>,
    Asked(which): Asked<Which>,
) -> Result<Json<Vec<Played>>, Problem> {
    let Plays { tape, plays } = desk.plays(which.session.as_deref());
    let all = (0u32..).zip(plays).map(|(number, played)| {
        let exchange = tape.entries[number as usize].exchange();
        Played {
            exchange: tape.cite(number),
            method: exchange.request.method.clone(),
            target: exchange.request.target.clone(),
            answer: exchange.answer().label(),
            played,
        }
    });
    Ok(Json(all.collect()))
}

pub(super) async fn unused(
    State(desk): State<Arc<Desk>>,
    Asked(which): Asked<Which>,
) -> Result<Json<Vec<Unused>>, Problem> {
    let Plays { tape, plays } = desk.plays(which.session.as_deref());
    let unused = unused_of(&tape, &plays).into_iter();
    let unused = unused.map(|u| Unused { exchange: u.exchange, method: u.method, target: u.target });
    Ok(Json(unused.collect()))
}
