//! # path
//!
//! The path segment by segment, in the normal spelling of RFC 3986 §6.2.2: `%2f` is `%2F`, `%7E` is `~`.
//! An escaped slash is no slash, a doubled slash is no single one, and a trailing slash counts.
//!
//! ## Why it matters
//! Servers route by these very differences: `/v2/` and `/v2` may be two answers, or one and a redirect.
//!
//! ## Fires
//! ```http
//! GET /v1/customers/cus_2
//! ---
//! GET /v1/customers/cus_1
//! ```
//! ```http
//! GET /v2
//! ---
//! GET /v2/
//! ```
//! ```http
//! GET /files/a%2Fb
//! ---
//! GET /files/a/b
//! ```
//!
//! ## Quiet
//! ```http
//! GET /%7euser/a%2fb
//! ---
//! GET /~user/a%2Fb
//! ```

use super::super::{
    Aspect, View,
    aspect::{Emit, masked},
};
use crate::{meta::Meta, percent::normal, redact::Names};

pub(super) static ASPECT: Aspect =
    Aspect { meta: Meta::new("path", include_str!("path.rs")), place: "path segment", parts };

const NUMBERS: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

fn parts(view: &View<'_>, names: &Names, emit: &mut Emit<'_>) {
    let path = normal(&view.path);
    // What is no absolute path, such as `*`, is one segment of its own kind.
    let Some(rest) = path.strip_prefix('/') else { return emit("0", path.as_bytes()) };
    for (at, segment) in rest.split('/').enumerate() {
        let value = masked(false, segment.as_bytes(), names);
        match NUMBERS.get(at) {
            Some(number) => emit(number, value),
            None => emit(&(at + 1).to_string(), value),
        }
    }
}
