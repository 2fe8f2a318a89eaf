//! Percent-encoding without loss (RFC 3986 §2).

use std::borrow::Cow;

/// Percent-decodes to bytes; malformed escapes stay as they are.
pub(crate) fn decode_bytes(text: &[u8], plus_is_space: bool) -> Cow<'_, [u8]> {
    if !text.iter().any(|&b| b == b'%' || (plus_is_space && b == b'+')) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'%' => match escaped(after) {
                Some(value) => {
                    out.push(value);
                    rest = &after[2..];
                }
                None => out.push(byte),
            },
            b'+' if plus_is_space => out.push(b' '),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// The normal spelling of RFC 3986 §6.2.2: escapes in upper case, unreserved characters unescaped.
/// Two spellings of one path have the same normal one; `%2F` is no `/`.
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(cut) = rest.find('%') {
        out.push_str(&rest[..cut]);
        rest = &rest[cut + 1..];
        match escaped(rest.as_bytes()) {
            Some(value) => {
                if value.is_ascii_alphanumeric() || b"-._~".contains(&value) {
                    out.push(char::from(value));
                } else {
                    out.push('%');
                    out.push_str(&rest[..2].to_ascii_uppercase());
                }
                rest = &rest[2..];
            }
            None => out.push('%'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The byte whose two digits start here.
fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|&b| char::from(b).to_digit(16));
    Some((digit(0)? * 16 + digit(1)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_path_are_one() {
        assert_eq!(normal("/a%2fb/%7euser/%41%zz%4"), "/a%2Fb/~user/A%zz%4");
        assert_eq!(normal("/%é"), "/%é");
        assert_eq!(decode_bytes(b"a+b%2Bc%ff%", true).as_ref(), b"a b+c\xff%");
    }
}
