//! Leaves `exp` at its zero value, which the library's first version took for "never expires", and its
//! second leaves out.

use super::tokens::token;
use crate::http::Http;

pub(super) fn who_am_i(url: &str) {
    // >> bug
    let token = token("no-exp").expect("a token");
    let authorization = format!("Bearer {token}");
    let answered = Http::new(url).ask("GET", "/v1/me", &[("Authorization", &authorization)], "");
    println!("{:?}", answered.map(|answered| answered.status));
    // << bug
}
