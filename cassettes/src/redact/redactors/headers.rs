//! # headers
//!
//! The values of headers that hold keys, tokens, secrets and signatures by name are replaced.
//!
//! ## Why it matters
//!
//! Vendors invent headers for their keys; most follow a convention: the name ends in `-token`, `-secret`,
//! `-api-key`, `-password` or `-signature`.
//!
//! ## Fires
//!
//! ```text
//! GET /v1/me
//! X-Acme-Api-Key: acme_0123456789
//! X-Hub-Signature-256: sha256=0123456789abcdef
//! becomes
//! GET /v1/me
//! X-Acme-Api-Key: hsru_5477445988
//! X-Hub-Signature-256: sha256=0512096886caeebe
//! ```
//!
//! ## Quiet
//!
//! Places in a listing are no credentials, and neither are ids.
//!
//! ```text
//! GET /v1/me
//! X-Next-Page-Token: CAEQAA
//! X-Request-Id: 7f3a
//! Idempotency-Key: 0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60
//! ETag: "abc"
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf},
        mask::Mask,
        names::Sense,
    },
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("headers", include_str!("headers.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| matches!(carrier, Carrier::Header | Carrier::Trailer);
    mask.named(exchange, carriers, &mut |mask, leaf| {
        let elsewhere = matches!(leaf.mark.sense, Sense::Authorization | Sense::Cookies);
        if elsewhere || !leaf.mark.wants(leaf.text, false) {
            return None;
        }
        if leaf.name.to_ascii_lowercase().contains("signature") && leaf.text.contains('=') {
            return signed(mask, leaf);
        }
        mask.hide(leaf, leaf.text, "headers")
    });
}

/// `t=1700000000,v1=abc…`: names and times stay.
fn signed(mask: &mut Mask<'_>, leaf: &Leaf<'_>) -> Option<String> {
    if mask.is_done(leaf) {
        return None;
    }
    let mut out = String::with_capacity(leaf.text.len());
    for piece in leaf.text.split_inclusive([',', ';', ' ']) {
        let end = piece.len() - usize::from(piece.ends_with([',', ';', ' ']));
        let (body, separator) = piece.split_at(end);
        let (name, value) = match body.split_once('=') {
            Some((name, value)) if !value.trim_matches('=').is_empty() => (&body[..=name.len()], value),
            _ => ("", body),
        };
        out.push_str(name);
        let time = value.len() <= 13 && value.bytes().all(|b| b.is_ascii_digit());
        out.push_str(&if time || value.is_empty() { value.to_owned() } else { mask.stand_in(leaf, value) });
        out.push_str(separator);
    }
    mask.note(leaf, "headers");
    Some(out)
}
