//! # raw
//!
//! A last look at the bytes themselves: a credential of a known look that stands where no structure was
//! found, in the name of a parameter or across the borders of values, is replaced as it stands.
//!
//! ## Why it matters
//!
//! The bytes are scanned once more before they are written, and an exchange that still holds a
//! credential is not saved at all. What the scan would find must not be lost for it.
//!
//! ## Fires
//!
//! ```text
//! GET /v1/check?glpat-0123456789abcdefghij=1
//! becomes
//! GET /v1/check?awasv-7328399438cveuzbjsgp=1
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /v1/check?glpat-=1
//! ```

use crate::{
    meta::Meta,
    model::{Exchange, Place},
    redact::{
        Redactor,
        leaf::Side,
        looks,
        mask::Mask,
        opened,
        spans::{Edit, splice},
    },
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("raw", include_str!("raw.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let edits = fix(mask, exchange.request.target.as_bytes(), "request target");
    if !edits.is_empty() {
        let target = splice(exchange.request.target.as_bytes(), &edits);
        exchange.request.target = String::from_utf8_lossy(&target).into_owned();
    }
    for side in Side::BOTH {
        let place = format!("{} body", side.as_str());
        let Some((_, body)) = opened::parts(exchange, side) else { continue };
        let edits = fix(mask, body.bytes(), &place);
        mask.splice(exchange, side, &edits);
    }
}

/// Named secrets are named; what is live is replaced by what has the same length.
fn fix(mask: &mut Mask<'_>, bytes: &[u8], place: &str) -> Vec<Edit> {
    let policy = mask.policy;
    let mut edits = Vec::new();
    for (span, with, name) in policy.secrets().find(bytes) {
        mask.note_at(Place(place.to_owned()), &format!("secret {name}"));
        edits.push(Edit::new(span, with));
    }
    for (span, _) in looks::live(bytes) {
        mask.note_at(Place(place.to_owned()), "raw");
        edits.push(Edit::new(span.clone(), stand_in(mask, &bytes[span])));
    }
    edits.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
    edits
}

/// What follows a backslash is part of an escape and stays.
fn stand_in(mask: &Mask<'_>, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut with = mask.policy.pseudonyms().of(&text).into_bytes();
    for at in memchr::memchr_iter(b'\\', bytes) {
        let len = if bytes.get(at + 1) == Some(&b'u') { 6 } else { 2 };
        let end = (at + len).min(bytes.len()).min(with.len());
        if at < end {
            with[at..end].copy_from_slice(&bytes[at..end]);
        }
    }
    with
}
