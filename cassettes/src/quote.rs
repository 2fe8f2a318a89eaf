//! Bytes that were no HTTP, as text in a message that gives them back.

/// How much of what was no HTTP is kept in a message.
const QUOTED: usize = 4096;

/// Bytes as text that [`unquoted`] turns back: ASCII, escaped, between quotes; long ones are cut.
pub fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes[..bytes.len().min(QUOTED)].escape_ascii())
}

/// The bytes that a message quotes at its end, so that a replay can say them again.
pub fn unquoted(message: &str) -> Option<Vec<u8>> {
    split(message).map(|(_, bytes)| bytes)
}

/// What stands before the quote at a message's end, and the bytes in it; none unless quoting them again gives
/// the same text.
pub(crate) fn split(message: &str) -> Option<(&str, Vec<u8>)> {
    let inside = message.strip_suffix('"')?;
    let bytes = inside.as_bytes();
    // The opening quote is the first one, from the end, that no backslash escapes.
    let open =
        memchr::memrchr_iter(b'"', bytes).find(|at| at.checked_sub(1).is_none_or(|b| bytes[b] != b'\\'))?;
    let quoted = &inside[open + 1..];
    let plain = unescaped(quoted.as_bytes())?;
    (plain.escape_ascii().to_string() == quoted).then(|| (&message[..open], plain))
}

fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match rest.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let mut digit = || (rest.next()? as char).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            other @ (b'\\' | b'"' | b'\'') => other,
            _ => return None,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_back() {
        let every: Vec<u8> = (0..=255).collect();
        for bytes in [&b"SSH-2.0\r\n"[..], b"", b"say \"hi\\", b"\\\"", &every] {
            assert_eq!(unquoted(&format!("expected HTTP, got {}", quoted(bytes))).as_deref(), Some(bytes));
        }
        assert_eq!(unquoted("connection reset by peer"), None);
    }
}
