//! Which recorded requests an incoming one equals, and, where none does, which come nearest and why
//! they are not it.

mod aspects;

mod alike;
mod aspect;
mod credential;
pub mod declared;
mod difference;
mod index;
mod key;
mod miss;
mod sketch;
mod view;

pub use alike::{Alike, Told};
pub use aspect::{Aspect, Emit};
pub use aspects::ASPECTS;
pub use credential::{affinity, credential};
pub use declared::Declared;
pub use difference::{Difference, differences};
pub use index::Index;
pub use key::key;
pub use miss::{MAX_NEAR, Miss, Near};
pub use view::{Content, Pair, Part, View};
