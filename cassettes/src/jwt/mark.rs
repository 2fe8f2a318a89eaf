//! The mark by which anyone can tell the signature of a pseudonymised token from a real one.

use super::token::BASE64URL;
use sha2::{Digest as _, Sha256};

/// Said over a pseudonymised token.
const MARK: &[u8] = b"a pseudonym of truetape";

/// Whether this token's signature is one of ours, under whatever key, or there is none to hide.
pub(crate) fn is_marked(token: &str) -> bool {
    let Some((input, signature)) = token.rsplit_once('.') else { return false };
    let text = signature.trim_end_matches('=');
    let half = text.len() / 2;
    text.is_ascii() && text[half..] == mark(input, &text[..half], text.len() - half)
}

/// The second half of a marked signature; its last character has no stray bits (RFC 4648 §3.5).
pub(crate) fn mark(input: &str, first: &str, len: usize) -> String {
    let mut out = String::with_capacity(len);
    let mut block =
        Sha256::new().chain_update(MARK).chain_update(input).chain_update(b".").chain_update(first);
    while out.len() < len {
        let bytes = block.finalize();
        out.extend(bytes.iter().take(len - out.len()).map(|b| BASE64URL[usize::from(b & 63)] as char));
        block = Sha256::new().chain_update(bytes);
    }
    let stray = match (first.len() + len) % 4 {
        2 => 15,
        3 => 3,
        _ => 0,
    };
    if let Some(last) = out.pop() {
        let value = BASE64URL.iter().position(|&b| b == last as u8).unwrap_or(0) & !stray;
        out.push(BASE64URL[value] as char);
    }
    out
}
