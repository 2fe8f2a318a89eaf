//! From a call to the answer of the admin API.

use super::desk::{Desk, Reached};
use super::problem::Problem;
use super::{guard, reply, routes};
use crate::playback::Playback;
use crate::reserved::{BARE, RESERVED};
use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::Request as HttpRequest;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, OnceLock};
use tower::ServiceExt as _;
use wire::serve::{Call, Flow, WireError};

/// The longest body that is read, in bytes: conditions of a session.
const LONGEST: usize = 256 * 1024;

/// What is the same for everybody and tells nothing of the replay.
const PUBLIC: [&str; 2] = ["", "openapi.json"];

/// The admin API of one playback, put together when it is first asked: a session's own port is to cost little.
pub(crate) struct Admin {
    playback: Arc<Playback>,
    made: OnceLock<(Router, Arc<Desk>)>,
}

/// The listener that was asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'d> {
    /// `http://127.0.0.1:8080`, or the same with `https`.
    pub(crate) own: &'d str,
    /// It listens on every address of this machine.
    pub(crate) everywhere: bool,
}

impl Admin {
    pub(crate) fn new(playback: Arc<Playback>) -> Self {
        Admin { playback, made: OnceLock::new() }
    }

    fn made(&self) -> &(Router, Arc<Desk>) {
        self.made.get_or_init(|| {
            let desk = Arc::new(Desk::new(Arc::clone(&self.playback)));
            (routes::router(RESERVED).with_state(Arc::clone(&desk)), desk)
        })
    }

    /// Answers one call.
    pub(crate) async fn answer(&self, call: &mut Call<'_>, spot: Spot<'_>) -> Flow {
        let response = match self.response(call, spot).await {
            Ok(response) => response,
            Err(Some(problem)) => problem.into_response(),
            Err(None) => return Flow::Close,
        };
        reply::send(call, response, &self.made().1).await
    }

    /// None: the client is gone.
    async fn response(&self, call: &mut Call<'_>, spot: Spot<'_>) -> Result<Response, Option<Problem>> {
        let head = call.head();
        let path = head.origin_target().split('?').next().unwrap_or_default();
        let public = path == BARE || path.strip_prefix(RESERVED).is_some_and(|path| PUBLIC.contains(&path));
        guard::check(head, spot, self.playback.settings.admin_token.as_ref(), public)?;
        let body = match call.body(LONGEST).await {
            Ok(body) => body,
            Err(WireError::TooLarge { limit }) => {
                let detail = format!("expected a body of at most {limit} bytes, found a longer one");
                let hint = "what a session differs in needs few words: see openapi.json";
                return Err(Some(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail, hint)));
            }
            Err(_) => return Err(None),
        };
        let head = call.head();
        let mut request = HttpRequest::builder().method(head.method()).uri(head.origin_target());
        for name in ["content-type", "accept", "last-event-id"] {
            if let Some(value) = head.get(name) {
                request = request.header(name, value);
            }
        }
        let scheme = spot.own.split_once("://").map_or("http", |(scheme, _)| scheme);
        let host = head.get("host").and_then(|host| std::str::from_utf8(host).ok());
        let reached = Reached(host.map_or_else(|| spot.own.to_owned(), |host| format!("{scheme}://{host}")));
        let request = request.extension(reached).body(HttpBody::from(body.0)).map_err(|error| {
            let hint = "see openapi.json for what can be asked";
            Problem::new(StatusCode::BAD_REQUEST, error.to_string(), hint)
        })?;
        Ok(self.made().0.clone().oneshot(request).await.unwrap_or_else(|never| match never {}))
    }
}
