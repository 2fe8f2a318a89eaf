//! What a peer may make us hold. Every bound is set, none is left to the library's mind: with these a
//! connection holds 16 MiB of unread bodies at most, and answers floods by its end.

use crate::head::MAX_HEAD;
use std::time::Duration;

/// How many requests a client may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS).
pub(crate) const STREAMS: u32 = 200;

/// How many calls one connection may keep busy, those included whose client has lost interest: a client that
/// opens and resets streams in turn is not heard any further.
pub(crate) const BUSY: usize = 2 * STREAMS as usize;

/// What is taken of one request's body before its handler reads it, in bytes.
pub(crate) const REQUEST_WINDOW: u32 = 65_535;

/// What is taken of one answer's body before it is read, in bytes: vendors are far away.
pub(crate) const ANSWER_WINDOW: u32 = 1024 * 1024;

/// The same for all streams of a connection together. No stream can starve the others of it on the side that
/// serves: it is more than they may all hold.
pub(crate) const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// What a stream's frames may hold before the peer takes them, in bytes.
pub(crate) const SEND_BUFFER: usize = 64 * 1024;

/// The longest list of fields of a request, as RFC 9113 §6.5.2 counts it; with it goes how many CONTINUATION
/// frames a list may have.
pub(crate) const FIELDS: u32 = MAX_HEAD as u32;

/// The same of an answer: more than is read of one, so that it is told which are too long.
pub(crate) const ANSWER_FIELDS: u32 = 4 * FIELDS;

/// Streams that were reset by us and are still remembered, and for how long.
pub(crate) const RESET_STREAMS: (usize, Duration) = (50, Duration::from_secs(1));

/// Streams that the peer reset before they were looked at; one more ends the connection.
pub(crate) const RESETS_UNSEEN: usize = 20;

/// Streams that we had to reset for the peer's faults; one more ends the connection.
pub(crate) const FAULTS: usize = 256;
