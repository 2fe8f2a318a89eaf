//! # jwt
//!
//! Signed tokens lose their signature and the people in them, wherever they stand; header and claims stay
//! readable.
//!
//! ## Why it matters
//!
//! What a vendor does with an expired or a misdirected token can only be learned if the token's claims
//! survive. Without its signature it opens no door.
//!
//! ## Fires
//!
//! ```text
//! GET /v1/me?hint=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl
//! becomes
//! GET /v1/me?hint=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1MSJ9.tvHaTSJa-rtV
//! ```
//!
//! ## Quiet
//!
//! A base64 cursor is no token.
//!
//! ```text
//! GET /v1/me?cursor=eyJsYXN0IjoiYSJ9
//! ```

use super::token_shape::replace;
use crate::{
    meta::Meta,
    model::Exchange,
    redact::{Redactor, looks, mask::Mask},
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("jwt", include_str!("jwt.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    mask.texts(
        exchange,
        &|body| looks::smell(body) || memchr::memchr(b'%', body).is_some(),
        &mut |mask, leaf| {
            let mut spans = looks::tokens(leaf.text);
            // What the redactors before have made of a token is one still.
            spans.retain(|span| !mask.is_stand_in(&leaf.text[span.clone()]));
            spans.extend(looks::sealed(leaf.text));
            replace(mask, leaf, spans, "jwt")
        },
    );
}
