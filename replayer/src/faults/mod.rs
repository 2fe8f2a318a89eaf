//! Declared faults: what a suite wants its client to meet, though no cassette shows it.

mod amount;
mod declared;
mod parts;
mod pattern;
mod show;
mod strike;

pub use amount::{Amount, NoAmount, Rate};
pub use declared::{Fault, Instead, RetryAfter, What, When};
pub use parts::NoFault;
pub(crate) use show::Stage;
pub use strike::Struck;
pub(crate) use strike::{Faults, Strike};
