//! The journal so far, as its file would have it.

use super::which::{Asked, Which};
use crate::admin::desk::Desk;
use crate::admin::problem::Problem;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::sync::Arc;

pub(super) async fn journal(
    State(desk): State<Arc<Desk>>,
    Asked(which): Asked<Which>,
) -> Result<impl IntoResponse, Problem> {
    let (text, cut) = desk.journal(which.session.as_deref()).await?;
    let fields =
        [(CONTENT_TYPE.as_str(), "application/x-ndjson".to_owned()), ("truetape-cut", cut.to_string())];
    Ok((fields, text))
}
