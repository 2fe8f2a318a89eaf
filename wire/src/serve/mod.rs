//! The side that is asked: an HTTP/1.1 server that shows its handler what was sent and sends what it is told.

mod call;
mod connection;
mod error;
mod h2;
mod link;
mod listener;
mod stream;
mod tls;
mod upgraded;

pub use call::Call;
pub use error::WireError;
pub use link::ConnectionFacts;
pub use listener::{Flow, Handler, Listener};
pub use tls::TlsRefusal;
pub use upgraded::Upgraded;
