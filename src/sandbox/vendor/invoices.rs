//! Invoices: numbered pages whose next one only the `Link` header tells (RFC 8288).

use super::state::Shared;
use crate::sandbox::ask::Ask;
use crate::sandbox::data::id_of;
use crate::sandbox::reply::{Said, With as _, list, string};
use axum::extract::State;

/// `?page=&per_page=`: two by default, ten at most. The last page has no `Link`.
pub(super) async fn page(State(vendor): Shared, ask: Ask) -> Said {
    let (Ok(page @ 1..), Ok(size @ 1..)) = (ask.number("page", 1), ask.number("per_page", 2)) else {
        let param = vec![("param", string("page"))];
        return Err(vendor.refuse_with(400, "invalid_request_error", "invalid_limit", param).into());
    };
    let size = size.min(10);
    let invoices = &vendor.data.invoices;
    let skipped = (page - 1).saturating_mul(size);
    let shown = list(invoices.iter().skip(skipped).take(size).cloned());
    let answer = vendor.json(200, &shown).with("x-total-count", &invoices.len().to_string());
    if skipped.saturating_add(size) >= invoices.len() {
        return Ok(answer);
    }
    let next = format!("<{}/v1/invoices?page={}&per_page={size}>; rel=\"next\"", ask.base(), page + 1);
    Ok(answer.with("link", &next))
}

/// One invoice or 404.
pub(super) async fn show(State(vendor): Shared, ask: Ask) -> Said {
    match vendor.data.invoices.iter().find(|invoice| id_of(invoice) == ask.id()) {
        Some(invoice) => Ok(vendor.json(200, invoice)),
        None => Err(vendor.refuse(404, "not_found_error", "not_found").into()),
    }
}
