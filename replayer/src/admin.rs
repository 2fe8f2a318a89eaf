//! The admin API below the reserved path: looking into a replay and putting it back.
//!
//! It is a router of its own beside the hot path, and answers JSON only.

use crate::playback::Playback;
use crate::refusal::{Miss, Near};
use crate::reserved::RESERVED;
use crate::session::Session;
use axum::body::Body as HttpBody;
use axum::extract::{Path, Query, State};
use axum::http::{Request as HttpRequest, StatusCode};
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::{get, post};
use axum::{Json, Router};
use cassettes::model::Body;
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;
use tower::ServiceExt as _;
use wire::head::Head;

/// The admin API of one playback.
pub(crate) struct Admin(Router);

impl Admin {
    pub(crate) fn new(playback: Arc<Playback>) -> Self {
        let at = |path: &str| format!("{RESERVED}{path}");
        let router = Router::new()
            .route(&at("health"), get(health))
            .route(&at("exchanges"), get(exchanges))
            .route(&at("misses"), get(misses))
            .route(&at("unused"), get(unused))
            .route(&at("reset"), post(reset))
            .route(&at("session/{name}"), post(reset_session).delete(reset_session))
            .route(&at("session/{name}/reset"), post(reset_session).delete(reset_session))
            .fallback(unknown)
            .with_state(playback);
        Admin(router)
    }

    /// Answers one request, as bytes ready to be sent.
    pub(crate) async fn answer(&self, head: &Head, body: Body) -> Vec<u8> {
        let request = HttpRequest::builder()
            .method(head.method())
            .uri(head.origin_target())
            .body(HttpBody::from(body.0));
        let response = match request {
            Ok(request) => self.0.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
            Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let mut reply = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
        for (name, value) in parts.headers.iter().filter(|(name, _)| *name != "content-length") {
            reply.extend_from_slice(name.as_str().as_bytes());
            reply.extend_from_slice(b": ");
            reply.extend_from_slice(value.as_bytes());
            reply.extend_from_slice(b"\r\n");
        }
        reply.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
        if head.method() != "HEAD" {
            reply.extend_from_slice(&body);
        }
        reply
    }
}

/// Whether a Host field names this machine. A web page that was led here by its own name (DNS rebinding)
/// would name that. A listener on every address of the machine takes any address for its own: a name cannot
/// be led to what is no name.
pub(crate) fn is_our_name(host: Option<&[u8]>, own: &str, everywhere: bool) -> bool {
    let Some(host) = host.and_then(|h| std::str::from_utf8(h).ok()) else { return false };
    let own = own.strip_prefix("http://").unwrap_or(own);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let local = name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    local || host == own || name.parse::<IpAddr>().is_ok_and(|ip| everywhere || ip.is_loopback())
}

#[derive(Deserialize)]
struct Which {
    session: Option<String>,
}

#[derive(Serialize)]
struct Played {
    exchange: String,
    method: String,
    target: String,
    answer: String,
    played: u64,
}

#[derive(Serialize)]
struct Missed<'m> {
    reason: &'static str,
    method: &'m str,
    target: &'m str,
    detail: String,
    nearest: Vec<Near<'m>>,
    hint: &'static str,
}

async fn health(State(playback): State<Arc<Playback>>) -> HttpResponse {
    let sessions: Vec<&str> = playback.sessions.iter().filter(|s| s.is_used()).map(Session::name).collect();
    Json(serde_json::json!({
        "status": "ok",
        "cassettes": playback.tape.cassettes,
        "upstreams": playback.tape.upstreams,
        "exchanges": playback.tape.len(),
        "sessions": sessions,
    }))
    .into_response()
}

async fn exchanges(State(playback): State<Arc<Playback>>, Query(which): Query<Which>) -> HttpResponse {
    let Some(plays) = plays(&playback, which.session.as_deref()) else { return no_session() };
    let all = (0u32..).zip(plays).map(|(number, played)| {
        let exchange = playback.tape.entries[number as usize].exchange();
        Played {
            exchange: playback.tape.cite(number),
            method: exchange.request.method.clone(),
            target: exchange.request.target.clone(),
            answer: exchange.answer.label(),
            played,
        }
    });
    Json(all.collect::<Vec<_>>()).into_response()
}

async fn unused(State(playback): State<Arc<Playback>>, Query(which): Query<Which>) -> HttpResponse {
    let Some(plays) = plays(&playback, which.session.as_deref()) else { return no_session() };
    let unused = playback
        .unused(&plays)
        .into_iter()
        .map(|u| serde_json::json!({ "exchange": u.exchange, "method": u.method, "target": u.target }));
    Json(unused.collect::<Vec<_>>()).into_response()
}

async fn misses(State(playback): State<Arc<Playback>>, Query(which): Query<Which>) -> HttpResponse {
    let misses: Vec<Miss> = match which.session.as_deref() {
        Some(name) => match playback.sessions.find(name) {
            Some(session) => session.misses(),
            None => return no_session(),
        },
        None => playback.sessions.iter().flat_map(Session::misses).collect(),
    };
    let all = misses.iter().map(|miss| Missed {
        reason: miss.reason.as_str(),
        method: &miss.method,
        target: &miss.target,
        detail: miss.detail(),
        nearest: miss.near(),
        hint: miss.hint(),
    });
    Json(all.collect::<Vec<_>>()).into_response()
}

async fn reset(State(playback): State<Arc<Playback>>) -> StatusCode {
    for session in playback.sessions.iter() {
        session.reset();
    }
    StatusCode::NO_CONTENT
}

async fn reset_session(State(playback): State<Arc<Playback>>, Path(name): Path<String>) -> HttpResponse {
    // A session that has not begun is in its first state already.
    if let Some(session) = playback.sessions.find(&name) {
        session.reset();
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn unknown() -> HttpResponse {
    problem(StatusCode::NOT_FOUND, "expected health, exchanges, misses, unused, reset or session/NAME/reset")
}

/// How often each exchange was given: in one session, or in all together. None: no such session.
fn plays(playback: &Playback, session: Option<&str>) -> Option<Vec<u64>> {
    if let Some(name) = session {
        return Some(playback.plays(playback.sessions.find(name)?));
    }
    let mut all = vec![0; playback.tape.len()];
    for session in playback.sessions.iter() {
        for (all, plays) in all.iter_mut().zip(playback.plays(session)) {
            *all += plays;
        }
    }
    Some(all)
}

fn no_session() -> HttpResponse {
    problem(StatusCode::NOT_FOUND, "expected the name of a session in which something was asked")
}

fn problem(status: StatusCode, detail: &str) -> HttpResponse {
    let problem =
        serde_json::json!({ "title": "Not an admin request", "status": status.as_u16(), "detail": detail });
    (status, [("content-type", "application/problem+json")], problem.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_ours() {
        let own = "http://192.0.2.7:8080";
        for host in [
            "localhost",
            "localhost:1",
            "a.localhost",
            "127.0.0.1:9",
            "127.9.9.9",
            "[::1]:8",
            "192.0.2.7:8080",
        ] {
            assert!(is_our_name(Some(host.as_bytes()), own, false), "{host}");
        }
        for host in ["evil.test", "127.0.0.1.evil.test", "192.0.2.8:8080", "localhost.evil.test", ""] {
            assert!(!is_our_name(Some(host.as_bytes()), own, false), "{host}");
        }
        assert!(!is_our_name(None, own, true));
        assert!(is_our_name(Some(b"192.0.2.8:1"), own, true) && !is_our_name(Some(b"evil.test"), own, true));
    }
}
