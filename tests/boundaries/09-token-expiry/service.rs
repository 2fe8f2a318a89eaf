//! A service that verifies tokens as the second version of the library does.

use super::tokens::{Checks, verify};
use crate::web::{Asked, Handler, Reply};

pub(super) fn start() -> Handler {
    Box::new(|asked| answer(asked, Checks { needs_exp: true, claims: true }))
}

/// Who the token is for, or why it is refused (RFC 6750 §3).
pub(super) fn answer(asked: &Asked, checks: Checks) -> Reply {
    let token = asked.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    match verify(token, checks) {
        Ok(sub) => Reply::json(200, format!(r#"{{"id":"{sub}","plan":"pro"}}"#)),
        // Whoever shows nothing is not told what is wrong with it.
        Err("token_missing") => Reply::json(401, r#"{"error":{"code":"token_missing"}}"#)
            .header("WWW-Authenticate", r#"Bearer realm="api""#),
        Err(code) => Reply::json(401, format!(r#"{{"error":{{"code":"{code}"}}}}"#))
            .header("WWW-Authenticate", r#"Bearer realm="api", error="invalid_token""#),
    }
}
