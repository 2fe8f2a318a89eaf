//! Which path segments look like somebody's id rather than a word of the route.

/// What stands for the varying part in a form.
pub(super) const HOLE: &str = "{}";

/// Whether a segment, without a verb or file type at its end, looks like an id.
pub fn is_id(segment: &str) -> bool {
    is_bare_id(segment) || form(segment) != HOLE
}

/// A segment with its varying part taken out: `{}.json`, `{}:cancel`, `Products({})` for a key in
/// brackets (OData 4.01, URL Conventions §4.3.1). All of it varies where it has no such parts.
pub(super) fn form(segment: &str) -> String {
    if let Some((name, key)) = segment.strip_suffix(')').and_then(|s| s.split_once('('))
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b))
        && name.bytes().any(|b| b.is_ascii_alphabetic())
        && !key.is_empty()
    {
        return format!("{name}({HOLE})");
    }
    format!("{HOLE}{}", split(segment).1)
}

/// The id and what follows it in its segment: `42.json`, `cus_1:cancel`. All of it is the id where
/// nothing follows, or where it is no id anyway.
fn split(segment: &str) -> (&str, &str) {
    if !is_bare_id(segment)
        && let Some(cut) = segment.rfind([':', '.'])
    {
        let (id, suffix) = segment.split_at(cut);
        let word = &suffix[1..];
        let letters = word.len() >= 2 && word.len() <= 24 && word.bytes().all(|b| b.is_ascii_alphabetic());
        if letters && is_bare_id(id) {
            return (id, suffix);
        }
    }
    (segment, "")
}

/// A segment with its id taken out, for comparing routes.
pub(super) fn blur(segment: &str) -> String {
    if is_id(segment) { form(segment) } else { segment.to_owned() }
}

/// `2024-01-31`.
pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([4, 2, 2]) && parts.concat().bytes().all(|b| b.is_ascii_digit())
}

fn is_bare_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    if bytes.is_empty() {
        return false;
    }
    digits == bytes.len()
        || is_date(text)
        || is_email(text)
        || is_digest(text)
        || (text.starts_with("{{") && text.ends_with("}}"))
        || (digits > 0
            && (is_hex(text)
                || is_prefixed(text)
                || is_random(text, digits)
                || text.matches(':').count() >= 3))
}

fn is_email(text: &str) -> bool {
    let text = text.replace("%40", "@");
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.ends_with('.'))
}

/// `sha256:9f86…`, plain or escaped.
fn is_digest(text: &str) -> bool {
    let cut = text.split_once(':').or_else(|| text.split_once("%3A"));
    cut.is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty() && hex.len() >= 16 && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Hexadecimal of some length, with or without the dashes of a UUID.
fn is_hex(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(|&b| b != b'-').collect();
    plain.len() >= 8 && plain.iter().all(u8::is_ascii_hexdigit)
}

/// `cus_NffrFeUfNV2Hib`, `ord-42`, `ABC-1234`: a word and what was counted or drawn after it.
fn is_prefixed(text: &str) -> bool {
    let Some(cut) = text.rfind(['_', '-']) else { return false };
    let (prefix, rest) = (&text[..cut], &text[cut + 1..]);
    let word =
        !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-');
    let count = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    let drawn = rest.len() >= 6
        && rest.bytes().all(|b| b.is_ascii_alphanumeric())
        && rest.bytes().any(|b| b.is_ascii_digit());
    word && (count || drawn)
}

/// Letters and digits mixed as no word mixes them: ULID, KSUID, base62, base64url.
fn is_random(text: &str, digits: usize) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    let upper = text.bytes().any(|b| b.is_ascii_uppercase());
    let lower = text.bytes().any(|b| b.is_ascii_lowercase());
    let dashed = text.bytes().filter(|b| b"-_".contains(b)).count();
    // Words joined by dashes have more of these than of digits.
    let mixed = (upper && lower) || digits >= 3;
    plain
        && ((text.len() >= 10 && mixed && dashed <= digits)
            || (text.len() >= 20 && digits >= 2 && dashed == 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_words() {
        for id in [
            "42",
            "cus_1",
            "cus_NffrFeUfNV2Hib",
            "550e8400-e29b-41d4-a716-446655440000",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "9f86d081",
            "sha256:9f86d081884c7d65",
            "2024-01-31",
            "ann@example.test",
            "ABC-1234",
            "dQw4w9WgXcQ7",
            "arn:aws:sns:eu-1:1:t",
        ] {
            assert!(is_id(id), "{id}");
        }
        for word in [
            "customers",
            "v1",
            "v2beta1",
            "search",
            "oauth2",
            "tags",
            "_catalog",
            "list",
            "me",
            "sub-routes",
            "",
            "s3-website",
            "deadbeef",
            "dead-letter-queue",
            "index.html",
            "users:batchGet",
            "application-v2",
        ] {
            assert!(!is_id(word), "{word}");
        }
        assert_eq!(form("Products(7)"), "Products({})");
        assert_eq!(form("Products()"), "{}");
        assert!(is_id("Products('a')") && !is_id("Products()"));
        assert_eq!(split("cus_1:cancel"), ("cus_1", ":cancel"));
        assert_eq!(split("42.json"), ("42", ".json"));
        assert_eq!(split("ann@example.test"), ("ann@example.test", ""));
    }
}
