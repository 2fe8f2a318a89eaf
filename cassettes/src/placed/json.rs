//! JSON with its lines.

use super::tree::{Builder, Placed, Unreadable, Value};
use crate::json::{Json, TokenKind, Tokens, unescape};

/// Reads exactly one document.
pub(super) fn read(bytes: &[u8]) -> Result<Placed, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if std::str::from_utf8(bytes).is_err() {
        return Err(Unreadable { line: 1, what: "not UTF-8".to_owned() });
    }
    let mut builder = Builder::default();
    let (mut line, mut counted) = (1, 0);
    for token in Tokens::new(bytes) {
        let at = match &token {
            Ok(token) => token.span.start,
            Err(why) => why.at.min(bytes.len()),
        };
        line += bytes[counted..at].iter().filter(|&&b| b == b'\n').count() as u32;
        counted = at;
        let token = token.map_err(|why| Unreadable { line, what: format!("not JSON: {}", why.what) })?;
        let text = &bytes[token.span];
        let inner = || unescape(&text[1..text.len() - 1]);
        let scalar = match token.kind {
            TokenKind::ObjectStart | TokenKind::ArrayStart => {
                builder.open(line, token.kind == TokenKind::ObjectStart);
                continue;
            }
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                builder.close();
                continue;
            }
            TokenKind::Key => {
                builder.key(inner(), line);
                continue;
            }
            TokenKind::Colon | TokenKind::Comma => continue,
            TokenKind::String => Json::String(inner()),
            TokenKind::Number => Json::Number(String::from_utf8_lossy(text).into_owned()),
            TokenKind::Bool => Json::Bool(text == b"true"),
            TokenKind::Null => Json::Null,
        };
        builder.put(Placed { line, value: Value::Scalar(scalar) });
    }
    builder.done().ok_or(Unreadable { line, what: "not JSON: unexpected end".to_owned() })
}
