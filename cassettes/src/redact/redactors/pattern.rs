//! # pattern
//!
//! What the project's own regular expressions match is replaced, wherever text stands.
//!
//! ## Why it matters
//!
//! Some secrets have a look that only their owner knows.
//!
//! ## Fires
//!
//! ```text
//! GET /v1/tenants/acct-7731/x
//! X-Note: for acct-7731
//! becomes
//! GET /v1/tenants/ofzu-8629/x
//! X-Note: for ofzu-8629
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /v1/tenants/acct/x
//! ```

use super::token_shape::replace;
use crate::{
    meta::Meta,
    model::Exchange,
    redact::{Redactor, mask::Mask},
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("pattern", include_str!("pattern.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let policy = mask.policy;
    for pattern in policy.patterns() {
        mask.texts(exchange, &|_| true, &mut |mask, leaf| {
            let spans =
                pattern.find_iter(leaf.text).map(|found| found.range()).filter(|span| !span.is_empty());
            let fresh = spans.filter(|span| !mask.is_stand_in(&leaf.text[span.clone()])).collect();
            replace(mask, leaf, fresh, "pattern")
        });
    }
}
