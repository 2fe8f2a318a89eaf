//! Bodies that are no UTF-8 and text all the same, read character by character and written back as they
//! were: two bytes a character, one byte a character, or cut within a character.

/// How the characters of a text stood in its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Script {
    /// Two bytes a character, the low one first or the high one.
    Utf16 { little: bool },
    /// A byte a character (ISO 8859-1, or any other such set: what a byte means does not matter here).
    Bytes,
    /// UTF-8 that breaks off within a character; these bytes of it are there.
    Cut(Vec<u8>),
}

/// The text of a body that is no UTF-8; none if it is, or if it is no text.
pub(super) fn read(body: &[u8]) -> Option<(String, Script)> {
    if let Some(read) = utf16(body) {
        return Some(read);
    }
    let error = std::str::from_utf8(body).err()?;
    let (text, rest) = body.split_at(error.valid_up_to());
    let control = |b: &u8| *b < 0x20 && !b"\t\n\r\x0c\x1b\x1e".contains(b);
    if body.iter().any(control) {
        return None;
    }
    if error.error_len().is_none() && !text.is_empty() {
        return Some((String::from_utf8_lossy(text).into_owned(), Script::Cut(rest.to_vec())));
    }
    Some((body.iter().map(|&b| b as char).collect(), Script::Bytes))
}

impl Script {
    /// The text as it stood.
    pub(super) fn write(&self, text: &[u8]) -> Vec<u8> {
        let pair = |unit: u16, little: bool| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        match self {
            Script::Utf16 { little } => {
                String::from_utf8_lossy(text).encode_utf16().flat_map(|unit| pair(unit, *little)).collect()
            }
            // A stand-in may hold letters that have no byte of their own.
            Script::Bytes => {
                let byte = |c: char| u8::try_from(u32::from(c)).unwrap_or(b'a' + (u32::from(c) % 26) as u8);
                String::from_utf8_lossy(text).chars().map(byte).collect()
            }
            Script::Cut(rest) => [text, rest].concat(),
        }
    }
}

/// JSON and XML may come in two bytes a character (RFC 4627 §3, XML 1.0 appendix F).
fn utf16(body: &[u8]) -> Option<(String, Script)> {
    let little = match body {
        [0xff, 0xfe, ..] | [b'{' | b'[' | b'<', 0, ..] => true,
        [0xfe, 0xff, ..] | [0, b'{' | b'[' | b'<', ..] => false,
        _ => return None,
    };
    let (units, rest) = body.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let text = char::decode_utf16(units.iter().map(unit)).collect::<Result<String, _>>().ok()?;
    rest.is_empty().then_some((text, Script::Utf16 { little }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_comes_back() {
        let utf16: Vec<u8> = "{\"é\":1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (body, text) in [
            (&utf16[..], "{\"é\":1}"),
            (b"{\"a\":\"\xe9\xff\"}", "{\"a\":\"éÿ\"}"),
            ("{\"a\":\"é".as_bytes().split_last().expect("bytes").1, "{\"a\":\""),
        ] {
            let (read, script) = read(body).expect("text");
            assert_eq!((read.as_str(), script.write(read.as_bytes()).as_slice()), (text, body));
        }
        assert_eq!(Script::Bytes.write("aя".as_bytes()).len(), 2);
        for body in [&b"plain"[..], b"", "é".as_bytes(), b"\x00\xff", b"\x89PNG\r\n\x1a\n\x00"] {
            assert_eq!(read(body), None, "{body:?}");
        }
    }
}
