//! Follows the cursor to the last page.

use crate::http::Http;

pub(super) fn count_active(url: &str) {
    let mut http = Http::new(url);
    for customer in ["cus_1", "cus_2"] {
        let (mut active, mut cursor) = (0, String::new());
        loop {
            let page = http.get(&format!("/v1/subscriptions?customer={customer}&limit=100{cursor}")).json();
            let subscriptions = page["data"].as_array().expect("subscriptions");
            active += subscriptions.iter().filter(|one| one["status"] == "active").count();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        println!("{customer}: {active} active");
    }
}
