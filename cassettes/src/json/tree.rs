//! The lossless tree.

use super::{JsonError, TokenKind, Tokens};

/// A JSON value whose numbers keep their text and whose objects keep order and duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// The number's text, exactly.
    Number(String),
    /// The string's value. A lone surrogate becomes U+FFFD.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// Members in order, duplicates included.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads exactly one document.
    pub fn parse(text: &[u8]) -> Result<Json, JsonError> {
        if std::str::from_utf8(text).is_err() {
            return Err(JsonError { at: 0, what: "not UTF-8" });
        }
        let mut open: Vec<Json> = Vec::new();
        let mut names: Vec<Option<String>> = Vec::new();
        let mut name: Option<String> = None;
        let mut root = None;
        for token in Tokens::new(text) {
            let token = token?;
            let bytes = &text[token.span.clone()];
            let done = match token.kind {
                TokenKind::ObjectStart | TokenKind::ArrayStart => {
                    let empty = token.kind == TokenKind::ObjectStart;
                    open.push(if empty { Json::Object(Vec::new()) } else { Json::Array(Vec::new()) });
                    names.push(name.take());
                    None
                }
                TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                    name = names.pop().flatten();
                    open.pop()
                }
                TokenKind::Key => {
                    name = Some(unescape(inner(bytes)));
                    None
                }
                TokenKind::Colon | TokenKind::Comma => None,
                TokenKind::String => Some(Json::String(unescape(inner(bytes)))),
                TokenKind::Number => Some(Json::Number(String::from_utf8_lossy(bytes).into_owned())),
                TokenKind::Bool => Some(Json::Bool(bytes == b"true")),
                TokenKind::Null => Some(Json::Null),
            };
            let Some(value) = done else { continue };
            match open.last_mut() {
                Some(Json::Array(items)) => items.push(value),
                Some(Json::Object(members)) => members.push((name.take().unwrap_or_default(), value)),
                _ => root = Some(value),
            }
        }
        root.ok_or(JsonError { at: text.len(), what: "unexpected end" })
    }

    /// The first member of that name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members().iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// An object's members; empty for anything else.
    pub fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    /// An array's items; empty for anything else.
    pub fn items(&self) -> &[Json] {
        match self {
            Json::Array(items) => items,
            _ => &[],
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar as it would stand in a URL: a string without quotes, a number as written.
    pub fn scalar_text(&self) -> Option<&str> {
        match self {
            Json::String(text) | Json::Number(text) => Some(text),
            Json::Bool(true) => Some("true"),
            Json::Bool(false) => Some("false"),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }

    /// `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        }
    }

    /// Compact text; with `sorted`, members in the order of their names (duplicates keep theirs).
    pub fn write(&self, out: &mut String, sorted: bool) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Number(text) => out.push_str(text),
            Json::String(text) => quote(text, out),
            Json::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out, sorted);
                }
                out.push(']');
            }
            Json::Object(members) => {
                let mut order: Vec<&(String, Json)> = members.iter().collect();
                if sorted {
                    order.sort_by(|a, b| a.0.cmp(&b.0));
                }
                out.push('{');
                for (i, (name, value)) in order.into_iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    value.write(out, sorted);
                }
                out.push('}');
            }
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        self.write(&mut text, false);
        f.write_str(&text)
    }
}

fn inner(quoted: &[u8]) -> &[u8] {
    &quoted[1..quoted.len() - 1]
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The value of a JSON string's inner text, which the lexer has already checked.
pub fn unescape(raw: &[u8]) -> String {
    if let Ok(plain) = std::str::from_utf8(raw)
        && memchr::memchr(b'\\', raw).is_none()
    {
        return plain.to_owned();
    }
    let text = String::from_utf8_lossy(raw);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes().get(at + 1).copied().unwrap_or(b'\\');
        rest = rest.get(at + 2..).unwrap_or_default();
        match escape {
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'u' => {
                let unit = |text: &str| text.get(..4).and_then(|hex| u16::from_str_radix(hex, 16).ok());
                let high = unit(rest).unwrap_or(0xfffd);
                rest = rest.get(4..).unwrap_or_default();
                let low = rest.strip_prefix("\\u").and_then(unit);
                match (high, low) {
                    (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                        let code = 0x10000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(low) - 0xdc00);
                        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                        rest = &rest[6..];
                    }
                    _ => out.push(char::from_u32(u32::from(high)).unwrap_or('\u{fffd}')),
                }
            }
            other => out.push(other as char),
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost() {
        let text =
            r#"{"a":10.10,"b":[1e2,12345678901234567890123,-0],"a":"x\"\\","c":{"d":null,"e":true},"f":{}}"#;
        let tree = Json::parse(text.as_bytes()).expect("valid");
        assert_eq!(tree.to_string(), text);
        let mut sorted = String::new();
        Json::parse(br#"{"b":1,"a":2,"a":1}"#).expect("valid").write(&mut sorted, true);
        assert_eq!(sorted, r#"{"a":2,"a":1,"b":1}"#);
    }

    #[test]
    fn surrogates_pair_up_or_are_replaced() {
        let tree = Json::parse(br#"["\ud83d\ude00","\ud800x","\u00e9\/"]"#).expect("valid");
        let texts: Vec<_> = tree.items().iter().filter_map(Json::as_str).collect();
        assert_eq!(texts, ["😀", "\u{fffd}x", "é/"]);
    }
}
