//! The session that a question is about.

use crate::admin::problem::Problem;
use crate::no_session::NoSession;
use crate::sessions::is_name;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::{StatusCode, request::Parts};
use serde::Deserialize;

/// `?session=NAME`; without one all of them are meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default, deserialize_with = "session")]
    pub(super) session: Option<String>,
}

/// A session's name in a query, refused where no session can have it.
pub(super) fn session<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    if is_name(&name) { Ok(Some(name)) } else { Err(serde::de::Error::custom(NoSession::Name)) }
}

/// A query, refused with a problem of ours where it is none.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        let hint = "see openapi.json for what can be asked";
        query
            .map(|Query(query)| Asked(query))
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.body_text(), hint))
    }
}

/// The session that a path names.
pub(super) struct Named(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        let hint = "a session's name has 1 to 128 letters, digits, `-`, `.`, `_` or `~`";
        let problem = |detail| Problem::new(StatusCode::BAD_REQUEST, detail, hint);
        let Path(name) = name.map_err(|error| problem(error.body_text()))?;
        if is_name(&name) { Ok(Named(name)) } else { Err(problem(NoSession::Name.to_string())) }
    }
}
