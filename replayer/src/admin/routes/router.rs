//! Every path of the admin API with who answers it.

use super::{audits, chains, clock, control, events, exchanges, health, journal, metrics, misses, sessions};
use crate::admin::desk::Desk;
use crate::admin::problem::Problem;
use crate::window;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use std::sync::Arc;

/// What describes this API, as committed.
const OPENAPI: &str = include_str!("../../../../docs/openapi.json");

/// The router, its paths below `prefix`.
pub(in crate::admin) fn router(prefix: &str) -> Router<Arc<Desk>> {
    let at = |path: &str| format!("{prefix}{path}");
    Router::new()
        .route(prefix.trim_end_matches('/'), get(Redirect::permanent(prefix)))
        .route(&at(""), get(window::page))
        .route(&at("openapi.json"), get(openapi))
        .route(&at("health"), get(health::health))
        .route(&at("sessions"), get(sessions::list).post(sessions::begin))
        .route(&at("sessions/{name}"), get(sessions::show).delete(sessions::end))
        .route(&at("sessions/{name}/reset"), post(control::reset_session))
        .route(&at("sessions/{name}/clock"), get(clock::show).post(clock::put))
        .route(&at("session/{name}"), post(control::reset_session).delete(control::reset_session))
        .route(&at("session/{name}/reset"), post(control::reset_session).delete(control::reset_session))
        .route(&at("exchanges"), get(exchanges::exchanges))
        .route(&at("unused"), get(exchanges::unused))
        .route(&at("chains"), get(chains::chains))
        .route(&at("misses"), get(misses::misses))
        .route(&at("journal"), get(journal::journal))
        .route(&at("events"), get(events::events))
        .route(&at("audits"), get(audits::audits))
        .route(&at("metrics"), get(metrics::metrics))
        .route(&at("reset"), post(control::reset))
        .route(&at("shutdown"), post(control::shutdown))
        .fallback(unknown)
        .method_not_allowed_fallback(not_so)
}

async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}

async fn unknown() -> Problem {
    let detail = "expected health, sessions, exchanges, unused, chains, misses, journal, events, audits, metrics, reset, \
                  shutdown or openapi.json";
    Problem::new(StatusCode::NOT_FOUND, detail, "openapi.json says what each of them takes and gives")
}

async fn not_so() -> Problem {
    let detail = "expected another method on this path";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail, "openapi.json says which methods each path knows")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Each path with each method, as the router's own text has them.
    fn routed() -> BTreeSet<(String, String)> {
        let routes = include_str!("router.rs").split(".route(&at(\"").skip(1);
        let routes = routes.filter_map(|rest| rest.split_once("\"), "));
        let each = |(path, rest): (&str, &str)| {
            let end = rest.find("\n").unwrap_or(rest.len());
            let methods = ["get", "post", "delete", "put", "patch"];
            let told = methods.into_iter().filter(|m| rest[..end].contains(&format!("{m}(")));
            told.map(|method| (format!("/{path}"), method.to_owned())).collect::<Vec<_>>()
        };
        routes.flat_map(each).collect()
    }

    #[test]
    fn what_is_routed_is_described_and_nothing_else() {
        let described: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
        let paths = described["paths"].as_object().unwrap();
        let described = paths.iter().flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (path.clone(), method.clone()))
        });
        assert_eq!(described.collect::<BTreeSet<_>>(), routed());
    }
}
