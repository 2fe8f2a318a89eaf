//! JSON Web Tokens (RFC 7519) in their compact form: read, remembered, minted afresh.

mod keys;
mod mint;
mod token;

pub use keys::{HmacKey, Keys};
pub use mint::{Minted, mint};
pub use token::Jwt;
pub(crate) use token::{base64url, unbase64};
