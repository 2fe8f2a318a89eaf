//! Takes the wall clock for the moment: the offset is cut off, or called UTC.

use super::ORDERS;
use crate::http::Http;

pub(super) fn deliver(url: &str) {
    let mut http = Http::new(url);
    for (number, order) in ORDERS.into_iter().enumerate() {
        let served = http.get(&format!("/v1/orders/{order}")).json();
        let at = served["scheduled_at"].as_str().expect("a time");
        // >> bug
        let wall_clock = &at[..19];
        let at = if number == 0 { wall_clock.to_owned() } else { format!("{wall_clock}Z") };
        http.post("/v1/deliveries", &format!(r#"{{"order":"{order}","scheduled_at":"{at}"}}"#));
        // << bug
    }
}
