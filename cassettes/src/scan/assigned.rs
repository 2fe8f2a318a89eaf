//! A value that its name gives away: `client_secret = "…"`, `"apiKey": "…"`, `<password>…</password>`.

use std::ops::Range;

/// Parts of names that say that the value is about a secret, and none.
const ABOUT: [&str; 78] = [
    "changed",
    "hashed",
    "used",
    "revoked",
    "enabled",
    "required",
    "strength",
    "type",
    "url",
    "uri",
    "endpoint",
    "count",
    "limit",
    "length",
    "len",
    "size",
    "name",
    "names",
    "id",
    "ids",
    "expires",
    "expiry",
    "expiration",
    "expire",
    "ttl",
    "policy",
    "field",
    "label",
    "hint",
    "reset",
    "next",
    "page",
    "continuation",
    "cursor",
    "csrf",
    "xsrf",
    "nonce",
    "public",
    "tokens",
    "max",
    "min",
    "prompt",
    "completion",
    "cache",
    "sync",
    "etag",
    "version",
    "alg",
    "algorithm",
    "hash",
    "sha",
    "sha256",
    "md5",
    "digest",
    "file",
    "path",
    "dir",
    "ref",
    "arn",
    "env",
    "status",
    "state",
    "created",
    "updated",
    "header",
    "location",
    "store",
    "class",
    "pattern",
    "placeholder",
    "usage",
    "description",
    "title",
    "text",
    "message",
    "error",
    "format",
    "prefix",
];
const LONGEST_NAME: usize = 48;
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=400;

/// The name and the value around a keyword, if it is part of a name and the value could be a secret.
pub(super) fn read(text: &[u8], keyword: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let before = text[..keyword.start].iter().rev().take(LONGEST_NAME).take_while(|b| part(b)).count();
    let after = text[keyword.end..].iter().take(LONGEST_NAME).take_while(|b| part(b)).count();
    let name = keyword.start - before..keyword.end + after;
    if name.len() > LONGEST_NAME || !tells(&text[name.clone()]) {
        return None;
    }
    let value = value(text, name.end)?;
    could_be(&text[value.clone()]).then_some((name, value))
}

/// Whether the name speaks of the secret itself.
fn tells(name: &[u8]) -> bool {
    let is_about = |part: &[u8]| ABOUT.iter().any(|about| part.eq_ignore_ascii_case(about.as_bytes()));
    let (mut start, mut lower) = (0, false);
    for (at, b) in name.iter().enumerate() {
        let word = b.is_ascii_alphanumeric();
        if !word || (b.is_ascii_uppercase() && lower) {
            if is_about(&name[start..at]) {
                return false;
            }
            start = at + usize::from(!word);
        }
        lower = b.is_ascii_lowercase();
    }
    !is_about(&name[start..])
}

/// What is assigned to the name that ends here.
fn value(text: &[u8], end: usize) -> Option<Range<usize>> {
    let mut at = end;
    let skip = |at: &mut usize, most: usize, is: fn(u8) -> bool| {
        let n = text[*at..].iter().take(most).take_while(|b| is(**b)).count();
        *at += n;
        n
    };
    let blank = |b: u8| matches!(b, b' ' | b'\t');
    skip(&mut at, 3, |b| matches!(b, b'"' | b'\'' | b'\\' | b']'));
    skip(&mut at, 4, blank);
    let sign = skip(&mut at, 2, |b| matches!(b, b'=' | b':' | b'>'));
    if sign == 0 || &text[at - sign..at] == b"==" {
        return None;
    }
    skip(&mut at, 4, blank);
    let quote = text.get(at).copied().filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    at += usize::from(quote.is_some());
    let stops = |b: u8| match quote {
        Some(quote) => b == quote || b <= b' ' || b == b'\\',
        None => {
            b <= b' ' || matches!(b, b'"' | b'\'' | b'`' | b',' | b';' | b'&' | b'<' | b'>' | b'\\' | b'#')
        }
    };
    let len = text[at..].iter().take(LENGTHS.end() + 1).take_while(|b| !stops(**b)).count();
    let closed = quote.is_none_or(|quote| text.get(at + len) == Some(&quote));
    (closed && LENGTHS.contains(&len)).then(|| at..at + len)
}

/// Random enough to be chosen by a machine; no path, no expression, no word.
fn could_be(value: &[u8]) -> bool {
    if !value.is_ascii()
        || value
            .iter()
            .any(|b| matches!(b, b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'<' | b'$' | b'*' | b'|'))
    {
        return false;
    }
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if digits < 2
        || letters < 2
        || value.starts_with(b"/")
        || value.starts_with(b".")
        || value.starts_with(b"@")
    {
        return false;
    }
    // A scope says when and where, a date when.
    if value.ends_with(b"_request") || is_date(value) {
        return false;
    }
    if memchr::memmem::find(value, b"://").is_some() || is_dotted(value) {
        return false;
    }
    // Runs of letters that are words: `my-secret-name-2`.
    let words =
        value.split(|b| !b.is_ascii_alphabetic()).filter(|run| run.len() >= 4 && is_word(run)).count();
    letters.saturating_sub(words * 5) >= 4 || words == 0
}

fn is_word(run: &[u8]) -> bool {
    let vowels = run.iter().filter(|b| b"aeiouAEIOU".contains(b)).count();
    let cased = run.iter().skip(1).all(u8::is_ascii_lowercase) || run.iter().all(u8::is_ascii_uppercase);
    cased && vowels * 5 >= run.len()
}

fn is_date(value: &[u8]) -> bool {
    value.len() >= 10 && value[..4].iter().all(u8::is_ascii_digit) && value[4] == b'-' && value[7] == b'-'
}

/// An expression such as `settings.api.key2`.
fn is_dotted(value: &[u8]) -> bool {
    let parts: Vec<&[u8]> = value.split(|b| *b == b'.').collect();
    let name = |part: &[u8]| {
        part.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
            && part.len() < 24
            && part.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    parts.len() > 1 && parts.iter().all(|part| name(part))
}
