//! The side that is asked: an HTTP/1.1 server that shows its handler what was sent and sends what it is told.

mod call;
mod connection;
mod error;
mod link;
mod listener;

pub use call::Call;
pub use error::WireError;
pub use link::ConnectionFacts;
pub use listener::{Flow, Handler, Listener};
