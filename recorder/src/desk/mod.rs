//! What every lesson has before it: somebody to ask, values that were kept, tokens to be minted, and a way to
//! weigh beliefs.

mod asked;
mod belief;
#[expect(clippy::module_inception, reason = "the file is called after the one thing that it holds")]
mod desk;
mod error;
mod fill;
mod loopback;
mod pause;
mod taught;
mod together;
mod values;

pub use asked::Asked;
pub(crate) use belief::is_status;
pub use belief::{Belief, Weighing};
pub use desk::{Desk, Means, Waiting};
pub use error::LessonError;
pub use fill::filled;
pub(crate) use fill::line;
pub use loopback::{Loopback, LoopbackError};
pub(crate) use pause::{span, wanted_pause};
pub use taught::Taught;
pub use values::Values;
