//! Sockets and what crosses them: HTTP/1.1 of our own, on both sides, so that what was said on the wire
//! is seen and sent as it was. `docs/decisions/0001-own-http1.md` says why. HTTP/2 is bridged to it at the edges
//! (`docs/decisions/0007-http2-is-bridged.md`).

pub mod body;
pub mod ca;
pub mod client;
mod h2;
pub mod head;
pub mod keys;
pub mod reserved;
pub mod serve;
pub mod websocket;

pub use cassettes::quote;
pub use client::{Origin, OriginError};
pub use h2::reset_code;
