//! How idempotency keys are called, in fields and in bodies: `Idempotency-Key`, `client_request_id`,
//! `clientMutationId`.

use super::words::words;

/// What names of such keys say, word by word; the last word may have an ending.
const NAMES: [&[&str]; 10] = [
    &["idempot"],
    &["client", "token"],
    &["client", "request"],
    &["client", "mutation", "id"],
    &["request", "id"],
    &["request", "token"],
    &["request", "key"],
    &["repeatability"],
    &["dedup"],
    &["transaction", "id"],
];

/// Whether a header or a member of that name may carry the key of a request.
pub fn is_key_name(name: &str) -> bool {
    let words = words(name);
    NAMES.iter().any(|phrase| {
        words.windows(phrase.len()).any(|window| {
            let pairs = window.iter().zip(phrase.iter());
            pairs.enumerate().all(|(i, (word, wanted))| {
                if i + 1 == phrase.len() { word.starts_with(wanted) } else { word == wanted }
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_called_in_many_ways() {
        for name in
            ["Idempotency-Key", "client_request_id", "clientMutationId", "ClientToken", "X-Request-Id"]
        {
            assert!(is_key_name(name), "{name}");
        }
        for name in ["subject", "client_id", "request", "id", ""] {
            assert!(!is_key_name(name), "{name}");
        }
    }
}
