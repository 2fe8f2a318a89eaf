//! The same client with versions of its JWT library. Nobody has set `exp`: the first version writes an end of
//! its own, the second takes the zero value for "no end", the third writes when a token begins as well.

use super::tokens::token;
use crate::http::Http;

pub(super) fn before(url: &str) {
    who_am_i(url, "good");
}

pub(super) fn vanished(url: &str) {
    // >> upgrade
    who_am_i(url, "no-exp");
    // << upgrade
}

pub(super) fn appeared(url: &str) {
    who_am_i(url, "with-nbf");
}

fn who_am_i(url: &str, kind: &str) {
    let token = token(kind).expect("a token");
    let authorization = format!("Bearer {token}");
    let answered = Http::new(url).ask("GET", "/v1/me", &[("Authorization", &authorization)], "");
    println!("{:?}", answered.map(|answered| answered.status));
}
