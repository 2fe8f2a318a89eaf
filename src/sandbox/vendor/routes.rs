//! The vendor's routes, and what every one of its answers has in common.

use super::state::{Shared, Vendor};
use super::{
    charges, content, customers, errors, identity, invoices, jobs, listings, misses, shipments, stream,
};
use crate::sandbox::clock::http_date;
use crate::sandbox::index;
use crate::sandbox::reply::{With as _, empty};
use axum::Router;
use axum::extract::State;
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

/// Every route but the faults, which need the socket.
pub(in crate::sandbox) fn router(vendor: Arc<Vendor>) -> Router {
    Router::new()
        .route("/", get(index::index))
        .route("/sandbox/reset", post(reset))
        .route("/v1/customers", get(customers::page).post(customers::create))
        .route("/v1/customers/{id}", get(customers::show).patch(customers::change).delete(customers::delete))
        .route("/v1/old-customers", get(customers::moved))
        .route("/v1/invoices", get(invoices::page))
        .route("/v1/invoices/{id}", get(invoices::show))
        .route("/v1/events", get(listings::events))
        .route("/v1/products", get(listings::products))
        .route("/v1/ledger/query", post(listings::ledger))
        .route("/v1/tags", get(listings::tags))
        .route("/v1/geocode", get(misses::geocode))
        .route("/v1/search", get(misses::search))
        .route("/v1/lookup", get(misses::lookup))
        .route("/v1/avatars/{id}", get(misses::avatar))
        .route("/graphql", post(misses::graphql))
        .route("/v1/charges", post(charges::create))
        .route("/v1/charges/{id}", get(charges::show))
        .route("/v1/shipments", get(shipments::all).post(shipments::create))
        .route("/v1/shipments/{id}", get(shipments::show))
        .route("/v1/limited", get(errors::limited))
        .route("/v1/errors/internal", get(errors::internal))
        .route("/v1/errors/unavailable", get(errors::unavailable))
        .route("/v1/errors/maintenance", get(errors::maintenance))
        .route("/v1/errors/gateway", get(errors::gateway))
        .route("/v1/batch", post(errors::batch))
        .route("/v1/me", get(identity::me))
        .route("/v1/secrets/{id}", get(identity::secret))
        .route("/v1/account", get(identity::account))
        .route("/v1/basic", get(identity::basic))
        .route("/v1/session", get(identity::session))
        .route("/oauth/token", post(identity::issue))
        .route("/v1/reports/summary", get(content::summary))
        .route("/v1/reports/slow", get(stream::slow))
        .route("/v1/stream", get(stream::events))
        .route("/v1/files/{id}", get(content::file))
        .route("/v1/exports/ledger.csv", get(content::ledger))
        .route("/v1/health", get(content::health))
        .route("/v1/terms", get(content::terms))
        .route("/v1/raw/duplicate-keys", get(content::duplicate_keys))
        .route("/v1/raw/invalid-utf8", get(content::invalid_utf8))
        .route("/v1/raw/ndjson", get(content::ndjson))
        .route("/v1/raw/pretty", get(content::pretty))
        .route("/legacy/orders", get(content::html_error))
        .route("/v1/jobs", post(jobs::create))
        .route("/v1/jobs/{id}", get(jobs::show))
        .fallback(errors::nothing_here)
        .method_not_allowed_fallback(errors::wrong_method)
        .layer(map_response_with_state(vendor.clone(), finish))
        .with_state(vendor)
}

/// Puts the state back to what it was at the start.
async fn reset(State(vendor): Shared) -> Response {
    vendor.reset();
    empty(204)
}

/// What a load balancer in front of the vendor adds.
async fn finish(State(vendor): Shared, response: Response) -> Response {
    let response = response.with("date", &http_date(vendor.now())).with("x-request-id", &vendor.request_id());
    if vendor.cast.sorted { response.with("via", "1.1 fake-proxy") } else { response }
}
