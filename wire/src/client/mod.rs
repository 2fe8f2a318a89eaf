//! The side that asks: one upstream, its connections, and what it says as it says it. Nothing is ever asked
//! twice: a request whose first byte was written is never sent again.

mod connect;
mod conversation;
mod failure;
mod forward;
mod h2;
mod origin;
mod pieces;
mod pinned;
mod pool;
mod raw;
mod receiver;
mod stream;
mod tls;
mod upstream;

pub use conversation::{Conversation, Sender};
pub use failure::Failure;
pub use forward::{Ask, is_hop_by_hop};
pub use origin::{Origin, OriginError};
pub use pieces::Pieces;
pub use raw::Raw;
pub use receiver::{Event, Receiver};
/// Whom to believe, see [`client_config`].
pub use rustls::ClientConfig as Config;
pub use tls::{TlsError, client_config};
pub use upstream::{Limits, Upstream};
