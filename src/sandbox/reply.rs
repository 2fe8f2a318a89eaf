//! Building blocks of answers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use cassettes::json::Json;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

/// A refusal on its way out through `?`. Boxed, so that the happy road stays narrow.
pub(super) struct Refused(Box<Response>);

impl From<Response> for Refused {
    fn from(response: Response) -> Self {
        Refused(Box::new(response))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// What a handler gives.
pub(super) type Said = Result<Response, Refused>;

/// A compact JSON document.
pub(super) fn json(status: u16, document: &Json) -> Response {
    text(status, "application/json", &document.to_string())
}

/// Any body with its media type.
pub(super) fn text(status: u16, media: &'static str, body: &str) -> Response {
    bytes(status, media, body.as_bytes().to_vec())
}

/// Any body with its media type.
pub(super) fn bytes(status: u16, media: &'static str, body: Vec<u8>) -> Response {
    let mut response = empty(status);
    *response.body_mut() = Body::from(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// No body and no media type.
pub(super) fn empty(status: u16) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response
}

/// Adding headers in a chain.
pub(super) trait With: Sized {
    /// Adds a field beside those of the same name. A value that is no lawful one is left out.
    fn with(self, name: &'static str, value: &str) -> Self;
}

impl With for Response {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers_mut().append(HeaderName::from_static(name), value);
        }
        self
    }
}

/// An object, in this order.
pub(super) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A string.
pub(super) fn string(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

/// A number, with exactly this text.
pub(super) fn number(value: impl ToString + Copy) -> Json {
    Json::Number(value.to_string())
}

/// An array.
pub(super) fn list(items: impl IntoIterator<Item = Json>) -> Json {
    Json::Array(items.into_iter().collect())
}
