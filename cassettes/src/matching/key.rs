//! What makes two requests the same one.

use super::{View, aspects};
use crate::{
    model::{Digest, Request},
    redact::Names,
};

/// Longer values, and longer keys, stand in the key as their SHA-256.
const LONG_VALUE: usize = 256;
const LONG_KEY: usize = 2048;

/// Method, path, query in any order and canonical body, secrets masked. Equal keys mean equal requests;
/// headers have no part in it.
pub fn key(request: &Request, names: &Names) -> Vec<u8> {
    of_view(&View::of(request), names)
}

pub(super) fn of_view(view: &View<'_>, names: &Names) -> Vec<u8> {
    let mut key = Vec::with_capacity(160);
    for (aspect, tag) in aspects::ASPECTS.iter().zip(0u8..) {
        (aspect.parts)(view, names, &mut |name, value| {
            key.push(tag);
            write(name.as_bytes(), &mut key);
            write(value, &mut key);
        });
    }
    if key.len() > LONG_KEY {
        let digest = Digest::of(&key);
        key.truncate(LONG_VALUE);
        key.extend_from_slice(&digest.0);
    }
    key
}

/// Length first, so that no two lists of parts are spelled alike.
fn write(bytes: &[u8], key: &mut Vec<u8>) {
    key.extend_from_slice(&(bytes.len() as u64).to_le_bytes()[..5]);
    if bytes.len() > LONG_VALUE {
        key.extend_from_slice(&Digest::of(bytes).0);
    } else {
        key.extend_from_slice(bytes);
    }
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
