//! Asks the real side: a proxy that records what it says, and a subject that is asked over the network.

mod live;
mod mode;
mod proxy;
mod recording;
mod sink;
mod summary;

pub use live::{Live, LiveError, LiveLimits};
pub use mode::{First, Mode, Plan};
pub use proxy::{Proxy, Standing};
pub use recording::Recording;
pub use sink::{Sink, Unsaved};
pub use summary::{Line, Summary};
