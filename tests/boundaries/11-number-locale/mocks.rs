//! A feed that was written with `{:.2}`, and one that was written by looking at the partner's.

use super::service::feed;
use crate::web::Handler;

pub(super) fn optimistic() -> Handler {
    // >> lie
    Box::new(|asked| feed(&asked.target, &[("X-1", "1234.56"), ("X-2", "9.99"), ("X-3", "20000.00")]))
    // << lie
}

pub(super) fn honest() -> Handler {
    Box::new(|asked| feed(&asked.target, &[("X-1", "7,654.32"), ("X-2", "9.99"), ("X-3", "20,000.00")]))
}
