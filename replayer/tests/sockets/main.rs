//! Replays asked over real sockets, with nothing between the test and the bytes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod admin;
mod bytes;
mod clock;
mod failures;
mod faults;
mod http2;
mod journal;
mod lasting;
mod misses;
mod openapi;
mod queues;
mod sessions;
mod shuffle;
mod support;
mod times;
mod variables;
mod websocket;
