//! JSON Web Tokens (RFC 7519) in their compact form: read, remembered, minted afresh.

mod fault;
mod keys;
mod mark;
mod matrix;
mod mint;
mod token;

pub use fault::Fault;
pub use keys::{HmacKey, Keys};
pub(crate) use mark::{is_marked, mark};
pub use matrix::{Good, SCOPES, Untried};
pub use mint::{Minted, mint};
pub use token::Jwt;
pub(crate) use token::{BASE64URL, base64url, is_moment, unbase64};
