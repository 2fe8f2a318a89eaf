//! Walking texts by span, so that a change touches nothing but the value changed.

mod beside;
pub(super) mod json;
pub(super) mod loose;
pub(super) mod multipart;
pub(super) mod pairs;
mod splice;
mod word;
pub(super) mod xml;

pub(super) use splice::{Edit, splice};
