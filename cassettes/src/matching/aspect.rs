//! The shelf item: one way in which two requests can differ.

use super::View;
use crate::{meta::Meta, redact::Names};

/// What stands in the place of every secret value, so that a dummy credential matches the real one.
pub(super) const MASK: &[u8] = b"(secret)";

/// Shorter values cannot be tokens, and need not be looked at as such.
const SHORTEST_TOKEN: usize = 16;

/// Takes a part's name within its aspect, and its value.
pub type Emit<'e> = dyn FnMut(&str, &[u8]) + 'e;

/// One way in which two requests can differ: it takes a request apart into named values, in an order
/// that does not depend on what does not matter. Key, distance and differences all follow from these.
pub struct Aspect {
    /// Name and page.
    pub meta: Meta,
    /// How people call the place of a part; the part's own name follows it.
    pub place: &'static str,
    /// The parts of a request, secrets masked.
    pub parts: fn(&View<'_>, &Names, &mut Emit<'_>),
}

/// The value, or the mask where the position or the value's own shape says that it is a secret.
pub(super) fn masked<'v>(secret: bool, value: &'v [u8], names: &Names) -> &'v [u8] {
    let secret = secret
        || (value.len() >= SHORTEST_TOKEN
            && std::str::from_utf8(value).is_ok_and(|text| names.is_token_shape(text)));
    if secret { MASK } else { value }
}
