//! Values of the same form as recorded ones that nobody has, and values of no such form.

/// An id of the same form that names nothing: a number where it is a number, a UUID of the same version,
/// the same prefix with other characters after it. Of a URI, or of another name in several parts, only the
/// last part is another: what stands before says of what kind it is.
pub(super) fn unknown(id: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits(id) {
        // Within 32 bits, and beyond what anybody counts up to.
        return if id.len() < 10 { "987654321".to_owned() } else { turned(id, 1) };
    }
    if is_uuid(id) {
        // Version and variant stay.
        return id
            .char_indices()
            .map(|(at, c)| if matches!(at, 8 | 13..=14 | 18..=19 | 23) { c } else { turn(c) })
            .collect();
    }
    if is_date(id) {
        return "1970-01-01".to_owned();
    }
    if let Some((around, last)) = last_part(id) {
        return format!("{around}{}", unknown(last));
    }
    if let Some((name, host)) = id.split_once('@') {
        return format!("nobody.{name}@{host}");
    }
    if let Some((algorithm, hex)) = id.split_once(':').or_else(|| id.split_once("%3A"))
        && hex.len() >= 16
    {
        let colon = if id.contains(':') { ":" } else { "%3A" };
        return format!("{algorithm}{colon}{}", turned(hex, 0));
    }
    let drawn = id.bytes().any(|b| b.is_ascii_digit()) && id.len() >= 4;
    if !drawn {
        let dashed = id.contains('-') || id.is_empty();
        let low = if id.contains('_') { "no_such_thing" } else { "nosuchthing" };
        let word = if dashed { "no-such-thing" } else { low };
        return if id.chars().all(|c| !c.is_ascii_lowercase()) {
            word.to_uppercase()
        } else {
            word.to_owned()
        };
    }
    // `TCK1042` is a word and a number, as `TCK-1042` is.
    let numbered = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let worded =
        numbered >= 2 && numbered < id.len() && id[..numbered].bytes().all(|b| b.is_ascii_alphabetic());
    let cut = if worded { numbered } else { id.rfind(['_', '-']).map_or(0, |at| at + 1) };
    let (prefix, rest) = id.split_at(cut);
    if digits(rest) && rest.len() < 6 {
        return format!("{prefix}{}", "9".repeat(rest.len().max(5)));
    }
    // What begins an id may tell its time or its kind.
    format!("{prefix}{}", turned(rest, if cut == 0 { 2 } else { 0 }))
}

/// A URI, a path or an ARN without its last part, and that; escaped or not. None for what is of one part.
fn last_part(id: &str) -> Option<(&str, &str)> {
    let cut = |mark: &str| id.rfind(mark).map(|at| at + mark.len());
    let upper = id.to_ascii_uppercase();
    let escaped = || upper.rfind("%2F").filter(|_| upper.len() == id.len()).map(|at| at + 3);
    let several = |mark: &str| id.matches(mark).count() >= 3;
    let at = cut("/")
        .or_else(escaped)
        .or_else(|| cut(":").filter(|_| several(":")))
        .or_else(|| cut(".").filter(|at| id[*at..].bytes().any(|b| b.is_ascii_digit()) && !is_decimal(id)))?;
    let (around, last) = id.split_at(at);
    (!last.is_empty()).then_some((around, last))
}

fn is_decimal(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// What has not the form that this id has; none where any text may be one.
pub(super) fn malformed(id: &str) -> Option<&'static str> {
    let number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    let prefixed = id.rfind(['_', '-']).is_some_and(|at| {
        at > 0
            && id[..at].bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
            && id[at..].bytes().any(|b| b.is_ascii_digit())
    });
    let digest = id.split_once(':').is_some_and(|(_, hex)| hex.len() >= 16);
    (number || is_uuid(id) || is_date(id) || prefixed || digest).then_some("not*an*id")
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        && parts.concat().bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([4, 2, 2]) && parts.concat().bytes().all(|b| b.is_ascii_digit())
}

/// Other letters and digits from a place on, of the same kinds.
fn turned(text: &str, from: usize) -> String {
    text.char_indices().map(|(at, c)| if at < from { c } else { turn(c) }).collect()
}

/// Another of its kind; hexadecimal stays hexadecimal.
fn turn(c: char) -> char {
    let around = |first: u8, count: u8, by: u8| (first + (c as u8 - first + by) % count) as char;
    match c {
        '0'..='9' => around(b'0', 10, 3),
        'a'..='f' => around(b'a', 6, 2),
        'g'..='z' => around(b'g', 20, 7),
        'A'..='F' => around(b'A', 6, 2),
        'G'..='Z' => around(b'G', 20, 7),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_ids_have_the_form_of_known_ones() {
        for (known, other) in [
            ("42", "987654321"),
            ("12345678901", "15678901234"),
            ("0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60", "3423b6c5-0e44-7f7a-8b3c-4e5d6f7a8b93"),
            ("cus_a1b2c3", "cus_c4d5e6"),
            ("ord-42", "ord-99999"),
            ("2024-01-31", "1970-01-01"),
            ("ada@example.org", "nobody.ada@example.org"),
            ("octocat", "nosuchthing"),
            ("my-bucket", "no-such-thing"),
            ("EUR", "NOSUCHTHING"),
            ("sha256:0123456789abcdef01", "sha256:3456789012cdefab34"),
            ("gid://shop/Product/4711", "gid://shop/Product/987654321"),
            ("gid%3A%2F%2Fshop%2FProduct%2F4711", "gid%3A%2F%2Fshop%2FProduct%2F987654321"),
            ("https://api.example.org/v1/things/th_a1b2c3", "https://api.example.org/v1/things/th_c4d5e6"),
            ("arn:aws:sns:eu-1:1234:topic-7", "arn:aws:sns:eu-1:1234:topic-99999"),
            ("org.team.42", "org.team.987654321"),
            ("TCK1042", "TCK99999"),
        ] {
            assert_eq!(unknown(known), other, "{known}");
            assert_ne!(known, other);
        }
        assert_eq!(malformed("42"), Some("not*an*id"));
        assert!(malformed("cus_a1b2").is_some() && malformed("octocat").is_none());
    }
}
