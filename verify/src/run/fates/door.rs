//! Whether a request was turned away because it carries no credential at all.

use cassettes::facets::credential::{Credential, credentials};
use cassettes::model::Exchange;

/// Whether every request that was let in carries a credential beside its body, and this one carries none.
/// What is a credential by its name, or was taken out of all of them before they were saved, is one.
pub(super) fn lacks_key(rejected: &Exchange, accepted: &[&Exchange]) -> bool {
    let beside = |e: &Exchange| credentials(&e.request).iter().any(|c| !Credential::is_in_body(c));
    let none = credentials(&rejected.request).is_empty();
    none && !accepted.is_empty()
        && (accepted.iter().all(|e| beside(e))
            || accepted.iter().all(|e| has_hidden(e)) && !has_hidden(rejected))
}

/// Whether something that is named in the request's query or headers was taken out: `?key={{vendor-key}}`.
fn has_hidden(exchange: &Exchange) -> bool {
    let names: Vec<String> = exchange.request.query_pairs().into_iter().map(|(name, _)| name).collect();
    let secret = |by: &str| by.starts_with("secret ") || matches!(by, "token-shape" | "known-value");
    exchange.redactions.iter().filter(|r| secret(&r.by)).any(|redaction| {
        let place = redaction.place.0.as_str();
        let query = place.strip_prefix("request query ").is_some_and(|at| names.iter().any(|n| n == at));
        let header =
            place.strip_prefix("request header ").is_some_and(|at| exchange.request.headers.contains(at));
        (query || header) && !place.ends_with(" cookie")
    })
}
