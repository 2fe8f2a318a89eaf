//! Whether it is there, and what it plays.

use crate::admin::desk::Desk;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn health(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let playback = &desk.playback;
    let tape = playback.tape();
    let sessions = playback.sessions();
    let used: Vec<&str> = sessions.iter().filter(|s| s.is_used()).map(|s| s.name()).collect();
    Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "cassettes": tape.cassettes,
        "upstreams": tape.upstreams,
        "exchanges": tape.len(),
        "sessions": used,
        "audits": desk.judges(),
    }))
}
