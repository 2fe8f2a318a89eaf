//! # query
//!
//! Query parameters that hold keys, tokens and signatures by name are replaced.
//!
//! ## Why it matters
//!
//! A key in a URL ends up in logs, histories and cassettes alike.
//!
//! ## Fires
//!
//! ```text
//! GET /v1/items?limit=3&api_key=0123456789abc&X-Amz-Signature=0a1b2c3d
//! becomes
//! GET /v1/items?limit=3&api_key=0429238694ffa&X-Amz-Signature=0e6f2f9c
//! ```
//!
//! ```text
//! GET /callback?code=Spl7xLO&state=af0
//! HTTP/1.1 302 Found
//! Location: https://app.test/cb?code=4%2F0AX4XfWh
//! becomes
//! GET /callback?code=Xkt6pZW&state=af0
//! HTTP/1.1 302 Found
//! Location: https://app.test/cb?code=3%2F9OW3IrFg
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /v1/items?page_token=CAEQAA&cursor=b2Zmc2V0OjM&key=reports/summary&code=DE&token=
//! ```
//!
//! ```text
//! GET /v1/prices?token=ethereum&session=morning&code=DE&state=Bavaria&request_token=0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf},
        mask::Mask,
    },
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("query", include_str!("query.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| carrier == Carrier::Query;
    mask.named(exchange, carriers, &mut |mask, leaf| pair(mask, leaf, "query"));
}

/// A query parameter or a form field.
pub(super) fn pair(mask: &mut Mask<'_>, leaf: &Leaf<'_>, by: &'static str) -> Option<String> {
    if !mask.wants(leaf) {
        return None;
    }
    mask.hide(leaf, leaf.text, by)
}
