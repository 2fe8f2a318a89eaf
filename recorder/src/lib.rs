//! Asks the real side: a proxy that records what it says, and a subject that is asked over the network.

pub mod desk;
pub mod lessons;
mod live;
mod mode;
mod proxy;
mod recording;
mod sink;
mod summary;
pub mod teaching;

pub use live::{Live, LiveError, LiveLimits};
pub use mode::{First, Mode, Plan, Turn};
pub use proxy::{Forward, Hosts, HostsError, Knows, Others, Passing, Proxy, Standing};
pub use recording::Recording;
pub use sink::{Sink, Spill, Unsaved};
pub use summary::{Other, Summary};
