//! Why a request's body could not be read.

use crate::body::BodyError;
use std::io;

/// Why a request's body could not be read. The connection cannot be kept afterwards.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// It is not framed as its head says.
    #[error(transparent)]
    Framing(#[from] BodyError),
    /// It is longer than the one who reads it allows.
    #[error("the request's body is longer than {limit} bytes")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// The client closed the connection before its end.
    #[error("the client closed the connection before its request was whole")]
    Closed,
    /// The client sent nothing for that long.
    #[error("the client sent nothing for {seconds} s before its request was whole")]
    Silent {
        /// In seconds.
        seconds: u64,
    },
    /// What the system said, a reset among others.
    #[error("the client's connection failed: {0}")]
    Io(#[from] io::Error),
}
