//! Why a head could not be read.

use super::{MAX_FIELDS, MAX_HEAD};

/// Why a head could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// It goes on beyond the bound.
    #[error("the head is longer than {MAX_HEAD} bytes")]
    TooLong,
    /// It has more fields than the bound.
    #[error("the head has more than {MAX_FIELDS} fields")]
    TooManyFields,
    /// It asks for a version that is not spoken here.
    #[error("expected HTTP/1.0 or HTTP/1.1 in the first line")]
    Version,
    /// It is not HTTP.
    #[error("the head is not HTTP/1.1: {0}")]
    Syntax(&'static str),
    /// The end of the body is told in a way that two readers could read differently (RFC 9112 §6.3, §11.2).
    #[error("the end of the body is told ambiguously: {0}")]
    Framing(&'static str),
    /// The client closed or reset the connection in the middle of it: nobody is left to be answered.
    #[error("the connection ended before the head did")]
    Cut,
    /// The client took too long over it and is not waited for.
    #[error("the head was not whole in time")]
    Slow,
    /// RFC 9112 §3.2.
    #[error("{0}")]
    Host(&'static str),
}

impl HeadError {
    /// Whether the client is told, with 400.
    pub fn is_answered(&self) -> bool {
        !matches!(self, HeadError::Cut | HeadError::Slow)
    }
}

impl From<httparse::Error> for HeadError {
    fn from(error: httparse::Error) -> Self {
        match error {
            httparse::Error::TooManyHeaders => HeadError::TooManyFields,
            httparse::Error::Version => HeadError::Version,
            httparse::Error::HeaderName => {
                HeadError::Syntax("a field name holds a character that names cannot hold")
            }
            httparse::Error::HeaderValue => HeadError::Syntax("a field value holds a control character"),
            httparse::Error::NewLine => HeadError::Syntax("expected a line break"),
            httparse::Error::Status => HeadError::Syntax("expected a status of three digits"),
            httparse::Error::Token => {
                HeadError::Syntax("expected `METHOD TARGET HTTP/1.1` in the first line")
            }
        }
    }
}
