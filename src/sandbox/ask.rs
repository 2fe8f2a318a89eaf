//! One question put to the sandbox, whole, in the model's own terms.

use super::reply;
use axum::body::to_bytes;
use axum::extract::FromRequest;
use axum::response::Response;
use cassettes::model::{Body, Headers, Request};
use std::borrow::Cow;

/// Bodies above this many bytes are refused with 413.
const LARGEST_BODY: usize = 1 << 20;

/// A question with its body read.
pub(super) struct Ask(pub(super) Request);

impl Ask {
    /// The first query value of that name.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.0.query_pairs().into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// A query value as a whole number; `Err` with the text if it is none.
    pub(super) fn number(&self, name: &str, default: usize) -> Result<usize, String> {
        match self.query(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| text),
        }
    }

    /// The first header of that name, as text.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.0.headers.get(name).map(Cow::into_owned)
    }

    /// The path's last segment, decoded.
    pub(super) fn id(&self) -> String {
        self.0.segments().pop().unwrap_or_default()
    }

    /// Where the client believes this vendor to live: what absolute URLs are built from.
    pub(super) fn base(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or_else(|| "localhost".to_owned()))
    }
}

impl<S: Send + Sync> FromRequest<S> for Ask {
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, _: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
            return Err(reply::text(413, "text/plain", "the body is larger than 1 MiB\n"));
        };
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut asked = Request::new(parts.method.as_str(), target);
        asked.headers = Headers::from_pairs(parts.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())));
        asked.body = Body(body);
        Ok(Ask(asked))
    }
}
