//! Named secrets back in their places, and tokens replaced where they stood.

use super::{
    Policy,
    leaf::{Carrier, Leaf, Side},
    looks,
    names::Judge,
    opened,
    spans::{Edit, splice},
    walk::{Change, Select, walk},
};
use crate::model::{Exchange, Place, Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};

impl Policy {
    /// Puts the value of each named secret back where its placeholder stands, encoded as the place asks
    /// for, and adjusts `Content-Length`. Gives the names of placeholders that it has no value for.
    ///
    /// Basic credentials that hold a placeholder are kept as `Basic user:{{name}}`, not in base64; they
    /// are told by their colon, which base64 does not have, and encoded here.
    pub fn reveal(&self, request: &mut Request) -> Vec<String> {
        let mut missing = Vec::new();
        if !has_placeholder(request) {
            return missing;
        }
        texts(request, &mut |leaf| {
            let text = self.secrets().reveal(leaf.text, &mut missing)?;
            Some(if leaf.carrier == Carrier::Header { basic(&text).unwrap_or(text) } else { text })
        });
        missing
    }
}

/// Replaces every signed token at a place of a request, as [`crate::model::TokenFacts`] name it:
/// `change` is given the token in compact form.
pub fn rewrite(request: &mut Request, place: &Place, change: &mut dyn FnMut(&str) -> Option<String>) {
    texts(request, &mut |leaf: &Leaf<'_>| {
        let spans = if leaf.place() == *place { looks::tokens(leaf.text) } else { Vec::new() };
        let edits: Vec<Edit> = spans
            .into_iter()
            .filter_map(|span| Some(Edit::new(span.clone(), change(&leaf.text[span])?)))
            .collect();
        let text = (!edits.is_empty()).then(|| splice(leaf.text.as_bytes(), &edits))?;
        String::from_utf8(text).ok()
    });
}

fn has_placeholder(request: &Request) -> bool {
    let opens = |text: &[u8]| memchr::memmem::find(text, b"{{").is_some();
    opens(request.target.as_bytes())
        || request.headers.iter().chain(request.trailers.iter()).any(|(_, value)| opens(value))
        || opens(request.body.bytes())
        || request.headers.contains("content-encoding")
}

/// Every text of a request alone.
fn texts(request: &mut Request, change: &mut Change<'_>) {
    let mut exchange = alone(std::mem::take(request));
    let opened = Side::BOTH.map(|side| opened::open(&mut exchange, side));
    let select =
        Select { carriers: |carrier| carrier != Carrier::Route, names: Judge(None), bodies: [true; 2] };
    walk(&mut exchange, &opened, select, change);
    for (side, opened) in Side::BOTH.into_iter().zip(opened) {
        opened.close(&mut exchange, side);
    }
    *request = exchange.request;
}

/// An exchange of which only the request matters.
pub(super) fn alone(request: Request) -> Exchange {
    Exchange::alone(request)
}

/// `Basic user:password` with its credentials encoded (RFC 7617 §2); none where they are encoded already, which
/// is told by the colon that base64 does not have.
pub fn basic(text: &str) -> Option<String> {
    let (scheme, credentials) = text.split_once(' ')?;
    let plain = scheme.eq_ignore_ascii_case("basic") && credentials.contains(':');
    plain.then(|| format!("{scheme} {}", STANDARD.encode(credentials.trim_start())))
}
