//! A mock that looks whether there is a token, one that verifies as the library's first version did, and one
//! that verifies.

use super::{service::answer, tokens::Checks};
use crate::web::{Handler, Reply};

pub(super) fn any_bearer() -> Handler {
    // >> lie
    Box::new(|asked| match asked.header("authorization") {
        Some(_) => Reply::json(200, r#"{"id":"u7","plan":"free"}"#),
        None => Reply::json(401, r#"{"error":{"code":"token_missing"}}"#)
            .header("WWW-Authenticate", r#"Bearer realm="mock""#),
    })
    // << lie
}

/// A route without the middleware.
pub(super) fn open() -> Handler {
    Box::new(|_| Reply::json(200, r#"{"id":"u7","plan":"free"}"#))
}

/// An `exp` that is not there never passes, and nobody asks whom the token is for.
pub(super) fn library_v1() -> Handler {
    Box::new(|asked| answer(asked, Checks { needs_exp: false, claims: false }))
}

pub(super) fn honest() -> Handler {
    Box::new(|asked| answer(asked, Checks { needs_exp: true, claims: true }))
}
