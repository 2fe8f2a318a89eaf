//! Where moments stand in a body: in JSON by name and form, in lines of JSON, in markup and tables by form.

use super::names;
use super::spots::{Around, Spot};
use crate::json::{TokenKind, Tokens, unescape};
use std::ops::Range;

/// The spots of a decoded body, in order.
pub(super) fn spots(around: Around, media: &str, body: &[u8]) -> Vec<Spot> {
    let mut out = Vec::new();
    let Ok(text) = std::str::from_utf8(body) else { return out };
    if media == "application/x-www-form-urlencoded" {
        around.pairs(0, text, &mut out);
        return out;
    }
    let first = text.bytes().find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b));
    let structured = matches!(first, Some(b'{' | b'[' | b'"'));
    if structured && json(around, body, 0, &mut out) {
        return out;
    }
    out.clear();
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let data = line.strip_prefix("data:").unwrap_or(line);
        let at = from + (line.len() - data.len());
        if data.trim_start().starts_with(['{', '[']) {
            // What breaks off keeps what was found before.
            json(around, data.as_bytes(), at, &mut out);
        } else {
            marked(around, line, from, &mut out);
        }
        from += line.len();
    }
    out
}

/// One open container: the name of the member that is being read, of the container itself within an array.
struct Open {
    name: String,
    array: bool,
}

/// The spots of one document that begins at `from`; whether it is one, and whole.
fn json(around: Around, text: &[u8], from: usize, out: &mut Vec<Spot>) -> bool {
    let mut open: Vec<Open> = Vec::new();
    let mut own = String::new();
    for token in Tokens::new(text) {
        let Ok(token) = token else { return false };
        let inner = || token.span.start + 1..token.span.end - 1;
        match token.kind {
            TokenKind::ObjectStart | TokenKind::ArrayStart => {
                let array = token.kind == TokenKind::ArrayStart;
                open.push(Open { name: own.clone(), array });
            }
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                open.pop();
            }
            TokenKind::Key => own = unescape(&text[inner()]),
            TokenKind::String => scalar(around, called(&own, &open), text, inner(), from, out),
            TokenKind::Number => scalar(around, called(&own, &open), text, token.span.clone(), from, out),
            TokenKind::Comma => {
                if let Some(array) = open.last().filter(|open| open.array) {
                    own.clone_from(&array.name);
                }
            }
            TokenKind::Colon | TokenKind::Bool | TokenKind::Null => {}
        }
    }
    true
}

/// By which name a scalar is judged: its own, or that of what it is a part of.
fn called<'n>(own: &'n str, open: &'n [Open]) -> &'n str {
    match open.last() {
        Some(parent) if !parent.array && names::is_part(own) => &parent.name,
        _ => own,
    }
}

/// The spots of a scalar whose raw text stands at `raw`.
fn scalar(around: Around, name: &str, text: &[u8], raw: Range<usize>, from: usize, out: &mut Vec<Spot>) {
    let Ok(written) = std::str::from_utf8(&text[raw.clone()]) else { return };
    if !written.contains('\\') {
        let before = out.len();
        around.text(name, written, out);
        shift(&mut out[before..], from + raw.start);
        return;
    }
    let plain = unescape(written.as_bytes());
    let mut found = Vec::new();
    around.text(name, &plain, &mut found);
    // What follows a clock holds no escapes itself: it stands in the written text as in the plain one, in order.
    let mut after = 0;
    for mut spot in found {
        let value = &plain[spot.at.clone()];
        let Some(at) = written[after..].find(value).map(|at| after + at) else { continue };
        after = at + value.len();
        spot.at = from + raw.start + at..from + raw.start + after;
        out.push(spot);
    }
}

/// The spots of a line of markup, of a table, of plain text.
fn marked(around: Around, line: &str, from: usize, out: &mut Vec<Spot>) {
    let mut at = from;
    for piece in line.split(['<', '>', '"', '\'', '\t', '|', '\n', '\r']) {
        let before = out.len();
        whole(around, piece, at, out);
        if out.len() == before && piece.contains([',', ';']) && !piece.contains("://") {
            let mut at = at;
            for cell in piece.split([',', ';']) {
                whole(around, cell, at, out);
                at += cell.len() + 1;
            }
        }
        at += piece.len() + 1;
    }
}

fn whole(around: Around, piece: &str, at: usize, out: &mut Vec<Spot>) {
    let text = piece.trim();
    let start = at + (piece.len() - piece.trim_start().len());
    let before = out.len();
    around.text("", text, out);
    shift(&mut out[before..], start);
}

fn shift(spots: &mut [Spot], by: usize) {
    for spot in spots {
        spot.at = spot.at.start + by..spot.at.end + by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(media: &str, body: &str) -> Vec<String> {
        let spots = spots(Around(1_767_323_045), media, body.as_bytes());
        spots.into_iter().map(|spot| body[spot.at].to_owned()).collect()
    }

    #[test]
    fn json_is_read_by_name_and_form() {
        let body = r#"{"id":1767323045,"created":1767323045,"exp":"1767323999","expires_in":3600,
            "seen":{"_seconds":1767323001,"nanos":5},"times":[1767323002,1767323003],"n":[1767323004],
            "u":"https:\/\/a.test\/o?Expires=1767323005\u0026X-Amz-Date=20260102T030405Z","s":"\u00e9",
            "born":"2020-01-02T03:04:05Z","t":"2026-01-02T03:04:05Z"}"#;
        assert_eq!(
            found("application/json", body),
            [
                "1767323045",
                "1767323999",
                "1767323001",
                "1767323002",
                "1767323003",
                "1767323005",
                "20260102T030405Z",
                "2026-01-02T03:04:05Z"
            ]
        );
        assert_eq!(found("", "\"2026-01-02T03:04:05Z\""), ["2026-01-02T03:04:05Z"]);
    }

    #[test]
    fn lines_markup_and_tables_are_read_by_form() {
        let at = "2026-01-02T03:04:05Z";
        let events = format!("event: a\ndata: {{\"at\":1767323045}}\n\ndata: {{\"x\":\"{at}\"}}\n");
        assert_eq!(found("text/event-stream", &events), ["1767323045", at]);
        assert_eq!(found("", &format!("{{\"a\":1}}\n{{\"t\":\"{at}\"}}\n")), [at]);
        let markup = format!("<r a='{at}'><LastModified> {at}</LastModified><n>1767323045</n></r>");
        assert_eq!(found("application/xml", &markup), [at, at]);
        assert_eq!(found("text/csv", &format!("id,at\r\n1,{at}\r\n2,\"{at}\",x\r\n")), [at, at]);
        let dated = "<pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate>";
        assert_eq!(found("application/rss+xml", dated), ["Fri, 02 Jan 2026 03:04:05 GMT"]);
        assert_eq!(found("", "{\"at\":1767323045,\"b\":"), ["1767323045"], "what breaks off");
        assert_eq!(found("application/x-www-form-urlencoded", "a=1&expires=1767323045"), ["1767323045"]);
    }
}
