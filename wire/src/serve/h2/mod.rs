//! Clients that speak HTTP/2 (RFC 9113): each stream becomes a bridge on which a connection of its own carries
//! one call.

mod answer;
mod ask;
mod connection;
mod stream;
mod turns;

pub(super) use connection::serve;
