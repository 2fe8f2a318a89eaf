//! What both sides of HTTP/2 share: frames are the `h2` library's, meaning is translated here to and from the
//! text that handlers speak. `docs/decisions/0007-http2-is-bridged.md` says why.

mod code;
mod fields;
pub(crate) mod limits;
mod sending;

pub(crate) use code::named;
pub use code::reset_code;
pub(crate) use fields::{carried, write};
pub(crate) use sending::{Gone, send};

/// How every client of HTTP/2 begins, and no head of HTTP/1.1 (RFC 9113 §3.4): as much of it as tells.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2";

/// What a bridge holds each way, in bytes.
pub(crate) const BRIDGE: usize = 64 * 1024;

/// How the message of a stream's reset begins.
pub(crate) const RESET: &str = "the stream was reset with ";
