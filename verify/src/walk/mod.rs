//! Listings as they are walked, page after page.

mod listing;
mod totals;

pub(crate) use listing::items_in;
pub use listing::{Lesson, Listing, Listings, Page, Stop, Walk, evidence_at};
