//! The virtual clock: answers of last year that are as fresh as on their day.

mod declared;
mod running;

pub use declared::{Clock, NoClock};
pub(crate) use running::Running;
