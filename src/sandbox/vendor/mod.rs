//! The real side: every facet that truetape knows, each on a route of its own.

mod charges;
mod content;
mod customers;
mod errors;
mod identity;
mod invoices;
mod jobs;
mod listings;
mod misses;
mod routes;
mod shipments;
mod state;
mod stream;

pub(super) use routes::router;
pub(super) use state::Vendor;
