//! Listings that come in pages, recognised by use: a value of one answer stands in the next request.

mod advance;
mod chain;
mod edge;
mod guess;
mod items;
mod signal;
mod words;

pub use advance::{advance, slot_value};
pub use chain::{Chain, chains};
pub use edge::{Count, Edge, Slot, Source, edge};
pub use guess::guesses;
pub use items::{identities, identity_member, items_at, items_of, limit_of};
pub use signal::{Place, Says, Signal, read, signals, verdict};
