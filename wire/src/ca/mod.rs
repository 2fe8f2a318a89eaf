//! A certificate authority of one's own: it lets clients that trust it talk to a listener that stands in for
//! any host. Where its files lie is the caller's business.

mod authority;
mod certificates;
mod der;
mod error;
mod java;
mod trust;

pub use authority::Authority;
pub use certificates::Certificates;
pub use error::CaError;
pub use java::{PASSWORD, key_store};
pub use trust::{Roots, system_roots};
