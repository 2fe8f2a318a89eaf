//! Says when its tokens end.

use super::tokens::token;
use crate::http::Http;

pub(super) fn who_am_i(url: &str) {
    let token = token("good").expect("a token");
    let authorization = format!("Bearer {token}");
    let answered = Http::new(url).ask("GET", "/v1/me", &[("Authorization", &authorization)], "");
    println!("{:?}", answered.map(|answered| answered.status));
}
