//! # token-shape
//!
//! Credentials that are known by their look are replaced wherever they stand, in prose too.
//!
//! ## Why it matters
//!
//! Issuers give their keys prefixes so that a key in the wrong place can be found. A cassette is a wrong
//! place.
//!
//! ## Fires
//!
//! ```text
//! POST /v1/notes
//!
//! {"text":"use glpat-0123456789abcdefghij for it"}
//! becomes
//! POST /v1/notes
//!
//! {"text":"use awasv-7328399438cveuzbjsgp for it"}
//! ```
//!
//! ## Quiet
//!
//! ```text
//! POST /v1/notes
//!
//! {"text":"tokens begin with glpat- and are long","sha":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::Leaf,
        mask::Mask,
        shapes,
        spans::{Edit, splice},
    },
};
use std::ops::Range;

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("token-shape", include_str!("token_shape.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    mask.texts(
        exchange,
        &|body| shapes::smell(body) || memchr::memchr(b'%', body).is_some(),
        &mut |mask, leaf| {
            let spans = shapes::find(leaf.text.as_bytes()).into_iter().map(|hit| hit.span).collect();
            replace(mask, leaf, spans, "token-shape")
        },
    );
}

/// Replaces spans of a text by their stand-ins.
pub(super) fn replace(
    mask: &mut Mask<'_>,
    leaf: &Leaf<'_>,
    mut spans: Vec<Range<usize>>,
    by: &'static str,
) -> Option<String> {
    spans.retain(|span| leaf.text.get(span.clone()).is_some());
    if spans.is_empty() || mask.is_done(leaf) {
        return None;
    }
    spans.sort_by_key(|span| span.start);
    let edits: Vec<Edit> = spans
        .into_iter()
        .map(|span| Edit::new(span.clone(), mask.stand_in(leaf, &leaf.text[span])))
        .collect();
    let text = String::from_utf8(splice(leaf.text.as_bytes(), &edits)).ok()?;
    if text == leaf.text {
        return None;
    }
    mask.note(leaf, by);
    Some(text)
}
