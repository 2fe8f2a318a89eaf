//! Another status over the same document.

use super::survey::{Mutant, Survey};
use crate::kit::service::{Told, What};
use cassettes::model::Answer;

/// A status, what a mock might answer instead, and the rules of which one must say so.
const SWAPS: [(u16, u16, &[&str]); 14] = [
    (400, 500, &["error-class-changed", "error-class-collapsed", "status-changed"]),
    (401, 403, &["auth-classes-merged"]),
    (402, 400, &["error-class-changed", "error-class-collapsed", "status-changed"]),
    (403, 401, &["auth-classes-merged"]),
    (404, 400, &["not-found-restyled", "error-class-changed", "error-class-collapsed", "status-changed"]),
    (405, 404, &["error-class-changed", "error-class-collapsed", "method-accepted", "status-changed"]),
    (409, 400, &["error-class-changed", "error-class-collapsed", "status-changed"]),
    (410, 404, &["gone-collapsed", "not-found-restyled"]),
    (412, 409, &["error-class-changed", "error-class-collapsed", "status-changed"]),
    (415, 400, &["error-class-changed", "error-class-collapsed", "status-changed"]),
    (422, 500, &["error-class-changed", "error-class-collapsed", "status-changed", "retryability-swapped"]),
    (429, 400, &["retryability-swapped", "error-class-changed", "rate-limit-never", "status-changed"]),
    (500, 400, &["error-class-changed", "error-class-collapsed", "retryability-swapped", "status-changed"]),
    (503, 400, &["retryability-swapped", "error-class-changed", "error-class-collapsed", "status-changed"]),
];

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (route, what) in survey.kinds() {
        let status = survey.sample(route, what).map_or(0, Told::status);
        // What is missing in a deletion or a write has rules of its own.
        let Some((_, other, rules)) = SWAPS.iter().find(|(from, ..)| *from == status) else { continue };
        let more: &[&'static str] = match what {
            What::Miss if !route.starts_with("GET") => &["delete-restyled"],
            // What is wrong with a credential may be told under any status.
            What::Auth(_) => &["error-class-changed", "error-class-collapsed", "check-order-changed"],
            _ => &[],
        };
        let name = format!("{status}-as-{other}-alone");
        all.push(survey.instead(&name, (route, what), &[rules, more].concat(), |mut told| {
            if let Answer::Reply(reply) = &mut told.answer {
                reply.status = *other;
            }
            told
        }));
    }
    all
}
