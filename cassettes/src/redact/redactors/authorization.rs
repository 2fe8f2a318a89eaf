//! # authorization
//!
//! Credentials behind a scheme are replaced; the scheme, and the names of its parameters, stay.
//!
//! ## Why it matters
//!
//! `Authorization` is where most secrets travel, and the scheme is what a mock must insist on. Basic
//! credentials stay base64 of `user:password`; a token stays a token.
//!
//! ## Fires
//!
//! ```text
//! GET /v1/me
//! Authorization: Bearer abcDEF123456
//! becomes
//! GET /v1/me
//! Authorization: Bearer cslBUZ017527
//! ```
//!
//! ```text
//! GET /v1/me
//! Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==
//! becomes
//! GET /v1/me
//! Proxy-Authorization: Basic bHRkdDp1YW55b2d2YQ==
//! ```
//!
//! ```text
//! GET /v1/me
//! Authorization: AWS4-HMAC-SHA256 Credential=EXAMPLEKEYID/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef
//! becomes
//! GET /v1/me
//! Authorization: AWS4-HMAC-SHA256 Credential=IBXFCRUGKOHT/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0512096886caeebe
//! ```
//!
//! Headers whose name ends in `-auth` or `-authorization` are read alike.
//!
//! ```text
//! GET /v1/me
//! X-Acme-Auth: Acme acme_version=7, acme_key=hunter2hunter2
//! becomes
//! GET /v1/me
//! X-Acme-Auth: Acme acme_version=7, acme_key=ksqpuh9awpdvc2
//! ```
//!
//! A user's name is hidden where it stands, and not looked for elsewhere.
//!
//! ```text
//! GET /v1/me
//! Authorization: Basic YWRtaW5pc3RyYXRvcjpodW50ZXIyaHVudGVyMg==
//! HTTP/1.1 200 OK
//!
//! {"role":"administrator"}
//! becomes
//! GET /v1/me
//! Authorization: Basic eGlnenBxanlvamJvbDprc3FwdWg5YXdwZHZjMg==
//! HTTP/1.1 200 OK
//!
//! {"role":"administrator"}
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /v1/me
//! WWW-Authenticate: Bearer realm="api", error="invalid_token"
//! ```
//!
//! ```text
//! GET /v1/me
//! Authorization: Bearer
//! ```
//!
//! ```text
//! GET /v1/me
//! X-Acme-Auth: required
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf},
        mask::Mask,
        names::{Sense, is_protocol},
    },
};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("authorization", include_str!("authorization.rs")), redact };

const BY: &str = "authorization";
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Parameters of any scheme that say how, and not who.
const OPEN: &[&str] = &[
    "realm",
    "uri",
    "qop",
    "nc",
    "algorithm",
    "headers",
    "signedheaders",
    "oauth_signature_method",
    "oauth_version",
    "oauth_timestamp",
    "oauth_callback",
    "ts",
    "created",
    "expires",
    "version",
    "v",
    "charset",
    "userhash",
    "stale",
    "scope",
    "device",
    "created_at",
    "type",
];

/// Parameters that say who, and are no secrets.
const WHO: &[&str] = &["username", "username*", "user", "client", "client_id"];

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| matches!(carrier, Carrier::Header | Carrier::Trailer);
    mask.named(exchange, carriers, &mut |mask, leaf| {
        (leaf.mark.sense == Sense::Authorization).then(|| credentials(mask, leaf, BY)).flatten()
    });
}

