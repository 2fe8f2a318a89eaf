//! Makes one `charge failed` of four errors, and tries all of them again.

use super::charges;
use crate::http::Http;

// >> bug
fn charge(http: &mut Http, body: &str) -> Result<String, &'static str> {
    let answered = http.post("/v1/charges", body);
    if answered.status == 200 { Ok(answered.text()) } else { Err("charge failed") }
}

pub(super) fn charge_all(url: &str) {
    let mut http = Http::new(url);
    for body in charges() {
        let tries = (0..3).find_map(|_| charge(&mut http, body).ok());
        println!("{}", tries.as_deref().unwrap_or("gave up"));
    }
}
// << bug
