//! The recorder between a raw client and a raw upstream: what is recorded is what was said, and what the client
//! gets is what it would have got.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod failures;
mod forward;
mod framing;
mod http2;
mod led_back;
mod live;
mod modes;
mod secure;
mod streaming;
mod support;
mod uploads;
mod websocket;
