//! # headers
//!
//! The values of headers that hold keys, tokens, secrets and signatures by name are replaced.
//!
//! ## Why it matters
//!
//! Vendors invent headers for their keys; most follow a convention: the name ends in `-token`, `-secret`,
//! `-api-key`, `-password`, `-signature` or `-session-id`. Where it ends in `-key` only, the value decides.
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
//! ```text
//! GET /v1/me
//! X-Acme-Ingest-Key: 9f86d081884c7d659a2feaa0c55ad015
//! X-Acme-Context: {"user":"ada","password":"hunter2hunter2"}
//! Sec-WebSocket-Protocol: bearer, 9f86d081884c7d659a2feaa0c55ad015
//! becomes
//! GET /v1/me
//! X-Acme-Ingest-Key: 3c34c693827b3a711d5aebd5e84eb294
//! X-Acme-Context: {"user":"ada","password":"ksqpuh9awpdvc2"}
//! Sec-WebSocket-Protocol: bearer, 3c34c693827b3a711d5aebd5e84eb294
//! ```
//!
//! ## Quiet
//!
//! Places in a listing are no credentials, and neither are ids and words of the protocol.
//!
//! ```text
//! GET /v1/me
//! X-Next-Page-Token: CAEQAA
//! X-Request-Id: 7f3a
//! Idempotency-Key: 0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60
//! ETag: "abc"
//! X-CSRF-Token: Fetch
//! X-Atlassian-Token: no-check
//! Surrogate-Key: 9f86d081884c7d659a2feaa0c55ad015
//! Access-Control-Allow-Credentials: true
//! Sec-WebSocket-Protocol: graphql-ws
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf, Scalar},
        mask::Mask,
        names::{self, Judge, Sense},
        spans::{json, splice},
    },
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("headers", include_str!("headers.rs")), redact };

const BY: &str = "headers";

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| matches!(carrier, Carrier::Header | Carrier::Trailer);
    mask.named(exchange, carriers, &mut |mask, leaf| {
        if leaf.text.trim_start().starts_with(['{', '[']) && leaf.mark.sense != Sense::All {
            match document(mask, leaf) {
                Document::Changed(text) => return Some(text),
                Document::Left => return None,
                Document::None => {}
            }
        }
        let elsewhere = matches!(leaf.mark.sense, Sense::Authorization | Sense::Cookies);
        if elsewhere || (leaf.mark.sense != Sense::All && names::is_protocol(leaf.text)) {
            return None;
        }
        if leaf.mark.sense == Sense::Random && leaf.text.contains(',') {
            return listed(mask, leaf);
        }
        if !mask.wants(leaf) {
            return None;
        }
        let name = leaf.name.to_ascii_lowercase();
        if name.contains("sign") && leaf.text.contains('=') {
            return signed(mask, leaf);
        }
        mask.hide(leaf, leaf.text, BY)
    });
}

/// What a value was that begins as a document does.
enum Document {
    Changed(String),
    Left,
    None,
}

/// A document in a header: its members are judged by their names.
fn document(mask: &mut Mask<'_>, leaf: &Leaf<'_>) -> Document {
    let policy = mask.policy;
    let start = json::Start { mark: leaf.mark.inside(), ..json::Start::default() };
    let done = mask.is_done(leaf);
    let walked = json::edit(leaf.text.as_bytes(), start, Judge(Some(policy.names())), &mut |found| {
        let inner = Leaf { mark: found.mark, scalar: found.scalar, text: found.text, at: None, ..*leaf };
        if done || found.scalar == Scalar::Key || !mask.wants(&inner) {
            return None;
        }
        let name = found.at.name().unwrap_or(leaf.name);
        Some(mask.stand_in_of(name, &inner, found.text))
    });
    if !walked.whole || !leaf.text[walked.end..].trim().is_empty() {
        return Document::None;
    }
    match String::from_utf8(splice(leaf.text.as_bytes(), &walked.edits)) {
        Ok(text) if text != leaf.text => {
            mask.note(leaf, BY);
            Document::Changed(text)
        }
        _ => Document::Left,
    }
}

/// Several values parted by commas, each judged by itself; what follows `bearer` is a credential.
fn listed(mask: &mut Mask<'_>, leaf: &Leaf<'_>) -> Option<String> {
    if mask.is_done(leaf) {
        return None;
    }
    let mut bearer = false;
    let pieces = leaf.text.split(',').map(|piece| {
        let inner = piece.trim();
        let secret = (bearer && !inner.is_empty()) || leaf.mark.wants(inner, false);
        bearer = inner.eq_ignore_ascii_case("bearer");
        if secret { piece.replacen(inner, &mask.stand_in(leaf, inner), 1) } else { piece.to_owned() }
    });
    let text = pieces.collect::<Vec<_>>().join(",");
    if text == leaf.text {
        return None;
    }
    mask.note(leaf, BY);
    Some(text)
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
    mask.note(leaf, BY);
    Some(out)
}
