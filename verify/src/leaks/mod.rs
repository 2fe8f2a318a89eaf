//! What one session did and another one sees: told by relations in the recorded order, and by asking two
//! sessions side by side.

mod asked;
mod content;
mod leak;
mod made;
mod sequence;
mod together;

pub(crate) use sequence::sequence;
pub(crate) use together::together;

#[cfg(test)]
mod tests;
