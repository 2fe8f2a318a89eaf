//! # body
//!
//! A body that is neither JSON nor a form nor multipart, byte for byte, after its content codings are
//! undone. Of what is too large to be looked into (more than 1 MiB of what is no text, more than 32 MiB of
//! anything) the digest of the bytes as sent is compared, whatever the boundary of a multipart body.
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
    parts: |view, _, emit| match &view.content {
        Content::Bytes(bytes) => emit("", bytes),
        Content::Left { alike, len: Some(len) } => emit("", format!("{alike} ({len} bytes)").as_bytes()),
        Content::Left { alike, len: None } => emit("", alike.to_string().as_bytes()),
        _ => {}
    },
};
