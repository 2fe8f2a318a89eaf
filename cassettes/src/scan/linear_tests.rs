//! What a scan looks at grows as what is scanned, whatever that is.

use super::{Scanner, work};

/// Pieces that, repeated, make some scanner begin and begin again.
const PIECES: [&str; 33] = [
    "-eyJ",
    "eyJhbGciOiJIUzI1NiJ9.",
    " eyJhbGciOiJIUzI1NiJ9.eyJhbGciOiJIUzI1NiJ9",
    "glpat-",
    "sk-proj-",
    " sk-ant-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "-hvs.",
    "v4.local.",
    "-----BEGIN PRIVATE KEY-----\nAAAA",
    "-----BEGIN PRIVATE KEY-----\n\\",
    "-----BEGIN RSA PRIVATE KEY-----",
    "PuTTY-User-Key-File-3: ssh-rsa\n",
    "password=",
    "password = a1b2c3d4e5f6g7\n",
    "password=user;server=",
    "server=a;password=b1c2d3;",
    "\\\\",
    "\\\"",
    "%25",
    "&amp;",
    "YWJjZGVmZ2hpamtsbW5v",
    "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY= ",
    "616263646566",
    "a\n  ",
    "=\n",
    "postgres://",
    "https://a:b1c2d3e4@h ",
    "aws key=",
    "curl -u a:",
    "machine a login ",
    "discord",
    "a",
    "/",
];

/// Bytes that keywords, patterns and decoders were given.
fn work(text: &str) -> usize {
    work::taken();
    Scanner::default().text(text.as_bytes());
    work::taken()
}

#[test]
fn twice_the_text_is_twice_the_work() {
    for piece in PIECES {
        let [small, large] = [64 << 10, 128 << 10].map(|len: usize| work(&piece.repeat(len / piece.len())));
        assert!(large <= small * 2 + small / 4 + 4096, "{piece:?}: {small}, then {large}");
        assert!(large <= (128 << 10) * 40, "{piece:?}: {large}");
    }
}

/// Many leaks in one line, plain and encoded, are each told once and placed in one pass.
#[test]
fn leaks_are_bounded() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let encoded =
        |n: u32| STANDARD.encode(format!("the token ghp_{n:08}aB3dE5gH7jK9mN1pQ3rS5tU7vW is here")) + " ";
    let text: String = (0..6000).map(encoded).collect();
    let small = work(&text[..text.len() / 2]);
    let large = work(&text);
    assert!(large <= small * 2 + small / 4, "{small}, then {large}");
    let leaks = Scanner::default().text(text.as_bytes());
    assert!((1000..=2000).contains(&leaks.len()), "{}", leaks.len());
    assert!(leaks.iter().all(|leak| leak.line == 1 && leak.column as usize == leak.offset + 1));
}
