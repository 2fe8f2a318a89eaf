//! Cassettes made ready to be replayed: immutable, and shared by every session and listener.

mod entry;
mod exact;
mod families;
mod leads;
mod load;

pub(crate) use entry::{Entry, Keep};
pub(crate) use exact::Exact;
pub(crate) use families::{Asked, Families, Family, Traits};
pub(crate) use leads::{Base, Found, Leads};
pub use load::Tape;
