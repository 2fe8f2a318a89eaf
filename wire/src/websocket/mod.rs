//! WebSockets (RFC 6455) with compressed messages (RFC 7692): the handshake's fields, and bytes as messages.

mod deflate;
mod handshake;
mod reader;
mod write;

pub use deflate::{Deflater, Inflater};
pub use handshake::{Extension, accept, extension, is_upgrade, offers};
pub use reader::{FrameError, Message, Reader};
pub use write::{mask, write_message};
