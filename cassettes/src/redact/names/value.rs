//! Whether a value looks like a credential, for names that say too little by themselves.

use super::words::is_words;
use crate::redact::pseudonym::is_uuid;

/// At least `min` characters of a credential's alphabet, letters and digits both, well mixed. A UUID is
/// an id more often than a credential.
pub(in crate::redact) fn looks_random(value: &str, min: usize) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() < min || is_uuid(bytes) {
        return false;
    }
    let lawful =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'/' | b'=' | b'.' | b'~');
    let mut seen = [false; 128];
    let mut distinct = 0;
    for &b in bytes {
        if !lawful(&b) {
            return false;
        }
        if !std::mem::replace(&mut seen[usize::from(b)], true) {
            distinct += 1;
        }
    }
    let classes = classes(bytes);
    // In words and dates, runs of one class are long.
    let turns = turns(&classes);
    distinct >= 10 && turns >= 4 && turns * 4 >= bytes.len() && classes.contains(&1)
}

/// Whether it was hardly chosen to be read: letters and digits mixed, from eight characters on. No words,
/// no date, no address, no path, no number.
pub(in crate::redact) fn looks_drawn(value: &str) -> bool {
    let bytes = value.as_bytes();
    if bytes.len() < 8
        || is_plain(value)
        || bytes.iter().any(|b| b.is_ascii_whitespace() || b.is_ascii_control())
    {
        return false;
    }
    let classes = classes(bytes);
    let turns = turns(&classes);
    let digits = classes.contains(&1);
    let letters = classes.iter().any(|c| *c > 1);
    is_uuid(bytes)
        || looks_random(value, 16)
        || (digits && letters && turns >= 3)
        || (!digits && bytes.len() >= 16 && turns * 4 >= bytes.len())
}

/// A path is no key: it has few signs, or an end that files have. In base64 a slash is one of many.
pub(in crate::redact) fn is_path(value: &str) -> bool {
    value.contains('/') && (value.len() < 32 || value.starts_with('/') || value.contains('.'))
}

/// An id that says by its capitals what it is of, and counts on in hexadecimal.
pub(in crate::redact) fn is_typed_id(value: &str) -> bool {
    let (kind, rest) = value.split_at(value.bytes().take_while(u8::is_ascii_uppercase).count());
    (2..=4).contains(&kind.len())
        && rest.len() >= 16
        && rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

/// Whether `token` could mean a credential here: nothing but a dictionary's word, a piece of one, a sign
/// or a public address may stand there instead.
pub(in crate::redact) fn could_be_token(value: &str) -> bool {
    let inner = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if value.contains(char::is_whitespace) || inner.is_empty() {
        return false;
    }
    let digits = inner.bytes().all(|b| b.is_ascii_digit());
    let letters = inner.bytes().all(|b| b.is_ascii_lowercase());
    !((is_words(inner) && !(letters && inner.len() >= 16))
        || is_address(value)
        || (digits && inner.len() < 6)
        || inner.len() < 4)
}

/// An account or a contract in public ledgers.
fn is_address(value: &str) -> bool {
    let hex = |rest: &str| rest.bytes().all(|b| b.is_ascii_hexdigit());
    value.strip_prefix("0x").is_some_and(|rest| rest.len() == 40 && hex(rest))
}

/// What is read in the open: words, a date, an address of the web or of a mailbox, a version, a number.
pub(in crate::redact) fn is_plain(value: &str) -> bool {
    let number = value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b':'));
    is_words(value) || is_date(value) || number || value.contains("://") || value.contains('@')
}

/// Days, and times behind them (RFC 3339, RFC 9110 §5.6.7).
pub(in crate::redact) fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    let digits =
        |from: usize, to: usize| bytes.get(from..to).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
    let dashed = digits(0, 4) && digits(5, 7) && bytes[4] == b'-' && matches!(bytes.get(7), Some(b'-'));
    let basic = digits(0, 8) && matches!(bytes.get(8), Some(b'T')) && digits(9, 13);
    dashed || basic || (value.ends_with(" GMT") && value.contains(", "))
}

/// A number that is no count.
pub(in crate::redact) fn is_long_number(value: &str, min: usize) -> bool {
    value.len() >= min && value.bytes().all(|b| b.is_ascii_digit())
}

/// Digits, lower case, upper case; signs are passed over.
fn classes(bytes: &[u8]) -> Vec<u8> {
    let class = |b: &u8| match b {
        b'0'..=b'9' => 1,
        b'a'..=b'z' => 2,
        b'A'..=b'Z' => 3,
        _ => 0,
    };
    bytes.iter().map(class).filter(|c| *c != 0).collect()
}

fn turns(classes: &[u8]) -> usize {
    classes.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_ids_are_not_random() {
        for value in ["9f86d081884c7d659a2feaa0c55ad015", "Zm9vYmFy0123456789abc", "a8Kq-pL2_mN0xYz7Bv3C"] {
            assert!(looks_random(value, 20), "{value}");
        }
        for value in
            ["short1", "reports/2026/january/summary", "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60", "a b1 2"]
        {
            assert!(!looks_random(value, 20), "{value}");
        }
    }

    #[test]
    fn what_is_read_in_the_open_was_not_drawn() {
        for value in ["hunter2hunter2", "S3cr3t!pass", "9f2b7c1d", "AbKzQwPlMnXcRtVb", "a1b2c3d4e5"] {
            assert!(looks_drawn(value), "{value}");
        }
        for value in [
            "administrator",
            "Europe/Berlin",
            "2026-01-01T00:00:00Z",
            "20260101T000000Z",
            "https://a.test/x1y2z3",
            "ada@example.org",
            "1.10.3",
            "is too short",
            "userLabel",
            "report-2026",
            "1700000000",
        ] {
            assert!(!looks_drawn(value), "{value}");
        }
    }

    #[test]
    fn tokens_of_texts_and_ledgers_are_no_credentials() {
        for value in [
            "running",
            "ethereum",
            "##ing",
            "the",
            "USDC",
            "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
            ",",
            "2026",
        ] {
            assert!(!could_be_token(value), "{value}");
        }
        for value in ["qwxzy", "abc123", "zzz999", "hunter2hunter2", "012345"] {
            assert!(could_be_token(value), "{value}");
        }
    }
}
