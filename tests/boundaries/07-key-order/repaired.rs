//! Says in which order it signs and files: the one of the alphabet.

use super::{READS, signed};
use crate::http::Http;

pub(super) fn confirm(url: &str) {
    let mut http = Http::new(url);
    for _ in 0..READS {
        let mut checkout = super::members(&http.get("/v1/checkouts/co_1").text());
        checkout.sort();
        let signature = signed(&checkout);
        http.post("/v1/checkouts/co_1/confirmations", &format!(r#"{{"signature":"{signature}"}}"#));
        let mut tags = super::items(&http.get("/v1/tags").text());
        tags.sort();
        http.post("/v1/labels", &format!(r#"{{"order":"co_1","labels":[{}]}}"#, tags.join(",")));
    }
}
