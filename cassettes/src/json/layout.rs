//! Lays a one-line JSON body out over many lines, so that a one-field change is a one-line diff, and
//! takes the lines back to the exact bytes.
//!
//! The layout adds nothing but line breaks and indentation, at places that the grammar fixes: after an
//! opening bracket, after a comma, before a closing bracket. White space that the body itself had stays
//! where it was, behind the indentation; only the one space that many writers put after each comma is
//! remembered as a style instead of being shown on each line.

use super::{JsonError, TokenKind, Tokens};

const INDENT: usize = 2;

/// What the writer of the body put after each comma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Nothing, or nothing regular.
    Json,
    /// One space after every comma.
    SpacedJson,
}

impl Layout {
    fn after_comma(self) -> &'static str {
        match self {
            Layout::Json => "",
            Layout::SpacedJson => " ",
        }
    }
}

/// The laid-out text, or none where the body has line breaks of its own (it is readable as it is), is
/// not JSON, or holds nothing to lay out. What follows the document is kept.
pub fn lay_out(body: &str) -> Option<(Layout, String)> {
    let document = body.trim_end_matches(['\n', '\r']);
    if document.contains(['\n', '\r']) || !document.starts_with(['{', '[']) {
        return None;
    }
    let layout = style(document.as_bytes()).ok()?;
    let mut out = String::with_capacity(body.len() * 2);
    let mut end = 0;
    let mut depth = 0;
    let mut break_before_next = false;
    for token in Tokens::new(document.as_bytes()) {
        let token = token.ok()?;
        let mut space = &document[end..token.span.start];
        let closes = matches!(token.kind, TokenKind::ObjectEnd | TokenKind::ArrayEnd);
        if closes {
            depth -= 1;
        }
        let empty = closes && break_before_next && matches!(document.as_bytes()[end - 1], b'{' | b'[');
        if (break_before_next || closes) && !empty {
            out.push('\n');
            blanks(depth * INDENT, &mut out);
            if break_before_next && !closes && document.as_bytes()[end - 1] == b',' {
                space = &space[layout.after_comma().len()..];
            }
        }
        out.push_str(space);
        out.push_str(&document[token.span.clone()]);
        let opens = matches!(token.kind, TokenKind::ObjectStart | TokenKind::ArrayStart);
        if opens {
            depth += 1;
        }
        break_before_next = opens || token.kind == TokenKind::Comma;
        end = token.span.end;
    }
    out.push_str(&body[end..]);
    Some((layout, out))
}

/// So many blanks, at once.
pub(crate) fn blanks(count: usize, out: &mut String) {
    const SOME: &str = "                                ";
    let mut left = count;
    while left > 0 {
        let now = left.min(SOME.len());
        out.push_str(&SOME[..now]);
        left -= now;
    }
}

/// Whether every comma is followed by at least one space.
fn style(document: &[u8]) -> Result<Layout, JsonError> {
    let mut commas = 0;
    for token in Tokens::new(document) {
        let token = token?;
        if token.kind == TokenKind::Comma {
            commas += 1;
            if document.get(token.span.end) != Some(&b' ') {
                return Ok(Layout::Json);
            }
        }
    }
    Ok(if commas > 0 { Layout::SpacedJson } else { Layout::Json })
}

/// The inverse of [`lay_out`]. Errs where the text is no longer JSON or no longer laid out.
pub fn restore(layout: Layout, text: &str) -> Result<String, JsonError> {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    let mut depth = 0;
    let mut last = TokenKind::Colon;
    for token in Tokens::new(bytes) {
        let token = token?;
        let space = &text[end..token.span.start];
        let closes = matches!(token.kind, TokenKind::ObjectEnd | TokenKind::ArrayEnd);
        if closes {
            depth -= 1;
        }
        let after_break = matches!(last, TokenKind::ObjectStart | TokenKind::ArrayStart | TokenKind::Comma);
        let stripped = if (after_break || closes) && space.starts_with('\n') {
            let indent = 1 + depth * INDENT;
            if last == TokenKind::Comma {
                out.push_str(layout.after_comma());
            }
            space.get(indent..).ok_or(JsonError { at: end, what: "a line with less than its indentation" })?
        } else {
            space
        };
        out.push_str(stripped);
        out.push_str(&text[token.span.clone()]);
        if matches!(token.kind, TokenKind::ObjectStart | TokenKind::ArrayStart) {
            depth += 1;
        }
        last = token.kind;
        end = token.span.end;
    }
    out.push_str(&text[end..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_exactly() {
        for body in [
            r#"{"a":1,"b":[{"c":"x, y"},[],{}],"d":null}"#,
            r#"{"a": 1, "b": [1, 2, {"c": []}]}"#,
            "{\"a\":1}\n",
            r#"{ "a" : 1 ,  "b":[ 1,2 ] , "c":{ } }  "#,
            "[]",
            "[ ]",
            "[[[1]]]",
            "{\"a\":\t1,\t\"b\":2}\r\n",
        ] {
            let (layout, text) = lay_out(body).unwrap_or_else(|| panic!("{body}"));
            assert_eq!(restore(layout, &text).as_deref(), Ok(body), "{text}");
        }
        assert_eq!(lay_out("{\n  \"a\": 1\n}"), None, "already readable");
        assert_eq!(lay_out("{\"a\":1} {\"b\":2}"), None, "two documents");
        assert_eq!(lay_out("12"), None);
    }

    #[test]
    fn a_field_has_a_line() {
        let (layout, text) = lay_out(r#"{"a": 10.10, "b": [1, {"c": "d"}], "e": []}"#).expect("json");
        assert_eq!(layout, Layout::SpacedJson);
        assert_eq!(
            text,
            "{\n  \"a\": 10.10,\n  \"b\": [\n    1,\n    {\n      \"c\": \"d\"\n    }\n  ],\n  \"e\": []\n}"
        );
    }
}
