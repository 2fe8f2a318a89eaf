//! WebSockets played: what the vendor said is said again once the client has said what came before it.

mod echo;
mod handshake;
mod heard;
mod played;
mod script;

pub(crate) use handshake::{is_upgrade, key_of, key_of_loosened, refusal};
pub(crate) use played::{Scene, play};
pub(crate) use script::Script;
