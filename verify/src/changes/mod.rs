//! The difference of two recordings by meaning: what a vendor changed between then and now, with all that
//! differs in any two recordings (ids, times, cursors, unsteady orders, passing troubles) learned away.

mod answers;
mod between;
mod cut;
mod decimals;
mod dependants;
mod difference;
mod documents;
mod epochs;
mod headers;
mod lens;
mod moments;
mod nothings;
mod pairs;
mod presence;
mod said;
mod sizes;
mod times;
mod together;
mod very_same;
mod words;

#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod tests;

pub(crate) use answers::meaning;
pub use between::between;
pub(crate) use between::paired;
pub use dependants::{Dependant, dependants};
pub use difference::{Change, Counts, Difference, Kind, Pair, Weight};
