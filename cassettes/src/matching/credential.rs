//! Which credentials a request carries, told apart by kind: a good token, an expired one and none are
//! three, whoever minted them and when.

use crate::{
    json::Json,
    jwt::Jwt,
    model::{Digest, Request, Timestamp},
};

/// Words in the name of a header, cookie or query parameter that carries a credential.
const CARRIERS: [&str; 8] =
    ["authorization", "token", "apikey", "secret", "session", "password", "signature", "cookie"];
/// Claims that differ in every token of one kind.
const UNIQUE_CLAIMS: [&str; 5] = ["jti", "nonce", "sid", "at_hash", "c_hash"];
/// Ends a grade; no UTF-8 text holds it.
const END: u8 = 0xff;

/// A fingerprint in four grades, each ended by one byte: which carriers and schemes; the algorithm,
/// claim names and how the times relate to `at`; the values of the claims; the text itself. Compare two
/// with [`affinity`]: `at` is the moment of the request.
pub fn credential(request: &Request, at: Timestamp) -> Vec<u8> {
    let mut grades = [const { Vec::new() }; 4];
    let mut add = |carrier: &str, value: &str| {
        let scheme =
            value.split_once(' ').filter(|(s, _)| s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        let (scheme, rest) = scheme.unwrap_or(("", value));
        grades[0].extend_from_slice(format!("{carrier} {};", scheme.to_ascii_lowercase()).as_bytes());
        if let Some(token) = Jwt::parse(rest.trim()) {
            let signed = if rest.trim().ends_with('.') { "unsigned" } else { "signed" };
            let (class, claims) = describe(&token, at);
            grades[1].extend_from_slice(format!("jwt {} {signed} {class};", token.alg()).as_bytes());
            grades[2].extend_from_slice(claims.as_bytes());
        }
        grades[3].extend_from_slice(&Digest::of(value.as_bytes()).to_string().into_bytes());
    };
    for (name, value) in request.headers.iter() {
        let name = name.to_ascii_lowercase();
        if carries(&name) {
            add(&name, String::from_utf8_lossy(value).trim());
        }
    }
    for (name, value) in request.query_pairs() {
        if carries(&name) {
            add(&format!("?{name}"), &value);
        }
    }
    let mut fingerprint = Vec::new();
    for grade in grades {
        fingerprint.extend_from_slice(&grade);
        fingerprint.push(END);
    }
    fingerprint
}

/// In how many grades two fingerprints agree, 0 to 4: higher is the likelier answer to choose.
pub fn affinity(asked: &[u8], recorded: &[u8]) -> u8 {
    let pairs = asked.split(|&b| b == END).zip(recorded.split(|&b| b == END));
    pairs.take(4).take_while(|(a, b)| a == b).fold(0, |grades, _| grades + 1)
}

fn carries(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // A page token is no credential.
    let page = ["page", "next", "continuation", "csrf"].iter().any(|word| plain.contains(word));
    !page && CARRIERS.iter().any(|word| plain.contains(word))
}

fn describe(token: &Jwt, at: Timestamp) -> (String, String) {
    let times = token.times();
    let mut class = String::new();
    let mut claims = String::new();
    let mut members: Vec<&(String, Json)> = token.claims.members().iter().collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, value) in members {
        let time = times.iter().find(|(n, _)| n == name);
        let relation = match time {
            Some((_, moment)) if *moment <= at.seconds() => "past",
            Some(_) => "future",
            None => value.kind(),
        };
        class.push_str(&format!("{name}={relation},"));
        if time.is_none() && !UNIQUE_CLAIMS.contains(&name.as_str()) {
            let mut text = String::new();
            value.write(&mut text, true);
            claims.push_str(&format!("{name}={text},"));
        }
    }
    claims.push_str(token.kid().unwrap_or_default());
    (class, claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn bearer(header: &str, claims: &str, signature: &str) -> Vec<u8> {
        let token = format!("{}.{}.{signature}", BASE64.encode(header), BASE64.encode(claims));
        of("Authorization", &format!("Bearer {token}"))
    }

    fn of(name: &str, value: &str) -> Vec<u8> {
        let mut request = Request::new("GET", "/me");
        request.headers.push("Accept", "*/*");
        request.headers.push(name, value);
        credential(&request, NOW)
    }

    #[test]
    fn kinds_of_credentials_are_told_apart() {
        let head = r#"{"alg":"HS256"}"#;
        let good = bearer(head, r#"{"sub":"u1","jti":"1","exp":1800003600}"#, "c2ln");
        let again = bearer(head, r#"{"sub":"u1","jti":"2","exp":1800000060}"#, "b3Ro");
        let other = bearer(head, r#"{"sub":"u2","jti":"3","exp":1800000060}"#, "c2ln");
        let expired = bearer(head, r#"{"sub":"u1","jti":"1","exp":1799999000}"#, "c2ln");
        let unsigned = bearer(r#"{"alg":"none"}"#, r#"{"sub":"u1","jti":"1","exp":1800003600}"#, "");
        let opaque = of("Authorization", "Bearer s3cr3t");
        let basic = of("Authorization", "Basic YTpi");
        let missing = credential(&Request::new("GET", "/me"), NOW);
        let near = |other: &[u8]| affinity(&good, other);
        assert_eq!([near(&good), near(&again), near(&other)], [4, 3, 2]);
        assert_eq!([near(&expired), near(&unsigned), near(&opaque)], [1, 1, 1]);
        assert_eq!([near(&basic), near(&missing)], [0, 0]);
        assert_eq!(affinity(&missing, &missing), 4);
        assert_eq!(affinity(&of("X-Api-Key", "a"), &of("x-api-key", "b")), 3);
        assert_eq!(of("X-Page-Token", "a"), missing, "a page token is no credential");
    }
}
