//! Replays asked over real sockets, with nothing between the test and the bytes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bytes;
mod failures;
mod http2;
mod journal;
mod misses;
mod queues;
mod support;
mod times;
mod websocket;
