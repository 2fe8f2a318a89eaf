//! Secrets of many kinds in many places, and honest documents that look like them.

use super::{Scanner, kinds, tests::drawn};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt::Write as _;

/// Some kinds from each table, those without lines of their own.
const TRIED: [&str; 30] = [
    "aws-access-key-id",
    "google-api-key",
    "google-client-secret",
    "azure-storage-key",
    "digitalocean-token",
    "vault-token",
    "terraform-cloud-token",
    "doppler-token",
    "github-token",
    "github-fine-token",
    "gitlab-token",
    "npm-token",
    "pypi-token",
    "docker-hub-token",
    "atlassian-token",
    "linear-key",
    "slack-token",
    "telegram-bot-token",
    "sendgrid-key",
    "stripe-key",
    "web-hook-secret",
    "shopify-token",
    "square-token",
    "newrelic-key",
    "sentry-token",
    "databricks-token",
    "openai-key",
    "anthropic-key",
    "huggingface-token",
    "signed-token",
];

fn gzip(text: &str) -> Vec<u8> {
    crate::codec::encode(text.as_bytes(), &["gzip".to_owned()]).expect("encodes")
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        let _ = write!(out, "%{b:02X}");
        out
    })
}

/// The same secret in every place.
fn places(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let inner = format!(r#"{{"note":"line\n{secret}","n":1}}"#);
    let nested = format!(r#"{{"payload":"{}"}}"#, inner.replace('\\', r"\\").replace('"', r#"\""#));
    let twice = nested.replace('\\', r"\\").replace('"', r#"\""#);
    let half = secret.len() / 2;
    let utf16: Vec<u8> = format!("key {secret} end").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let deep = STANDARD.encode(STANDARD.encode(format!("the key is {secret}")));
    let hex = secret.bytes().fold(String::new(), |out, b| out + &format!("{b:02x}"));
    let text = |text: String| text.into_bytes();
    vec![
        ("json", text(format!(r#"{{"a":[1,{{"key":"{secret}"}}]}}"#))),
        ("json in json", text(nested)),
        ("json in json in json", text(format!(r#"{{"p":"{twice}"}}"#))),
        ("base64 in json", text(format!(r#"{{"data":"{}"}}"#, STANDARD.encode(format!("id: {secret}\n"))))),
        ("base64 twice", text(format!("x={deep}"))),
        ("gzip", gzip(&format!("key: {secret}\n"))),
        (
            "gzip in base64",
            text(format!("body: {}", STANDARD.encode(gzip(&format!("some text before {secret} and after"))))),
        ),
        ("header", text(format!("GET / HTTP/1.1\r\nX-Thing: {secret}\r\n\r\n"))),
        ("query", text(format!("/v1/x?limit=3&k={secret}&z=1"))),
        ("percent in query", text(format!("/v1/x?k={}&z=1", percent(secret)))),
        ("cookie", text(format!("Cookie: a=b; sid={secret}; c=d"))),
        ("xml attribute", text(format!(r#"<a><b key="{secret}"/></a>"#))),
        ("form", text(format!("a=1&note=my+key+{secret}&b=2"))),
        (
            "multipart",
            text(format!("--b\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n{secret}\r\n--b--\r\n")),
        ),
        ("yaml fold", text(format!("key: >-\n  {}\n  {}\nnext: 1\n", &secret[..half], &secret[half..]))),
        ("yaml quoted fold", text(format!("key: \"{}\\\n    {}\"\n", &secret[..half], &secret[half..]))),
        ("userinfo", text(format!("see https://ann:{secret}@host.test/x"))),
        ("event stream", text(format!("event: x\ndata: {{\"k\":\"{secret}\"}}\n\n"))),
        ("utf-16", utf16),
        ("hex", text(format!("blob {hex}"))),
        ("entities", text(format!("<p title=\"&quot;{secret}&quot;\">"))),
    ]
}

#[test]
fn secrets_are_found_wherever_they_stand() {
    let scanner = Scanner::default();
    let mut missed = Vec::new();
    let mut tried = 0;
    for (name, n) in TRIED.iter().zip(1..) {
        let kind = kinds().iter().find(|kind| kind.name == *name).expect("a kind");
        let example = drawn(&kind.fires, n * 104_729);
        let secret = example.rsplit([' ', ';']).next().unwrap_or_default().trim_start_matches("key=");
        for (place, text) in places(secret) {
            tried += 1;
            let found = scanner.text(&text);
            if !found.iter().any(|leak| leak.kind.certain) {
                missed.push(format!("{name} in {place}: {}", String::from_utf8_lossy(&text)));
            }
            assert!(found.iter().all(|leak| leak.excerpt.chars().count() < 24), "{found:?}");
        }
    }
    assert_eq!(tried, 30 * 21);
    assert!(missed.is_empty(), "{} of {tried}\n{}", missed.len(), missed.join("\n"));
}

/// Numbers that look random, the same at each run.
struct Draw(u64);

impl Draw {
    fn next(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn of(&mut self, letters: &str, count: usize) -> String {
        (0..count).map(|_| letters.as_bytes()[self.next(letters.len())] as char).collect()
    }

    fn hex(&mut self, count: usize) -> String {
        self.of("0123456789abcdef", count)
    }

    fn alnum(&mut self, count: usize) -> String {
        self.of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next(256) as u8).collect()
    }
}

/// What APIs, pages, tables, scripts and lock files look like.
fn honest(draw: &mut Draw) -> String {
    let uuid = format!("{}-{}-4{}-a{}-{}", draw.hex(8), draw.hex(4), draw.hex(3), draw.hex(3), draw.hex(12));
    match draw.next(9) {
        0 => (0..12).fold("[".to_owned(), |out, n| {
            format!("{out}{{\"id\":\"cus_{}\",\"object\":\"customer\",\"etag\":\"W/\\\"{}\\\"\",\"request_id\":\"{uuid}\",\"n\":{n},\"next_page_token\":\"{}\"}},", draw.alnum(14), draw.hex(40), draw.alnum(44))
        }),
        1 => (0..20).fold("<html><body>".to_owned(), |out, _| {
            format!("{out}<div id=\"{}\" class=\"css-{}\" data-hash=\"{}\"><a href=\"/x/{}?v={}\">password reset</a></div>", draw.alnum(8), draw.alnum(6), draw.hex(32), draw.alnum(11), draw.hex(8))
        }),
        2 => (0..40).fold("id,name,sha1,amount\n".to_owned(), |out, _| {
            format!("{out}{},{},{},{}\n", draw.of("0123456789", 16), draw.alnum(9), draw.hex(40), draw.of("0123456789", 5))
        }),
        3 => (0..60).fold(String::new(), |out, _| {
            format!("{out}function {}(t,e){{return {}[t]||(e.token=t.{}(e),this.secret=!0)}}", draw.alnum(2), draw.alnum(3), draw.alnum(4))
        }),
        4 => (0..15).fold("{\"packages\":{".to_owned(), |out, _| {
            format!("{out}\"node_modules/{}\":{{\"version\":\"1.2.3\",\"resolved\":\"https://registry.test/{}/-/x-1.2.3.tgz\",\"integrity\":\"sha512-{}==\"}},", draw.of("abcdefghij", 7), draw.of("abcdefghij", 7), STANDARD.encode(draw.bytes(64)).trim_end_matches('='))
        }),
        5 => (0..12).fold(String::new(), |out, _| {
            format!("{out}[[package]]\nname = \"{}\"\nversion = \"0.1.2\"\nchecksum = \"{}\"\n", draw.of("abcdefghij", 7), draw.hex(64))
        }),
        6 => {
            let image = [b"\x89PNG\r\n\x1a\n".to_vec(), draw.bytes(3000)].concat();
            format!("<img src=\"data:image/png;base64,{}\">", STANDARD.encode(image))
        }
        7 => format!("commit {}\nAuthor: a <a@b.test>\nDate: x\n\n    Rotate the token; password=changeme, see {uuid}\n", draw.hex(40)),
        _ => format!("body: {}\n", STANDARD.encode(gzip(&(0..200).fold(String::new(), |out, _| format!("{out}{{\"v\":\"{}\"}}\n", draw.alnum(22)))))),
    }
}

#[test]
fn honest_documents_are_left() {
    let scanner = Scanner::default();
    let mut draw = Draw(42);
    for _ in 0..5000 {
        let text = honest(&mut draw);
        let leaks = scanner.text(text.as_bytes());
        assert!(leaks.is_empty(), "{leaks:?} in {text}");
    }
}

#[test]
fn fillers_and_what_documentation_prints_are_left() {
    let scanner = Scanner::default();
    for text in [
        concat!("AKI", "AIOSFODNN7EXAMPLE"),
        concat!("ghp", "_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        concat!("glpat", "-0123456789abcdefghij"),
        concat!("sk_te", "st_4eC39HqLyjWDarjtT1zdp7dc"),
        "postgres://user:password@localhost/db and redis://:changeme@cache and mysql://root:root@db/x",
        "https://user:${PASSWORD}@host and https://u:<token>@host",
        "Authorization: Bearer <token>\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "password: process.env.DB_PASSWORD_2\ntoken = getToken(a1, b2)\nsecret: my-secret-name-2",
        "token_type: bearer_token_2\npassword_reset_url: abc123def456\nsecret_id: 1b2c3d4e5f6a7b8c9d0e",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "api_key: {{billing-key}}",
        "tokens: 128000 completion_tokens: 4096 max_tokens=8192",
    ] {
        let leaks = scanner.text(text.as_bytes());
        assert!(leaks.is_empty(), "{leaks:?} in {text}");
    }
}
