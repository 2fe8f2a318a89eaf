//! Sessions: which there are, beginning one, ending it.

use super::which::Named;
use crate::admin::desk::{Desk, Reached};
use crate::admin::problem::Problem;
use crate::conditions::Conditions;
use crate::journal::Notice;
use crate::no_session::NoSession;
use crate::reserved::{RESERVED, SESSION};
use crate::session::Session;
use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a session is to be.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wanted {
    /// One of ours if not said.
    name: Option<String>,
    /// A listener of its own.
    port: bool,
    conditions: Conditions,
}

#[derive(Serialize)]
pub(super) struct Shown {
    name: String,
    base_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// The defaults included.
    conditions: Conditions,
    exchanges: usize,
    /// How many of those it was not given.
    unused: usize,
    served: u64,
    missed: u64,
}

pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(reached): Extension<Reached>,
) -> Json<Vec<Shown>> {
    Json(desk.playback.sessions().iter().map(|session| shown(&desk, session, &reached)).collect())
}

pub(super) async fn show(
    State(desk): State<Arc<Desk>>,
    Extension(reached): Extension<Reached>,
    Named(name): Named,
) -> Result<Json<Shown>, Problem> {
    Ok(Json(shown(&desk, &*desk.session(&name)?, &reached)))
}

pub(super) async fn begin(
    State(desk): State<Arc<Desk>>,
    Extension(reached): Extension<Reached>,
    body: Bytes,
) -> Result<impl IntoResponse, Problem> {
    let body: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { &body };
    let refused = |what: String| {
        let hint = "a session takes name, port and conditions, each of them optional: see openapi.json";
        Problem::new(StatusCode::BAD_REQUEST, format!("expected what a session is to be: {what}"), hint)
    };
    // By itself a list would be read as the members in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(refused("a JSON object, found something else".to_owned()));
    }
    let wanted: Wanted = serde_json::from_slice(body).map_err(|error| refused(error.to_string()))?;
    let session =
        desk.playback.begin(wanted.name.as_deref(), wanted.conditions).map_err(|error| not_begun(&error))?;
    if wanted.port
        && let Err(error) = desk.playback.open_port(&session).await
    {
        desk.playback.end(session.name());
        let hint = "begin it without a port: its base_url names it by a path";
        let detail = format!("expected to open a port for {}: {error}", session.name());
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail, hint));
    }
    let shown = shown(&desk, &session, &reached);
    desk.notice(Notice::Began(shown.name.clone()));
    let at = format!("{RESERVED}sessions/{}", shown.name);
    Ok((StatusCode::CREATED, [(LOCATION, at)], Json(shown)))
}

pub(super) async fn end(State(desk): State<Arc<Desk>>, Named(name): Named) -> Result<StatusCode, Problem> {
    let session = desk.session(&name)?;
    if !desk.playback.end(session.name()) {
        let detail = format!("expected a session that can end, found {name}");
        return Err(Problem::new(StatusCode::CONFLICT, detail, "POST reset puts the default session back"));
    }
    desk.notice(Notice::Over(name));
    Ok(StatusCode::NO_CONTENT)
}

fn not_begun(error: &NoSession) -> Problem {
    let status = match error {
        NoSession::Begun { .. } => StatusCode::CONFLICT,
        NoSession::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, error.to_string(), error.hint())
}

fn shown(desk: &Desk, session: &Session, reached: &Reached) -> Shown {
    let name = session.name();
    let port = desk.playback.port(session);
    let base_url = match port {
        _ if name == "default" => reached.0.clone(),
        None => format!("{}{SESSION}{name}", reached.0),
        Some(address) => {
            let scheme = reached.0.split_once("://").map_or("http", |(scheme, _)| scheme);
            format!("{scheme}://{}", reached.at_port(address))
        }
    };
    let (mut served, mut given) = (0, 0);
    session.each_play(&mut |_, count| {
        served += count;
        given += 1;
    });
    Shown {
        name: name.to_owned(),
        base_url,
        port: port.map(|address| address.port()),
        conditions: session.conditions().clone(),
        exchanges: session.tape().len(),
        unused: session.tape().len().saturating_sub(given),
        served,
        missed: session.missed(),
    }
}
