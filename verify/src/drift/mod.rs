//! What stopped being true: the other side's answers, or our side's requests.

pub mod client;
pub mod vendor;

pub use crate::drifted;
