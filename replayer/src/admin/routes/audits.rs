//! What the audits say of the journal so far.

use super::which::Asked;
use crate::admin::desk::Desk;
use crate::admin::problem::Problem;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default, deserialize_with = "super::which::session")]
    session: Option<String>,
    format: Option<String>,
}

pub(super) async fn audits(
    State(desk): State<Arc<Desk>>,
    Asked(wanted): Asked<Wanted>,
) -> Result<impl IntoResponse, Problem> {
    let format = wanted.format.as_deref().unwrap_or("json");
    let report = desk.judged(wanted.session.as_deref(), format).await?;
    let fields = [(CONTENT_TYPE.as_str(), report.media.clone()), ("truetape-cut", report.cut.to_string())];
    Ok((fields, report.body.clone()))
}
