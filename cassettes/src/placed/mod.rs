//! Documents whose every value knows the line it stands on: JSON as it is, YAML by its events.

mod json;
mod tree;
mod yaml;

pub use tree::{Member, Placed, Unreadable, Value};
