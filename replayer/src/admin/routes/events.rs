//! The journal as it is written.

use super::which::Asked;
use crate::admin::desk::Desk;
use crate::admin::live::Live;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default, deserialize_with = "super::which::session")]
    session: Option<String>,
    /// So many of the lines that were written already.
    last: Option<u64>,
}

/// A client that comes again says what it saw last; another one may ask for the last lines before now.
pub(super) async fn events(
    State(desk): State<Arc<Desk>>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Response {
    desk.settle().await;
    let next = desk.lines();
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse::<u64>().ok());
    let from = match seen {
        // One that saw more than there is saw another replay: from the beginning, then.
        Some(seen) if seen >= next => 0,
        Some(seen) => seen + 1,
        None => next.saturating_sub(wanted.last.unwrap_or(0)),
    };
    let fields = [(CONTENT_TYPE, "text/event-stream; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    let mut response = (fields, ()).into_response();
    response.extensions_mut().insert(Live { from, session: wanted.session });
    response
}
