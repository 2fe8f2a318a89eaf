//! # named-secret
//!
//! The value of a named secret becomes `{{name}}`, wherever it stands in whatever encoding.
//!
//! ## Why it matters
//!
//! A project knows its own keys. Under a name they can be put back when a mock, a sandbox or the vendor
//! is asked again, and a reader of the cassette sees which key was used.
//!
//! ## Fires
//!
//! ```text
//! POST /v1/keys/named%2Fsecret%20value?k=named/secret+value
//! Authorization: Bearer named/secret value
//!
//! {"note":"the key is named\/secret value"}
//! becomes
//! POST /v1/keys/{{page-key}}?k={{page-key}}
//! Authorization: Bearer {{page-key}}
//!
//! {"note":"the key is {{page-key}}"}
//! ```
//!
//! ## Quiet
//!
//! A part of the value is not the value.
//!
//! ```text
//! GET /v1/named/secret
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{Redactor, leaf::Carrier, mask::Mask},
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("named-secret", include_str!("named_secret.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let policy = mask.policy;
    if policy.secrets().is_empty() {
        return;
    }
    // What is escaped cannot be looked for as it is.
    let smell = |body: &[u8]| {
        memchr::memchr3(b'\\', b'%', b'&', body).is_some()
            || memchr::memchr(b'+', body).is_some()
            || policy.secrets().find(body).next().is_some()
    };
    mask.texts(exchange, &smell, &mut |mask, leaf| {
        if leaf.carrier == Carrier::Route {
            return None;
        }
        let (text, names) = policy.secrets().name(leaf.text)?;
        if mask.is_done(leaf) {
            return None;
        }
        for name in names {
            mask.note(leaf, &format!("secret {name}"));
        }
        // A placeholder is no number, and a document must stay one.
        Some(if leaf.is_number() { policy.pseudonyms().of(leaf.text) } else { text })
    });
}
