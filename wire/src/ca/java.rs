//! A key store that a Java runtime trusts. It is the old form, JKS, which every Java reads and which nothing
//! but digests protects: it holds no secret.

use super::{Authority, Roots};
use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

/// The password that Java asks for; it protects nothing.
pub const PASSWORD: &str = "changeit";

/// The digest of a store begins with the password and these words.
const WORDS: &[u8] = b"Mighty Aphrodite";

/// A key store with the authority's certificate and those that the system trusts.
pub fn key_store(authority: &Authority, roots: &Roots) -> Vec<u8> {
    let mut store = Vec::new();
    store.extend(0xfeed_feed_u32.to_be_bytes());
    store.extend(2_u32.to_be_bytes());
    store.extend((roots.0.len() as u32 + 1).to_be_bytes());
    let named = |number: usize| if number == 0 { "truetape".to_owned() } else { format!("system-{number}") };
    // The same store for the same certificates: the moment is no moment of writing.
    let moment = (authority.expires().0 / 1000).to_be_bytes();
    for (number, certificate) in std::iter::once(authority.certificate()).chain(&roots.0).enumerate() {
        store.extend(2_u32.to_be_bytes());
        text(&mut store, &named(number));
        store.extend(moment);
        text(&mut store, "X.509");
        store.extend((certificate.len() as u32).to_be_bytes());
        store.extend_from_slice(certificate);
    }
    let mut digest = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    PASSWORD.encode_utf16().for_each(|unit| digest.update(&unit.to_be_bytes()));
    digest.update(WORDS);
    digest.update(&store);
    store.extend_from_slice(digest.finish().as_ref());
    store
}

/// Length and bytes; the names are ASCII.
fn text(store: &mut Vec<u8>, text: &str) {
    store.extend((text.len() as u16).to_be_bytes());
    store.extend_from_slice(text.as_bytes());
}
