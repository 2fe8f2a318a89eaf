//! # form-body
//!
//! A form body (application/x-www-form-urlencoded) as names and values, decoded, in any order; the values
//! of one name keep theirs.
//!
//! ## Why it matters
//! Clients write the same form with `+` or `%20` and in the order of their own hash tables.
//!
//! ## Fires
//! ```http
//! POST /v1/charges
//! content-type: application/x-www-form-urlencoded
//!
//! amount=11&currency=eur
//! ---
//! POST /v1/charges
//! content-type: application/x-www-form-urlencoded
//!
//! amount=10&currency=eur
//! ```
//!
//! ## Quiet
//! ```http
//! POST /v1/charges
//! content-type: application/x-www-form-urlencoded; charset=utf-8
//!
//! note=a+b&amount=10&client_secret=dummy
//! ---
//! POST /v1/charges
//! content-type: application/x-www-form-urlencoded
//!
//! client_secret=another&amount=10&note=a%20b
//! ```

use super::super::{
    Aspect, Content, View,
    aspect::{Emit, masked},
};
use crate::{meta::Meta, redact::Names};

pub(super) static ASPECT: Aspect =
    Aspect { meta: Meta::new("form-body", include_str!("form_body.rs")), place: "form", parts };

fn parts(view: &View<'_>, names: &Names, emit: &mut Emit<'_>) {
    if let Content::Form(pairs) = &view.content {
        for (name, value) in pairs {
            let name = String::from_utf8_lossy(name);
            let secret = names.query_value(&name, &String::from_utf8_lossy(value));
            emit(&name, masked(secret, value, names));
        }
    }
}
