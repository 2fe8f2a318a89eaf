//! # text
//!
//! Named values in text, be it a whole body, a member of a document, a field or a message: JSON that breaks
//! off, settings in lines, a connection string, a command line, a dictionary as a program prints it.
//!
//! ## Why it matters
//!
//! An answer that breaks off in the middle is worth recording, and what came of it may hold a secret.
//!
//! ## Fires
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! {"id":1,"password":"hunter2
//! becomes
//! GET /
//! HTTP/1.1 200 OK
//!
//! {"id":1,"password":"skhzpl8
//! ```
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! MODE=test
//! DB_PASSWORD=swordfish
//! becomes
//! GET /
//! HTTP/1.1 200 OK
//!
//! MODE=test
//! DB_PASSWORD=renrfuswc
//! ```
//!
//! ```text
//! POST /v1/jobs?vars=%7B%22password%22%3A%22hunter22%22%7D
//!
//! {"run":"curl -H 'Authorization: Bearer abc123' x","db":"Server=a;Password=hunter22;","log":"at 10:30 token=abc123 ok"}
//! becomes
//! POST /v1/jobs?vars=%7B%22password%22%3A%22rnlalx46%22%7D
//!
//! {"run":"curl -H 'Authorization: Bearer niq690' x","db":"Server=a;Password=rnlalx46;","log":"at 10:30 token=niq690 ok"}
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! password: it must be longer
//! ```
//!
//! ```text
//! POST /v1/notes
//!
//! {"a":"The password: choose one","b":"export TOKEN=${TOKEN}","c":"--token <token>","d":"key=a; x: y"}
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf, Scalar},
        mask::Mask,
        names::{Judge, Sense},
        spans::{json::Found, loose, splice},
    },
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("text", include_str!("text.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| carrier == Carrier::Text;
    mask.named(exchange, carriers, &mut |mask, leaf| super::json::member(mask, leaf, "text"));
    let smell = |body: &[u8]| {
        memchr::memchr2(b'=', b'\\', body).is_some()
            || memchr::memmem::find(body, b": ").is_some()
            || memchr::memmem::find(body, b"--").is_some()
    };
    mask.texts(exchange, &smell, &mut |mask, leaf| {
        use Carrier::{Failure, Form, Json, Query, Reason, Xml};
        let speaks = matches!(leaf.carrier, Json | Form | Xml | Query | Failure | Reason);
        (speaks && leaf.scalar == Scalar::Text).then(|| within(mask, leaf)).flatten()
    });
}

/// Named values within a text that is itself the value of something.
fn within(mask: &mut Mask<'_>, leaf: &Leaf<'_>) -> Option<String> {
    let policy = mask.policy;
    let edits = loose::edit(leaf.text, Judge(Some(policy.names())), &mut |found| value(mask, leaf, found));
    let text = (!edits.is_empty()).then(|| splice(leaf.text.as_bytes(), &edits))?;
    String::from_utf8(text).ok()
}

/// The value has the place of the text that it stands in.
fn value(mask: &mut Mask<'_>, leaf: &Leaf<'_>, found: &Found<'_>) -> Option<String> {
    let Leaf { side, carrier, name, at, document, .. } = *leaf;
    let inner =
        Leaf { side, carrier, name, at, document, mark: found.mark, scalar: found.scalar, text: found.text };
    if mask.is_stand_in(found.text) {
        return None;
    }
    match found.mark.sense {
        Sense::Cookies => super::cookies::values(mask, &inner, found.at.name()?, "text"),
        _ => super::json::member(mask, &inner, "text"),
    }
}
