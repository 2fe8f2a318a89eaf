//! Reads every body to its end and uses the connection again.

use super::USERS;
use crate::http::Http;

pub(super) fn look_up(url: &str) {
    let mut http = Http::new(url);
    for user in 1..=USERS {
        println!("user {user}: {}", http.get(&format!("/v1/users/{user}")).status);
    }
}
