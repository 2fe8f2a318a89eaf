//! # text
//!
//! Named values in bodies that are no document: JSON that breaks off, settings in lines, a dictionary as
//! a program prints it.
//!
//! ## Why it matters
//!
//! An answer that breaks off in the middle is worth recording, and what came of it may hold a secret.
//!
//! ## Fires
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! {"id":1,"password":"hunter2
//! becomes
//! GET /
//! HTTP/1.1 200 OK
//!
//! {"id":1,"password":"skhzpl8
//! ```
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! MODE=test
//! DB_PASSWORD=swordfish
//! becomes
//! GET /
//! HTTP/1.1 200 OK
//!
//! MODE=test
//! DB_PASSWORD=renrfuswc
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//!
//! password: it must be longer
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{Redactor, leaf::Carrier, mask::Mask},
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("text", include_str!("text.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| carrier == Carrier::Text;
    mask.named(exchange, carriers, &mut |mask, leaf| super::json::member(mask, leaf, "text"));
}
