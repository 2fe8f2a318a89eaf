//! Upstreams that speak HTTP/2 (RFC 9113): one connection for each connection of a client, shared by its
//! streams, each of which is a bridge on which a conversation speaks text.

mod answer;
mod ask;
mod broken;
mod lines;
mod stream;

pub(super) use broken::Broken;
pub(super) use lines::{Found, Line, Lines};
pub(super) use stream::Bridge;
