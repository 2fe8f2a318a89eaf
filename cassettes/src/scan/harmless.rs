//! What has the look of a secret and is none: examples out of documentation, fillers, sequences, digests.

use super::{
    check,
    kind::{Check, Kind},
};

/// Secrets that vendors and specifications print as examples, by a part that is theirs alone.
const PRINTED: [&str; 12] = [
    "IOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI",
    // The storage emulator's account.
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM",
    "4eC39HqLyjWDarjtT1zdp7dc",
    "BQokikJOvBiI2HlWgH4olfQ2",
    // RFC 7515 §A.1, RFC 7519 §6.1 and a well-known debugger of tokens.
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
    // RFC 7617 §2.
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    "dGVzdDoxMjPCow",
    "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe",
];

/// Words of fillers.
const FILLERS: [&str; 26] = [
    "example",
    "redacted",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "xxxxxx",
    "your_",
    "your-",
    "yourkey",
    "insert",
    "dummy",
    "notreal",
    "not-real",
    "not_real",
    "sanitized",
    "removed",
    "filtered",
    "masked",
    "hidden",
    "fake",
    "000000000",
    "deadbeef",
    "testtest",
    "foobar",
    "lorem",
];

/// Passwords that people put where the real one is to stand.
const CHOSEN: [&str; 25] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "secret",
    "user",
    "username",
    "admin",
    "root",
    "postgres",
    "mysql",
    "guest",
    "test",
    "testing",
    "example",
    "app",
    "dev",
    "local",
    "token",
    "key",
    "mypassword",
    "mysecretpassword",
    "port",
    "none",
    "null",
];

/// Whether this is no secret, although it looks like one.
pub(super) fn is_harmless(kind: &Kind, secret: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(secret) else { return false };
    if PRINTED.iter().any(|printed| text.contains(printed)) {
        return true;
    }
    match kind.check {
        Check::Pem => return is_hollow(text),
        Check::Jwt => return false,
        Check::Basic => return check::basic(secret).is_none_or(|password| is_chosen(&password)),
        Check::Password => {
            if is_chosen(text) {
                return true;
            }
        }
        Check::Mixed if is_token(text) => return true,
        Check::Mixed | Check::Assigned => {
            let digits = secret.iter().filter(|b| b.is_ascii_digit()).count();
            if digits < 2 || is_uuid(secret) || is_digest(text) || is_chosen(text) {
                return true;
            }
        }
        Check::None => {}
    }
    // What all of the kind share tells nothing.
    let keyword = kind.keywords.iter().filter(|word| text.starts_with(word.as_str())).map(String::len).max();
    let tail = &text[keyword.unwrap_or(0)..];
    let least = if kind.check == Check::Assigned { 3.2 } else { kind.entropy };
    entropy(tail.as_bytes()) < least || is_filler(tail)
}

/// Bits for each character, of the characters that are there.
pub(super) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|b| counts[usize::from(*b)] += 1);
    let all = bytes.len().max(1) as f64;
    let bits = |n: &u32| {
        let share = f64::from(*n) / all;
        -share * share.log2()
    };
    counts.iter().filter(|n| **n > 0).map(bits).sum()
}

fn is_filler(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if FILLERS.iter().any(|filler| lower.contains(filler)) {
        return true;
    }
    if ["...", "***", "<", "${", "{{", "%s"].iter().any(|mark| text.contains(mark)) {
        return true;
    }
    // Runs of one character, and of neighbours.
    let bytes = lower.as_bytes();
    let (mut same, mut up, mut down) = (1, 1, 1);
    for pair in bytes.windows(2) {
        same = if pair[0] == pair[1] { same + 1 } else { 1 };
        let step = |a: u8, b: u8| {
            a.is_ascii_alphanumeric() && (a.wrapping_add(1) == b || (a == b'9' && matches!(b, b'0' | b'a')))
        };
        up = if step(pair[0], pair[1]) { up + 1 } else { 1 };
        down = if step(pair[1], pair[0]) { down + 1 } else { 1 };
        if same >= 8 || up >= 8 || down >= 8 {
            return true;
        }
    }
    false
}

/// A word, a placeholder, or one of those that everybody takes.
fn is_chosen(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let lower = bare.to_ascii_lowercase();
    let word = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    CHOSEN.contains(&word)
        || CHOSEN.contains(&lower.as_str())
        || is_filler(text)
        || lower.starts_with("pass")
        || text.starts_with(['$', '<', '{', '%', '['])
        || text.contains("{{")
        || text.bytes().all(|b| b == b'*' || b == b'x' || b == b'X' || b == b'.')
}

/// Made of hexadecimal digits as digests and commits are; a name that says token is no proof.
fn is_digest(text: &str) -> bool {
    let (_, digest) = text
        .split_once([':', '-'])
        .filter(|(name, _)| name.starts_with("sha") || *name == "md5")
        .unwrap_or(("", ""));
    digest.len() >= 32
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes
            .iter()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

/// A token in three parts has a kind of its own, which knows whether anything vouches for it.
fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && (1..=2).contains(&text.matches('.').count())
}

/// A block without a key in it.
fn is_hollow(text: &str) -> bool {
    let body: String = text
        .split("-----")
        .nth(2)
        .unwrap_or_default()
        .replace("\\n", "")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
        .collect();
    body.len() < 60 || entropy(body.as_bytes()) < 4.0 || is_filler(&body[..body.len().min(24)])
}
