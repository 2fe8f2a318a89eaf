//! Secrets in any text: kinds as data, found by their look, judged by what they hold, decoded as far as an
//! honest reader would.
//!
//! Bytes go through one pass over all keywords; only where one stands, the pattern of its kind is asked. What
//! is found is judged before it is a leak: examples out of documentation, fillers and digests are none. An
//! exchange is scanned where its places are known: [`Scanner::exchange`] stands in `redact`.

mod assigned;
#[cfg(test)]
mod attack_tests;
mod check;
mod dig;
mod encoded;
mod find;
mod harmless;
mod kind;
mod leak;
mod scanner;
mod table;
#[cfg(test)]
mod tests;
mod undo;

pub(crate) use find::{live, prepare, smell};
pub use kind::Kind;
pub use leak::{Leak, excerpt};
pub use scanner::{Scanner, UnknownKind};
pub use table::kinds;
