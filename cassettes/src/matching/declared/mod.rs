//! Looser matching: what people declare to make no difference between an asked request and a recorded one.

mod advice;
mod calls;
mod declaration;
mod kind;
mod loosen;
mod names;
mod pattern;
mod places;
mod rules;
mod scope;
mod several;
mod texts;
mod trace;
mod tree;

pub use advice::advice;
pub use declaration::{Declaration, Declared, Headers, MOST_RULES};
pub use kind::Kind;
pub use loosen::Loosened;
pub use names::Name;
pub use pattern::Pattern;
pub use places::{JsonPath, Places, Segment};
pub use rules::{Area, GraphQl, InParts, Rpc};
pub use scope::Scope;
pub use several::Several;

#[cfg(test)]
mod tests;
