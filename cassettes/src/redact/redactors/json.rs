//! # json
//!
//! Members of JSON documents that hold secrets by name are replaced, at any depth; nothing else of the
//! body changes.
//!
//! ## Why it matters
//!
//! Secrets hide in nested members, in documents within strings, in event streams and in bodies whose
//! media type says something else. A body that is written anew loses what mattered in it: `10.10`, the
//! order of members, duplicates.
//!
//! ## Fires
//!
//! ```text
//! POST /v1/users
//! Content-Type: text/plain; charset=latin1
//!
//! {"user":{"password" : "hunter22","pin":1234},"price":10.10}
//! becomes
//! POST /v1/users
//! Content-Type: text/plain; charset=latin1
//!
//! {"user":{"password" : "rnlalx46","pin":9219},"price":10.10}
//! ```
//!
//! ```text
//! POST /v1/settings
//!
//! {"env":[{"name":"DB_PASSWORD","value":"swordfish"}],"credentials":{"a":["hunter2hunter2"]}}
//! becomes
//! POST /v1/settings
//!
//! {"env":[{"name":"DB_PASSWORD","value":"renrfuswc"}],"credentials":{"a":["ksqpuh9awpdvc2"]}}
//! ```
//!
//! ```text
//! PUT /v1/machines/7
//!
//! {"properties":{"osProfile":{"adminPassword":"Pa$$w0rd1234!"}}}
//! becomes
//! PUT /v1/machines/7
//!
//! {"properties":{"osProfile":{"adminPassword":"Pr$$z2sd6654!"}}}
//! ```
//!
//! ```text
//! POST /oauth/token
//!
//! {"grant_type":"authorization_code","code":"Spl","code_verifier":"swordfish"}
//! becomes
//! POST /oauth/token
//!
//! {"grant_type":"authorization_code","code":"Dtd","code_verifier":"renrfuswc"}
//! ```
//!
//! ## Quiet
//!
//! Places in a listing, counts, flags, and what is said about a field.
//!
//! ```text
//! POST /v1/users
//!
//! {"nextPageToken":"CAEQAA","usage":{"total_tokens":12},"token_type":"bearer","password":true,"secret":null}
//! ```
//!
//! ```text
//! POST /v1/users
//! HTTP/1.1 200 OK
//!
//! {"errors":{"password":["is too short"]},"labels":{"password":"Your password"},"token":"ethereum","tokens":["running"]}
//! ```
//!
//! ```text
//! POST /v1/users
//! HTTP/1.1 400 Bad Request
//!
//! {"username":["This field may not be blank."],"password":["This field may not be blank."],"token":"invalid"}
//! ```
//!
//! ```text
//! GET /v1/secrets
//! HTTP/1.1 200 OK
//!
//! {"secrets":[{"name":"DEPLOY_KEY","created_at":"2026-01-01T00:00:00Z"}],"password":{"complexity":{"minLength":8}}}
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf, Scalar},
        mask::Mask,
        names::Sense,
    },
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("json", include_str!("json.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| carrier == Carrier::Json;
    mask.named(exchange, carriers, &mut |mask, leaf| member(mask, leaf, "json"));
}

/// The value of a member, or of an element.
pub(super) fn member(mask: &mut Mask<'_>, leaf: &Leaf<'_>, by: &'static str) -> Option<String> {
    if leaf.scalar == Scalar::Key || !mask.wants(leaf) {
        return None;
    }
    match leaf.mark.sense {
        Sense::Authorization => super::authorization::credentials(mask, leaf, by),
        Sense::Cookies => super::cookies::values(mask, leaf, leaf.at?.name()?, by),
        // `Bearer …` under another name.
        _ => match leaf.text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
            Some((scheme, token)) => mask.hide(leaf, token, by).map(|token| format!("{scheme} {token}")),
            None => mask.hide(leaf, leaf.text, by),
        },
    }
}
