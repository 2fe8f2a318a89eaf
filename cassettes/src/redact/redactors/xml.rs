//! # xml
//!
//! Elements and attributes of XML and HTML that hold secrets by name are replaced.
//!
//! ## Why it matters
//!
//! Older services and cloud APIs answer in XML, with temporary keys among the rest; HTML forms carry
//! tokens against forgery.
//!
//! ## Fires
//!
//! ```text
//! POST /
//! HTTP/1.1 200 OK
//! Content-Type: text/xml
//!
//! <r><SecretAccessKey>wJalrXUtnFEMI</SecretAccessKey><Expiration>2026-01-01</Expiration></r>
//! becomes
//! POST /
//! HTTP/1.1 200 OK
//! Content-Type: text/xml
//!
//! <r><SecretAccessKey>mMtcvGHzpVMKK</SecretAccessKey><Expiration>2026-01-01</Expiration></r>
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! <r><NextMarker>b/c</NextMarker><NextToken>abc</NextToken><Key>a.txt</Key></r>
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{Redactor, leaf::Carrier, mask::Mask},
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("xml", include_str!("xml.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| carrier == Carrier::Xml;
    mask.named(exchange, carriers, &mut |mask, leaf| super::json::member(mask, leaf, "xml"));
}
