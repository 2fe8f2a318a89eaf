//! What stopped being true: the other side's answers, or our side's requests.

pub mod client;
pub mod drifted;
pub mod vendor;
