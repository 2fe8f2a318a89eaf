//! What audits look at: what clients did during a replay, beside what was recorded.

mod call;
mod chains;
mod clients;
#[expect(clippy::module_inception, reason = "the folder is named after what it holds")]
mod conduct;
pub mod examples;
mod hint;
mod life;
mod quote;
mod recorded;
mod repeats;

pub use call::Call;
pub use chains::{Followed, Walked};
pub use clients::{Client, clients};
pub use conduct::Conduct;
pub use hint::{Hint, hint};
pub use life::Life;
pub use quote::{quote, seconds};
pub use recorded::Recorded;
pub use repeats::{Again, Repeats};
