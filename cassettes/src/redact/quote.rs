//! What the message of a failure quotes at its end: bytes that were no HTTP, or the beginning of a head
//! that broke off. A head has secrets like any other, so it is walked as one and quoted again.

use super::{
    bodies,
    leaf::{Carrier, Side},
    opened,
    spans::splice,
    walk::{Change, Plain, Select, headers},
};
use crate::{model::Headers, quote::split};

/// Walks a message and the bytes that it quotes.
pub(super) fn message(text: &mut String, select: Select<'_>, change: &mut Change<'_>) {
    let Some((before, bytes)) = split(text) else {
        if (select.carriers)(Carrier::Failure) {
            Plain::at(Side::Reply, Carrier::Failure).text(text, change);
        }
        return;
    };
    let mut said = before.to_owned();
    if (select.carriers)(Carrier::Failure) {
        Plain::at(Side::Reply, Carrier::Failure).text(&mut said, change);
    }
    let head = head(&bytes, select, change);
    *text = format!("{said}\"{}\"", head.escape_ascii());
}

/// Line by line: fields as fields, anything else as text, and what follows the empty line as a body.
fn head(bytes: &[u8], select: Select<'_>, change: &mut Change<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        let content = line.trim_ascii_end();
        if content.is_empty() && !out.is_empty() {
            out.extend_from_slice(line);
            let edits = bodies::edit(rest, opened::kind("", rest), Side::Reply, select, change);
            out.extend(splice(rest, &edits));
            break;
        }
        out.extend(self::line(content, select, change));
        out.extend_from_slice(&line[content.len()..]);
    }
    out
}

fn line(line: &[u8], select: Select<'_>, change: &mut Change<'_>) -> Vec<u8> {
    let colon = memchr::memchr(b':', line).filter(|colon| *colon > 0 && !line[..*colon].contains(&b' '));
    if let Some((colon, name)) = colon.and_then(|at| Some((at, std::str::from_utf8(&line[..at]).ok()?))) {
        let blank = line[colon + 1..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let (start, value) = line.split_at(colon + 1 + blank);
        let mut field = Headers(vec![(name.to_owned(), value.to_vec())]);
        headers(&mut field, Side::Reply, Carrier::Header, select, change);
        return [start, &field.0[0].1].concat();
    }
    let mut text = match std::str::from_utf8(line) {
        Ok(text) if (select.carriers)(Carrier::Failure) => text.to_owned(),
        _ => return line.to_vec(),
    };
    Plain::at(Side::Reply, Carrier::Failure).text(&mut text, change);
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_quoted_again_is_taken_apart() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = format!("expected a head, found \"{}\"", bytes.escape_ascii());
        assert_eq!(split(&text), Some(("expected a head, found ", bytes)));
        for odd in ["reset by peer", "he said \"\\q\"", "\"", "a\"", "x \"é\""] {
            assert_eq!(split(odd), None, "{odd}");
        }
        assert_eq!(split("\"\""), Some(("", Vec::new())));
    }
}
