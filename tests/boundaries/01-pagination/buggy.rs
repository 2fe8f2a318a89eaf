//! Takes what the first call returns for everything.

use crate::http::Http;

pub(super) fn count_active(url: &str) {
    // >> bug
    let mut http = Http::new(url);
    for customer in ["cus_1", "cus_2"] {
        let page = http.get(&format!("/v1/subscriptions?customer={customer}&limit=100")).json();
        let subscriptions = page["data"].as_array().expect("subscriptions");
        let active = subscriptions.iter().filter(|one| one["status"] == "active").count();
        println!("{customer}: {active} active");
    }
    // << bug
}
