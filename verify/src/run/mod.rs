//! What was asked and answered, and what can be known of it as a whole.

pub(crate) mod fates;
mod known;
pub(crate) mod routes;
pub mod shape;

pub use known::{Extra, Run, Together};
