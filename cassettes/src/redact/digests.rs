//! Digests of bodies that were changed: left as they were, they would not fit any more, and a short secret
//! could be found out by trying.

use super::{
    Policy,
    leaf::Side,
    opened::{self, Changed},
};
use crate::model::{Exchange, Place, Redaction};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256, Sha512};

/// Makes the digests in the headers of a changed body fit what is kept: anew where the algorithm is known,
/// a stand-in where it is not.
pub(super) fn refit(exchange: &mut Exchange, side: Side, changed: &Changed, policy: &Policy) {
    let Some((headers, _)) = opened::parts(exchange, side) else { return };
    // Of the bytes as sent, of those without their coding: whichever the header was about.
    let fresh: Vec<(String, String)> = changed
        .0
        .iter()
        .flat_map(|(before, after)| spellings(before.bytes()).into_iter().zip(spellings(after.bytes())))
        .collect();
    let mut redactions = Vec::new();
    for (name, value) in &mut headers.0 {
        let Ok(text) = std::str::from_utf8(value) else { continue };
        let with = fresh
            .iter()
            .find(|(before, _)| text.contains(before.as_str()))
            .map(|(before, after)| text.replace(before.as_str(), after));
        let kept = unknown(name, with.as_deref().unwrap_or(text), policy).or(with);
        if let Some(kept) = kept.filter(|kept| kept != text) {
            *value = kept.into_bytes();
            let place = Place::of(side.as_str(), "header", &name.to_ascii_lowercase());
            redactions.push(Redaction { place, by: "digest".to_owned() });
        }
    }
    exchange.redactions.extend(redactions);
}

/// A digest as headers write it: in base64 or in hexadecimal.
pub(crate) fn spellings(body: &[u8]) -> Vec<String> {
    let (short, long) = (Sha256::digest(body), Sha512::digest(body));
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let upper = hex(&short).to_ascii_uppercase();
    vec![hex(&short), upper, STANDARD.encode(short), hex(&long), STANDARD.encode(long)]
}

/// The digests of other algorithms in the headers made for digests (RFC 1864, RFC 3230, RFC 9530).
fn unknown(name: &str, text: &str, policy: &Policy) -> Option<String> {
    let stand_in = |value: &str| policy.pseudonyms().of(value);
    match name.to_ascii_lowercase().as_str() {
        "content-md5" => Some(stand_in(text)),
        "digest" | "content-digest" | "repr-digest" => {
            let entries = text.split(',').map(|entry| match entry.split_once('=') {
                Some((algorithm, value)) if !is_known(algorithm) => {
                    format!("{algorithm}={}", stand_in(value))
                }
                _ => entry.to_owned(),
            });
            Some(entries.collect::<Vec<_>>().join(","))
        }
        _ => None,
    }
}

fn is_known(algorithm: &str) -> bool {
    ["sha-256", "sha-512"].iter().any(|known| algorithm.trim().eq_ignore_ascii_case(known))
}
