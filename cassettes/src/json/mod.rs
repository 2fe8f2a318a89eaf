//! JSON without loss: numbers keep their text, objects their order and duplicate keys, strings may
//! hold lone surrogates. `serde_json` keeps none of these, and refuses some real bodies outright.

mod layout;
mod number;
mod pointer;
mod query;
mod tokens;
mod tree;

pub(crate) use layout::blanks;
pub use layout::{Layout, lay_out, restore};
pub use number::plain_number;
pub use pointer::{Pointer, Step};
pub use query::Query;
pub use tokens::{JsonError, MAX_DEPTH, Token, TokenKind, Tokens};
pub use tree::{Json, unescape};
