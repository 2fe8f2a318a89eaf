//! Putting sessions back, and stopping.

use super::which::Named;
use crate::admin::desk::Desk;
use crate::journal::Notice;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn reset(State(desk): State<Arc<Desk>>) -> StatusCode {
    for session in desk.playback.sessions() {
        desk.playback.reset(&session);
        desk.notice(Notice::Reset(session.name().to_owned()));
    }
    StatusCode::NO_CONTENT
}

/// A session that has not begun is in its first state already.
pub(super) async fn reset_session(State(desk): State<Arc<Desk>>, Named(name): Named) -> StatusCode {
    if let Ok(session) = desk.session(&name) {
        desk.playback.reset(&session);
        desk.notice(Notice::Reset(name));
    }
    StatusCode::NO_CONTENT
}

/// Ends the replay as SIGTERM does: what runs has a few seconds to finish.
pub(super) async fn shutdown(State(desk): State<Arc<Desk>>) -> (StatusCode, Json<Value>) {
    desk.playback.wish.stop();
    (StatusCode::ACCEPTED, Json(json!({ "status": "stopping" })))
}
