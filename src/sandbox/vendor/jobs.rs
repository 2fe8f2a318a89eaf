//! A poll in three steps: pending, running, done.

use super::state::Shared;
use crate::sandbox::ask::Ask;
use crate::sandbox::reply::{Said, With as _, object, string};
use axum::extract::State;
use axum::response::Response;
use cassettes::json::Json;

/// 202 with the place to look at.
pub(super) async fn create(State(vendor): Shared) -> Response {
    let mut state = vendor.state();
    let id = state.made.id("job_");
    state.jobs.insert(id.clone(), 0);
    drop(state);
    let job = object([("id", string(id.as_str())), ("status", string("pending"))]);
    vendor.json(202, &job).with("location", &format!("/v1/jobs/{id}"))
}

/// The status moves on with every look.
pub(super) async fn show(State(vendor): Shared, ask: Ask) -> Said {
    let id = ask.id();
    let looks = vendor.state().jobs.get_mut(&id).map(|looks| {
        *looks = looks.saturating_add(1);
        *looks
    });
    let (status, result) = match looks {
        None => return Err(vendor.refuse(404, "not_found_error", "not_found").into()),
        Some(1) => ("pending", Json::Null),
        Some(2) => ("running", Json::Null),
        Some(_) => ("done", string(format!("/v1/files/{}", crate::sandbox::data::FILE))),
    };
    let job = vendor.json(200, &object([("id", string(id)), ("status", string(status)), ("result", result)]));
    Ok(if status == "done" { job } else { job.with("retry-after", "1") })
}