/// The text with its credentials replaced; also for documents that repeat a header.
pub(super) fn credentials(mask: &mut Mask<'_>, leaf: &Leaf<'_>, by: &'static str) -> Option<String> {
    if mask.is_done(leaf) || leaf.text.trim().is_empty() || says_whether(leaf.text) {
        return None;
    }
    let scheme_end = leaf.text.find(' ').filter(|end| leaf.text[..*end].bytes().all(is_scheme));
    let from = match scheme_end {
        Some(end) => leaf.text.len() - leaf.text[end..].trim_start().len(),
        None if is_bare_scheme(leaf.text) => return None,
        None => 0,
    };
    let (scheme, rest) = leaf.text.split_at(from);
    if rest.is_empty() {
        return None;
    }
    let with = if scheme.trim_end().eq_ignore_ascii_case("basic") {
        basic(mask, leaf, rest)
    } else if has_parameters(rest) {
        parameters(mask, leaf, rest)
    } else {
        mask.stand_in(leaf, rest)
    };
    if with == rest {
        return None;
    }
    mask.note(leaf, by);
    Some(format!("{scheme}{with}"))
}

/// A header that says whether credentials are wanted.
fn says_whether(text: &str) -> bool {
    let text = text.trim();
    ["true", "false", "yes", "no", "0", "1", "null"].contains(&text) || is_protocol(text)
}

fn is_scheme(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

/// A scheme that forgot its credentials is worth recording as it is.
fn is_bare_scheme(text: &str) -> bool {
    ["basic", "bearer", "digest", "negotiate", "token"]
        .iter()
        .any(|scheme| text.trim().eq_ignore_ascii_case(scheme))
}

/// `name=value`, and not the padding of base64.
fn has_parameters(rest: &str) -> bool {
    let name = rest.bytes().take_while(|b| is_scheme(*b)).count();
    let after = &rest.as_bytes()[name..];
    name > 0 && after.first() == Some(&b'=') && after.get(1).is_some_and(|b| *b != b'=')
}

/// `user:password` in base64, both replaced. With a named secret in it the text is kept readable:
/// [`crate::redact::Policy::reveal`] knows it by its colon.
fn basic(mask: &mut Mask<'_>, leaf: &Leaf<'_>, rest: &str) -> String {
    let url_safe = rest.contains(['-', '_']);
    let letters = if url_safe { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let decoded = GeneralPurpose::new(letters, LENIENT).decode(rest.trim_end());
    let Some(plain) = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return mask.stand_in(leaf, rest);
    };
    if plain.contains(':')
        && let Some((named, names)) = mask.policy.secrets().name(&plain)
    {
        for name in names {
            mask.note(leaf, &format!("secret {name}"));
        }
        let parts: Vec<String> = named.split(':').map(|part| mask.stand_in(leaf, part)).collect();
        return parts.join(":");
    }
    let with = match plain.split_once(':') {
        Some((user, password)) => {
            let password = mask.stand_in(leaf, password);
            format!("{}:{password}", mask.stand_in_of("username", leaf, user))
        }
        None => mask.stand_in(leaf, &plain),
    };
    let config = LENIENT.with_encode_padding(rest.trim_end().ends_with('=') || plain.len().is_multiple_of(3));
    GeneralPurpose::new(letters, config).encode(with)
}

/// `name=value` or `name="value"`, parted by commas.
fn parameters(mask: &mut Mask<'_>, leaf: &Leaf<'_>, rest: &str) -> String {
    let mut out = String::with_capacity(rest.len());
    for piece in split(rest) {
        let Some((name, value)) = piece.split_once('=') else {
            out.push_str(piece);
            continue;
        };
        out.push_str(name);
        out.push('=');
        let body = value.trim_end_matches([',', ' ', '\t']);
        let inner = body.trim_matches('"');
        let lower = name.trim().to_ascii_lowercase();
        let parameter = lower.rsplit_once('_').map_or(lower.as_str(), |(_, last)| last);
        if OPEN.contains(&lower.as_str()) || matches!(parameter, "version" | "timestamp") || inner.is_empty()
        {
            out.push_str(value);
            continue;
        }
        let with = match WHO.contains(&lower.as_str()) {
            true => mask.stand_in_of("username", leaf, inner),
            false => mask.stand_in(leaf, inner),
        };
        out.push_str(&value.replacen(inner, &with, 1));
    }
    out
}

/// At commas outside quotes, each piece with its comma.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split_inclusive(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}
