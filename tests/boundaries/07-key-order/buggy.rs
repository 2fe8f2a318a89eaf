//! Signs the parameters in the order in which a map gives them, and files the labels as they came.

use super::{READS, signed};
use crate::http::Http;

pub(super) fn confirm(url: &str) {
    let mut http = Http::new(url);
    for _ in 0..READS {
        // >> bug
        let checkout = super::members(&http.get("/v1/checkouts/co_1").text());
        let signature = signed(&checkout);
        http.post("/v1/checkouts/co_1/confirmations", &format!(r#"{{"signature":"{signature}"}}"#));
        let tags = super::items(&http.get("/v1/tags").text());
        http.post("/v1/labels", &format!(r#"{{"order":"co_1","labels":[{}]}}"#, tags.join(",")));
        // << bug
    }
}
