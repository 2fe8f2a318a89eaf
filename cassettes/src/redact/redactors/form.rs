//! # form
//!
//! Fields of forms, urlencoded or multipart, that hold secrets by name are replaced.
//!
//! ## Why it matters
//!
//! Logins and token requests are forms. The `code` of a token request is a credential; any other `code`
//! is not.
//!
//! ## Fires
//!
//! ```text
//! POST /oauth/token
//! Content-Type: application/x-www-form-urlencoded; charset=utf-8
//!
//! grant_type=authorization_code&code=Spl&client_id=app&client_secret=7Fjfp0ZBr1KtDRbnfVdmIw
//! becomes
//! POST /oauth/token
//! Content-Type: application/x-www-form-urlencoded; charset=utf-8
//!
//! grant_type=authorization_code&code=Dtd&client_id=app&client_secret=8Lzdb1GIk1AvUHodoAbfVi
//! ```
//!
//! ## Quiet
//!
//! ```text
//! POST /v1/search
//!
//! q=password+reset&code=DE&page_token=abc
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{Redactor, leaf::Carrier, mask::Mask},
};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("form", include_str!("form.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| carrier == Carrier::Form;
    mask.named(exchange, carriers, &mut |mask, leaf| super::query::pair(mask, leaf, "form"));
}
