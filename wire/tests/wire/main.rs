//! The server against raw clients: what handlers see, and what leaves the socket.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod bodies;
mod connections;
mod http2;
mod http2_floods;
mod noise;
mod support;
mod tls;
