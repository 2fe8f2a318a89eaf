//! # multipart-body
//!
//! A multipart body part by part, whatever its boundary: each part's fields and bytes, in order.
//!
//! ## Why it matters
//! Clients draw a new boundary for every request; compared by bytes, no upload would ever match.
//!
//! ## Fires
//! ```http
//! POST /files
//! content-type: multipart/form-data; boundary=aaa
//!
//! --aaa
//! Content-Disposition: form-data; name="note"
//!
//! one
//! --aaa--
//! ---
//! POST /files
//! content-type: multipart/form-data; boundary=aaa
//!
//! --aaa
//! Content-Disposition: form-data; name="note"
//!
//! two
//! --aaa--
//! ```
//!
//! ## Quiet
//! ```http
//! POST /files
//! content-type: multipart/form-data; boundary=aaa
//!
//! --aaa
//! Content-Disposition: form-data; name="note"
//!
//! one
//! --aaa--
//! ---
//! POST /files
//! content-type: multipart/form-data; boundary="bbb"
//!
//! --bbb
//! content-disposition: form-data; name="note"
//!
//! one
//! --bbb--
//! ```

use super::super::{
    Aspect, Content, View,
    aspect::{Emit, masked},
};
use crate::{meta::Meta, redact::Names};

pub(super) static ASPECT: Aspect =
    Aspect { meta: Meta::new("multipart-body", include_str!("multipart_body.rs")), place: "part", parts };

fn parts(view: &View<'_>, names: &Names, emit: &mut Emit<'_>) {
    if let Content::Multipart(parts) = &view.content {
        for (at, part) in parts.iter().enumerate() {
            let place = if part.name.is_empty() { (at + 1).to_string() } else { part.name.clone() };
            emit(&format!("{place} fields"), part.fields.as_bytes());
            emit(&place, masked(names.form(&part.name), &part.body, names));
        }
    }
}
