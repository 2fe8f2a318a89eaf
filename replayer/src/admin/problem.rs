//! What cannot be answered, as problem+json (RFC 9457) that says what to do.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// A request that the admin API cannot answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// What was expected, and what came.
    pub(super) detail: String,
    /// What to do about it.
    pub(super) hint: &'static str,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>, hint: &'static str) -> Self {
        Problem { status, detail: detail.into(), hint }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "Not yours to ask",
            StatusCode::NOT_FOUND => "No such thing here",
            _ => "Not an admin request",
        };
        let problem = serde_json::json!({
            "title": title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "hint": self.hint,
        });
        let mut response =
            (self.status, [(CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = axum::http::HeaderValue::from_static("Bearer realm=\"truetape\"");
            response.headers_mut().insert(axum::http::header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
