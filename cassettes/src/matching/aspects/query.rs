//! # query
//!
//! Names and values of the query, decoded, in any order; the values of one name keep theirs. Secret
//! values match each other, so that a dummy key finds what a real one recorded.
//!
//! ## Why it matters
//! The cursor stands here. A matcher that ignores an unknown parameter plays page one for every page.
//!
//! ## Fires
//! ```http
//! GET /v1/customers?limit=3
//! ---
//! GET /v1/customers?limit=2
//! ```
//! ```http
//! GET /v1/customers?limit=2&starting_after=cus_2
//! ---
//! GET /v1/customers?limit=2
//! ```
//! ```http
//! GET /search?tag=b&tag=a
//! ---
//! GET /search?tag=a&tag=b
//! ```
//!
//! ## Quiet
//! ```http
//! GET /search?b=x+y&a=%7E
//! ---
//! GET /search?a=~&b=x%20y
//! ```
//! ```http
//! GET /me?api_key=dummy
//! ---
//! GET /me?api_key=another
//! ```

use super::super::{
    Aspect, View,
    aspect::{Emit, masked},
};
use crate::{meta::Meta, redact::Names};

pub(super) static ASPECT: Aspect =
    Aspect { meta: Meta::new("query", include_str!("query.rs")), place: "query", parts };

fn parts(view: &View<'_>, names: &Names, emit: &mut Emit<'_>) {
    for (name, value) in &view.query {
        let name = String::from_utf8_lossy(name);
        let secret = names.query_value(&name, &String::from_utf8_lossy(value));
        emit(&name, masked(secret, value, names));
    }
}
