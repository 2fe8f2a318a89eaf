//! Heads of messages: reading them strictly, asking how their bodies end, writing them exactly.

mod bridged;
mod error;
mod plan;
mod reply;
mod request;
mod write;

pub(crate) use bridged::bridged_status_line;
pub use error::HeadError;
pub(crate) use plan::has_token as plan_has_token;
pub use plan::{Length, Plan};
pub use reply::ReplyHead;
pub use request::Head;
pub use write::{
    head_bytes, interim_bytes, status_line, version_text, write_chunk, write_fields, write_last_chunk,
    write_length,
};

/// The longest head that is read, in bytes; trailers have the same bound.
pub const MAX_HEAD: usize = 64 * 1024;

/// How many fields a head may have; trailers have the same bound.
pub const MAX_FIELDS: usize = 256;
