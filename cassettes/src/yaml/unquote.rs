//! Double-quoted scalars as the emitter writes them, and header fields in them.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A quoted scalar that is all there is.
pub(super) fn line(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr2(b'"', b'\\', inner.as_bytes()).is_none() {
        return Some(inner.to_owned());
    }
    let (value, rest) = lines(text)?;
    rest.is_empty().then_some(value)
}

/// A quoted scalar that may go on over several lines; what follows it comes back too.
pub(super) fn lines(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut out = String::new();
    loop {
        let at = memchr::memchr3(b'"', b'\\', b'\n', rest.as_bytes())?;
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => return Some((out, &rest[at + 1..])),
            b'\n' => return None,
            _ => {}
        }
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        let digits = match escape {
            b'n' => {
                out.push('\n');
                0
            }
            b'r' => {
                out.push('\r');
                0
            }
            b't' => {
                out.push('\t');
                0
            }
            b'"' | b'\\' | b' ' => {
                out.push(escape as char);
                0
            }
            // An escaped line break and the next line's indentation are no content.
            b'\n' => {
                rest = rest.trim_start_matches(' ');
                0
            }
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return None,
        };
        if digits > 0 {
            out.push(char::from_u32(u32::from_str_radix(rest.get(..digits)?, 16).ok()?)?);
            rest = &rest[digits..];
        }
    }
}

/// `"Name: value"`, or `{name: "Name", base64: "..."}`.
pub(super) fn field(text: &str) -> Option<(String, Vec<u8>)> {
    if let Some(pair) = text.strip_prefix("{name: ").and_then(|t| t.strip_suffix('}')) {
        let (name, value) = pair.split_once(", base64: ")?;
        return Some((line(name)?, STANDARD.decode(line(value)?).ok()?));
    }
    let plain = line(text)?;
    let (name, value) = plain.split_once(": ")?;
    crate::model::is_header_name(name).then(|| (name.to_owned(), value.as_bytes().to_vec()))
}
