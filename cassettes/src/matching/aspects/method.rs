//! # method
//!
//! The method, letter for letter (RFC 9110 §9.1: methods are case-sensitive).
//!
//! ## Why it matters
//! HEAD answers without a body where GET has one, and PUT may create what PATCH refuses.
//!
//! ## Fires
//! ```http
//! HEAD /v1/customers
//! ---
//! GET /v1/customers
//! ```
//!
//! ## Quiet
//! ```http
//! GET /v1/customers
//! ---
//! GET /v1/customers
//! ```

use super::super::Aspect;
use crate::meta::Meta;

pub(super) static ASPECT: Aspect = Aspect {
    meta: Meta::new("method", include_str!("method.rs")),
    place: "method",
    parts: |view, _, emit| emit("", view.method.as_bytes()),
};
