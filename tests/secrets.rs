//! No secret in the file, the truth to the client, and a replay that dummies can talk to.

use crate::support::{Running, Upstream, ask, truetape_with, upstream};
use std::io::{Read as _, Write as _};

// Made up here; none of them opens anything. Each is at least twelve characters, so that a search proves something.
const SECRETS: [&str; 9] = [
    "hunter2-correct-horse",
    "zk4T9pQw7LmX2vRb",
    "Q8nV3xT6yB1mK5hJ",
    "c00kie-5ession-value-91",
    "nested-pass-phrase-77",
    "q-string-secret-4242",
    "bearer-opaque-0815-abcdef",
    "inside-gzip-secret-99",
    "form-client-secret-31",
];

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("zipped")
}

#[test]
fn no_secret_reaches_the_disk_and_the_client_sees_the_truth() {
    let [header, key, custom, cookie, nested, query, bearer, zipped, form] = SECRETS;
    let jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZUBleGFtcGxlLm9yZyIsImF1ZCI6ImFwaSIsImV4cCI6NDEwMjQ0NDgwMH0.c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0LTEyMzQ1Ng";
    let signature = "c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0LTEyMzQ1Ng";
    let body = format!(
        r#"{{"user":{{"deep":[{{"password":"{nested}"}}]}},"access_token":"{bearer}","rank":1,"count":1,"total":10.10,"jwt":"{jwt}"}}"#
    );
    let packed = gzip(&format!(r#"{{"client_secret":"{zipped}","ok":true}}"#));
    let (plain, encoded) = (body.clone(), packed.clone());
    let vendor = Upstream::start(move |asked, stream| {
        let (kind, body) = match asked.target.as_str() {
            "/zipped" => ("application/json\r\nContent-Encoding: gzip", encoded.clone()),
            // The charset is no place to hide, and neither is a wrong type.
            "/plain" => ("text/plain", plain.clone().into_bytes()),
            _ => ("application/json; charset=utf-8", plain.clone().into_bytes()),
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nSet-Cookie: sid={cookie}; Path=/\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), &body].concat()).is_ok() && upstream::close(stream)
    });
    let directory = tempfile::tempdir().expect("a directory");
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory.path(), 1);
    let authorization = format!("Bearer {jwt}");
    let login = format!(r#"{{"login":"ann","password":"{header}"}}"#);
    let posted = format!("grant_type=client_credentials&client_secret={form}");
    let headers = [
        ("Authorization", authorization.as_str()),
        ("X-Api-Key", key),
        ("X-Acme-Token", custom),
        ("Content-Type", "application/json; charset=utf-8"),
    ];
    let target = format!("/login?api_key={query}&limit=1");
    let first = ask(recorder.url(), "POST", &target, &headers, login.as_bytes());
    assert_eq!(first.body(), body.as_bytes(), "the client sees the truth");
    assert_eq!(first.header("set-cookie"), Some(format!("sid={cookie}; Path=/")));
    ask(
        recorder.url(),
        "POST",
        "/plain",
        &[("Content-Type", "application/x-www-form-urlencoded")],
        posted.as_bytes(),
    );
    assert_eq!(
        ask(recorder.url(), "GET", "/zipped", &[("Cookie", &format!("sid={cookie}; theme=dark"))], b"")
            .body(),
        packed
    );
    assert_eq!(recorder.stop().code, 0);

    let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
    for secret in SECRETS.iter().chain([&signature, &"alice@example.org"]) {
        assert!(!text.contains(secret), "{secret} is in the file:\n{text}");
    }
    // Inside gzip: the answer as it is replayed, unpacked.
    let zipped_replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    let mut unpacked = String::new();
    let answer = ask(zipped_replay.url(), "GET", "/zipped", &[], b"").body();
    flate2::read::GzDecoder::new(&answer[..]).read_to_string(&mut unpacked).expect("still gzip");
    assert!(unpacked.contains(r#""ok":true"#) && !unpacked.contains(zipped), "{unpacked}");
    drop(zipped_replay);
    // Structural: what only looks like a part of a secret stays.
    for kept in ["\"rank\":1", "\"count\":1", "\"total\":10.10", "limit=1", "\"login\":\"ann\"", "theme="] {
        assert!(
            text.replace("\": ", "\":").contains(kept) || text.contains(kept),
            "{kept} was changed:\n{text}"
        );
    }
    assert!(text.contains("eyJ"), "tokens stay readable");

    // Whoever has no secret can still talk to the recording.
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    let dummy =
        [("Authorization", "Bearer dummy"), ("X-Api-Key", "dummy"), ("Content-Type", "application/json")];
    let answer = ask(
        replay.url(),
        "POST",
        "/login?limit=1&api_key=dummy",
        &dummy,
        br#"{"password":"dummy","login":"ann"}"#,
    );
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert_eq!(
        ask(
            replay.url(),
            "POST",
            "/plain",
            &[("Content-Type", "application/x-www-form-urlencoded")],
            b"client_secret=x&grant_type=client_credentials"
        )
        .status(),
        200
    );
    assert_eq!(replay.stop().code, 0);
}

#[test]
fn named_secrets_are_placeholders_on_disk_and_themselves_on_the_wire() {
    let vendor = Upstream::json(|asked| match asked.header("x-billing") {
        Some("live-key-value-123456") => (200, r#"{"note":"used live-key-value-123456 today"}"#.into()),
        _ => (401, r#"{"error":{"code":"no_key"}}"#.into()),
    });
    let directory = tempfile::tempdir().expect("a directory");
    let settings = "secrets: {billing-key: env:TRUETAPE_TEST_BILLING_KEY}\n";
    std::fs::write(directory.path().join("truetape.yaml"), settings).expect("settings");
    let key = [("TRUETAPE_TEST_BILLING_KEY", "live-key-value-123456")];
    let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml"];
    let recorder = Running::start_with(&arguments, directory.path(), 1, &key);
    let answer = ask(recorder.url(), "GET", "/x", &[("X-Billing", "live-key-value-123456")], b"");
    assert_eq!(answer.body(), br#"{"note":"used live-key-value-123456 today"}"#, "the client sees the truth");
    assert_eq!(recorder.stop().code, 0);
    let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
    assert!(!text.contains("live-key-value"), "{text}");
    assert!(
        text.contains("X-Billing: {{billing-key}}") && text.contains("used {{billing-key}} today"),
        "{text}"
    );
    let done = truetape_with(&["verify", "c.yaml", "--mock", &vendor.url], directory.path(), &key);
    assert_eq!(done.code, 0, "asked with the value again, the vendor agrees with itself: {done:?}");
    let done = truetape_with(&["verify", "c.yaml", "--mock", &vendor.url], directory.path(), &[]);
    assert_eq!(done.code, 3, "without the value it cannot be asked: {done:?}");
}
