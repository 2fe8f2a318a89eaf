//! What truetape knows about an exchange, free of any file format.

mod body;
mod cassette;
mod connection;
mod exchange;
mod frame;
mod headers;
mod request;
mod response;
mod time;
mod token;

pub use body::{Blob, Body, Digest};
pub use cassette::{Cassette, Header, RedactRules};
pub use connection::{Connection, HttpVersion, Side, Tls};
pub use exchange::{Answer, Exchange, ExchangeId, FailureKind, TransportFailure};
pub use frame::{Frame, FrameKind};
pub use headers::{Headers, is_name as is_header_name};
pub use request::Request;
pub use request::encode;
pub(crate) use request::pairs;
pub use response::{Framing, Interim, Response};
pub use time::{Chunk, Micros, Timestamp, Timing};
pub use token::{Place, Redaction, SignatureVerdict, TokenFacts};
