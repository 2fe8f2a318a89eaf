//! Teaching a plan: everything in it is checked before anything is sent, then its lessons are taught in order,
//! and those that clean up whatever happened.

mod check;
mod keep;
mod refused;
mod teach;
mod told;
mod unsafe_methods;

#[cfg(test)]
mod pages;
#[cfg(test)]
mod script;
#[cfg(test)]
mod tests;

pub use check::check;
pub use teach::{Wanted, teach};
pub use told::{Outcome, Told};
