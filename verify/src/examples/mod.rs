//! The examples on rules' pages, executed: the cassettes and the mock of [`cassettes::examples`].
//!
//! The mock answers in the order of its lines, whatever is asked. An exchange that is not asked, because
//! the mock gave no cursor for it, has no `~` line.

mod play;

pub use cassettes::examples::{Example, parse};
pub use play::{play, play_identity, ready};
