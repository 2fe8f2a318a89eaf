//! An answer whose body says the same in other bytes: its coding, lengths, pieces and digests are made to fit.

use crate::codec;
use crate::model::{Body, Chunk, Headers, Response, Timing};
use crate::redact::spellings;
use std::borrow::Cow;

/// More than this is not looked through.
pub(crate) const MOST: usize = 16 << 20;

/// A field in which a digest of the body stands, found by trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    /// Its place among the fields.
    field: usize,
    /// Which spelling of the digest it is.
    spelling: usize,
    /// Of the bytes as sent, or of those without their coding.
    sent: bool,
    /// The digest as it was.
    old: String,
}

/// The shortest digest there is, in base64: 128 bits.
const SHORTEST: usize = 24;

/// The body without its codings; none if they cannot be undone, or if it is too large.
pub(crate) fn plain<'b>(headers: &Headers, body: &'b Body) -> Option<Cow<'b, [u8]>> {
    let codings = headers.codings();
    if codings.is_empty() || body.is_empty() {
        return Some(body.bytes().into()).filter(|body: &Cow<'_, [u8]>| body.len() <= MOST);
    }
    codec::decode(body.bytes(), &codings).ok().filter(|plain| plain.len() <= MOST).map(Into::into)
}

/// Every field that holds a digest of the body.
pub(crate) fn sums(headers: &Headers, sent: &[u8], plain: &[u8]) -> Vec<Sum> {
    let long = |value: &[u8]| value.len() >= SHORTEST && std::str::from_utf8(value).is_ok();
    if !headers.iter().any(|(_, value)| long(value)) {
        return Vec::new();
    }
    let bodies = [(true, spellings(sent)), (false, spellings(plain))];
    let mut found = Vec::new();
    for (field, (_, value)) in headers.iter().enumerate().filter(|(_, (_, value))| long(value)) {
        let Ok(text) = std::str::from_utf8(value) else { continue };
        let hit = bodies.iter().find_map(|(sent, all)| {
            let spelling = all.iter().position(|digest| text.contains(digest.as_str()))?;
            Some(Sum { field, spelling, sent: *sent, old: all[spelling].clone() })
        });
        found.extend(hit);
    }
    found
}

/// Puts another body in the place of a reply's, given without codings. Gives the fields that held a digest, as
/// they were and as they are; none if the coding cannot be applied: then nothing changed.
pub(crate) fn replace(
    response: &mut Response,
    timing: &mut Timing,
    plain: Vec<u8>,
    sums: &[Sum],
) -> Option<Vec<(String, String)>> {
    let codings = response.headers.codings();
    let spelt = |body: &[u8]| if sums.is_empty() { Vec::new() } else { spellings(body) };
    let of_plain = spelt(&plain);
    let sent = if codings.is_empty() { plain } else { codec::encode(&plain, &codings).ok()? };
    let of_sent = spelt(&sent);
    let mut told = Vec::new();
    for sum in sums {
        let Some((_, value)) = response.headers.0.get_mut(sum.field) else { continue };
        let fresh = if sum.sent { of_sent.get(sum.spelling) } else { of_plain.get(sum.spelling) };
        let before = String::from_utf8_lossy(value).into_owned();
        if let Some(after) = fresh.map(|fresh| before.replace(&sum.old, fresh)) {
            *value = after.clone().into_bytes();
            told.push((before, after));
        }
    }
    let before = response.body.len();
    response.body = Body::from(sent);
    relay(response, timing, before);
    Some(told)
}

/// Lengths and pieces that fit the body again. What came before a failure lacks as many bytes as it lacked.
fn relay(response: &mut Response, timing: &mut Timing, before: usize) {
    let len = response.body.len();
    if len == before {
        return;
    }
    let declared = response.headers.get("content-length").and_then(|v| v.trim().parse::<usize>().ok());
    if let Some(declared) = declared {
        let fresh = (declared + len).saturating_sub(before);
        response.headers.set("content-length", fresh.to_string());
    }
    let (mut sum, mut given) = (0u64, 0u64);
    for Chunk { len: share, .. } in &mut timing.chunks {
        sum = sum.saturating_add(*share);
        let upto = (u128::from(sum) * len as u128 / (before.max(1) as u128)).min(len as u128) as u64;
        *share = upto.saturating_sub(given);
        given += *share;
    }
}
