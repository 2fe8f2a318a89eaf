//! Plans of lessons derived from a recorded happy path: what the evidence lacks, as requests that the real
//! side can be asked again, with its own ids, fresh names and somebody's credentials.

mod cleaning;
#[expect(clippy::module_inception, reason = "the file is called after the one thing that it holds")]
mod derive;
mod doorway;
mod effect;
mod fields;
mod fresh;
mod given;
mod guard;
mod law;
mod led;
mod leftovers;
mod minted;
mod named;
mod setup;
mod told;
mod unaskable;
mod versions;
mod writing;

pub use derive::{derive, unaskable};
pub use unaskable::Unaskable;

#[cfg(test)]
mod tests;
