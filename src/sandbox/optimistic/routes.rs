//! The mock's routes and the little it remembers.

use super::{listings, objects};
use axum::Router;
use axum::routing::{get, post};
use cassettes::model::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A counter for ids and the clock: a mock needs no more.
pub(super) struct Mock {
    made: AtomicU32,
    pub(super) now: fn() -> Timestamp,
}

impl Mock {
    /// `cus_1`, `cus_2`, …
    pub(super) fn id(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.made.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Every route the vendor has, each answered kindly.
pub(in crate::sandbox) fn router(now: fn() -> Timestamp) -> Router {
    Router::new()
        .route("/sandbox/reset", post(objects::nothing))
        .route("/v1/customers", get(listings::customers).post(objects::create_customer))
        .route("/v1/customers/{id}", get(objects::customer).patch(objects::customer).delete(objects::nothing))
        .route("/v1/old-customers", get(listings::customers))
        .route("/v1/invoices", get(listings::invoices))
        .route("/v1/invoices/{id}", get(objects::invoice))
        .route("/v1/events", get(listings::events))
        .route("/v1/products", get(listings::products))
        .route("/v1/ledger/query", post(listings::ledger))
        .route("/v1/tags", get(listings::tags))
        .route("/v1/geocode", get(objects::geocode))
        .route("/v1/search", get(listings::search))
        .route("/v1/lookup", get(objects::lookup))
        .route("/v1/avatars/{id}", get(objects::avatar))
        .route("/graphql", post(objects::graphql))
        .route("/v1/charges", post(objects::charge))
        .route("/v1/charges/{id}", get(objects::show_charge))
        .route("/v1/shipments", get(listings::shipments).post(objects::accept))
        .route("/v1/shipments/{id}", get(objects::shipment))
        .route("/v1/limited", get(objects::ok))
        .route("/v1/errors/{kind}", get(objects::failure))
        .route("/v1/batch", post(objects::batch))
        .route("/v1/me", get(objects::me))
        .route("/v1/secrets/{id}", get(objects::secret))
        .route("/v1/account", get(objects::account))
        .route("/v1/basic", get(objects::account))
        .route("/v1/session", get(objects::session))
        .route("/oauth/token", post(objects::issue))
        .route("/v1/reports/{name}", get(objects::report))
        .route("/v1/stream", get(objects::stream))
        .route("/v1/files/{id}", get(objects::file))
        .route("/v1/exports/ledger.csv", get(objects::csv))
        .route("/v1/health", get(objects::text))
        .route("/v1/terms", get(objects::text))
        .route("/v1/raw/{name}", get(objects::raw))
        .route("/legacy/orders", get(objects::failure))
        .route("/v1/jobs", post(objects::job))
        .route("/v1/jobs/{id}", get(objects::job))
        .route("/faults/{name}", get(objects::ok))
        .with_state(Arc::new(Mock { made: AtomicU32::new(0), now }))
}
