//! The pieces of a query, a form or a cookie: `name=value&name=value`.

use super::Edit;
use std::borrow::Cow;

/// One pair, decoded. A piece without `=` is a value without a name.
pub(in crate::redact) struct Pair<'a> {
    pub(in crate::redact) name: &'a str,
    pub(in crate::redact) value: &'a str,
    /// An OAuth token request (RFC 6749 §4): its `code` is a credential.
    pub(in crate::redact) grant: bool,
}

/// Walks `text`, whose pieces are parted by `separator`; `Some` replaces a value.
pub(in crate::redact) fn edit(
    text: &str,
    separator: u8,
    plus_is_space: bool,
    change: &mut dyn FnMut(&Pair<'_>) -> Option<String>,
) -> Vec<Edit> {
    let grant = text.contains("grant_type=");
    let mut edits = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(separator, text.as_bytes()).chain([text.len()]) {
        let piece = &text[start..end];
        let (name, from) = match piece.find('=') {
            Some(equals) => (&piece[..equals], equals + 1),
            None => ("", 0),
        };
        let raw = &piece[from..];
        if !raw.is_empty() {
            let (name, value) = (decode(name, plus_is_space), decode(raw, plus_is_space));
            if let Some(with) = change(&Pair { name: &name, value: &value, grant }) {
                edits.push(Edit::new(start + from..end, encode(&with, raw)));
            }
        }
        start = end + 1;
    }
    edits
}

/// Percent-decodes; what is no escape stays, and so does the whole where it would be no UTF-8.
pub(in crate::redact) fn decode(text: &str, plus_is_space: bool) -> Cow<'_, str> {
    if !text.bytes().any(|b| b == b'%' || (plus_is_space && b == b'+')) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|&b| (b as char).to_digit(16));
        match (bytes[i], digit(i + 1), digit(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 2;
            }
            (b'+', ..) if plus_is_space => out.push(b' '),
            (other, ..) => out.push(other),
        }
        i += 1;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Percent-encodes everything that is neither unreserved (RFC 3986 §2.3) nor stood unescaped in `before`.
/// The braces of `{{name}}` stay readable.
pub(in crate::redact) fn encode(text: &str, before: &str) -> String {
    let placeholder = text.contains("{{");
    // Between the pairs of an older form, a semicolon parts them.
    let semicolon = before.contains(';') && !before.contains("%3B") && !before.contains("%3b");
    let plus = before.contains('+') && !before.contains("%20");
    let mut out = String::with_capacity(text.len());
    for &b in text.as_bytes() {
        let plain = b.is_ascii_alphanumeric()
            || b"-._~".contains(&b)
            || (semicolon && b == b';')
            || (placeholder && matches!(b, b'{' | b'}' | b':'))
            || (!matches!(b, b'%' | b'+' | b' ' | b'&' | b';' | b'#') && before.as_bytes().contains(&b));
        match b {
            b' ' if plus => out.push('+'),
            _ if plain && b.is_ascii() => out.push(b as char),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(HEX[usize::from(b >> 4)] as char);
                out.push(HEX[usize::from(b & 15)] as char);
            }
        }
    }
    out
}

/// Whether the whole text reads as a form whatever its media type says.
pub(in crate::redact) fn looks_like_form(text: &str) -> bool {
    let text = text.trim_end();
    let lawful = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`|".contains(&b);
    text.contains('=')
        && text.bytes().all(lawful)
        && text.split('&').all(|piece| piece.find('=').is_some_and(|e| e > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::spans::splice;

    #[test]
    fn only_the_value_changes_and_its_style_stays() {
        let text = "a=1&tok%65n=x%20y%2f:z&b=p+q&lone&=&a=1";
        let edits = edit(text, b'&', true, &mut |pair| match pair.name {
            "token" => Some(pair.value.replace('x', "&")),
            "b" => Some(format!("{} {{{{n}}}}", pair.value)),
            _ => None,
        });
        let out = String::from_utf8(splice(text.as_bytes(), &edits)).expect("UTF-8");
        assert_eq!(out, "a=1&tok%65n=%26%20y%2F:z&b=p+q+{{n}}&lone&=&a=1");
    }

    #[test]
    fn forms_are_told_from_other_text() {
        assert!(looks_like_form("access_token=gho_x&scope=&token_type=bearer"));
        for text in ["a b=c", "{\"a\"=1}", "plain", "=x", "a=1&b", "a=1\nb=2"] {
            assert!(!looks_like_form(text), "{text}");
        }
    }
}
