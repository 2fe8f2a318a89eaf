//! Sockets and what crosses them: HTTP/1.1 of our own, on both sides, so that what was said on the wire
//! is seen and sent as it was. `docs/decisions/0001-own-http1.md` says why.

pub mod body;
pub mod client;
pub mod head;
pub mod keys;
pub mod reserved;
pub mod serve;

pub use cassettes::quote;
