//! Secrets in any text: kinds as data, found by their look, judged by what they hold, decoded as far as an
//! honest reader would.
//!
//! Bytes go through one pass for all keywords; only where one stands, the pattern of its kind is asked. What
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
mod keywords;
mod kind;
mod leak;
#[cfg(test)]
mod linear_tests;
mod quick;
mod scanner;
mod table;
#[cfg(test)]
mod tests;
mod undo;
#[cfg(test)]
mod work;

pub(crate) use find::live;
pub(crate) use keywords::stands as smell;
pub use kind::Kind;
pub use leak::{Leak, excerpt};
pub use scanner::{Scanner, UnknownKind};
pub use table::kinds;
