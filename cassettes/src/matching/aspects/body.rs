//! # body
//!
//! A body that is neither JSON nor a form nor multipart, byte for byte, after its content codings are
//! undone.
//!
//! ## Why it matters
//! Texts, XML and binary uploads have no order that could be ignored without guessing.
//!
//! ## Fires
//! ```http
//! PUT /notes/1
//! content-type: text/plain
//!
//! one
//! ---
//! PUT /notes/1
//! content-type: text/plain
//!
//! two
//! ```
//!
//! ## Quiet
//! ```http
//! PUT /notes/1
//! content-type: text/plain
//!
//! one
//! ---
//! PUT /notes/1
//! content-type: application/octet-stream
//!
//! one
//! ```

use super::super::{Aspect, Content};
use crate::meta::Meta;

pub(super) static ASPECT: Aspect = Aspect {
    meta: Meta::new("body", include_str!("body.rs")),
    place: "body",
    parts: |view, _, emit| {
        if let Content::Bytes(bytes) = &view.content {
            emit("", bytes);
        }
    },
};
