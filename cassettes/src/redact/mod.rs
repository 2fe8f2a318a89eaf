//! Nothing secret reaches the disk: an exchange becomes [`Clean`] here or is not saved.
//!
//! Redaction is structural. It walks a message's places (headers, cookies, the query, the members of a
//! document, also inside content codings), replaces the value that stands at a place, and leaves every
//! other byte as it was. Values are never replaced by searching for short text.

mod bodies;
mod digests;
mod frames;
mod known;
mod lawful;
mod leaf;
mod looks;
mod mask;
mod named;
mod names;
mod opened;
mod policy;
mod pseudonym;
mod quote;
mod redactor;
mod redactors;
mod reveal;
mod scan;
mod script;
mod shapes;
mod spans;
mod survey;
#[cfg(test)]
mod tests;
mod token;
mod veil;
mod walk;

pub(crate) use digests::spellings;
pub use named::Secret;
pub use names::{Names, RuleError};
pub use policy::{Clean, Policy};
pub use pseudonym::PseudonymKey;
pub use redactor::Redactor;
pub use redactors::ALL as REDACTORS;
pub use reveal::{basic, rewrite};
pub use scan::Leak;
pub use veil::Veil;
