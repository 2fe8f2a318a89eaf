//! The parts of a multipart body (RFC 2046 §5.1, RFC 7578).

use std::ops::Range;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::redact) struct Part {
    /// The field's name; empty where the part has none.
    pub(in crate::redact) name: String,
    pub(in crate::redact) head: Range<usize>,
    pub(in crate::redact) body: Range<usize>,
}

/// The boundary that a body begins with, whatever its media type says. Lines may end as they do in files.
pub(in crate::redact) fn boundary(body: &[u8]) -> Option<&[u8]> {
    let body = body.strip_prefix(b"\r").unwrap_or(body);
    let line = body.strip_prefix(b"\n").unwrap_or(body).strip_prefix(b"--")?;
    let end = memchr::memchr(b'\n', &line[..line.len().min(73)])?;
    let boundary = line[..end].strip_suffix(b"\r").unwrap_or(&line[..end]);
    let lawful = (1..=70).contains(&boundary.len());
    (lawful && boundary.iter().all(|b| b.is_ascii_graphic() || *b == b' ')).then_some(boundary)
}

/// The parts, also of a body that breaks off in the last of them.
pub(in crate::redact) fn parts(body: &[u8]) -> Vec<Part> {
    let Some(boundary) = boundary(body) else { return Vec::new() };
    let delimiter = [b"--", boundary].concat();
    let marks: Vec<usize> = memchr::memmem::find_iter(body, &delimiter).collect();
    let mut parts = Vec::new();
    for (i, mark) in marks.iter().enumerate() {
        let from = mark + delimiter.len();
        let end = marks.get(i + 1).map_or(body.len(), |next| next - line_break(&body[from..*next]));
        let Some((head, gap)) = head(&body[from..end]) else { continue };
        let fields = String::from_utf8_lossy(&body[from..from + head]);
        parts.push(Part { name: name(&fields), head: from..from + head, body: from + head + gap..end });
    }
    parts.retain(|part| part.body.start < part.body.end);
    parts
}

/// How long the line break is that a text ends with.
fn line_break(text: &[u8]) -> usize {
    match text {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 2.min(text.len()),
    }
}

/// How long a head is, and the empty line behind it.
pub(in crate::redact) fn head(text: &[u8]) -> Option<(usize, usize)> {
    let crlf = memchr::memmem::find(text, b"\r\n\r\n").map(|at| (at, 4));
    let lf = memchr::memmem::find(&text[..crlf.map_or(text.len(), |c| c.0)], b"\n\n").map(|at| (at, 2));
    lf.or(crlf)
}

/// Whether a part is itself a message, as batches hold them.
pub(in crate::redact) fn is_message(body: &[u8]) -> bool {
    let line = &body[..memchr::memchr(b'\n', body).unwrap_or(body.len())];
    let method = line.iter().take_while(|b| b.is_ascii_uppercase()).count();
    line.starts_with(b"HTTP/1.")
        || (method > 2 && line.get(method) == Some(&b' ') && memchr::memmem::find(line, b"HTTP/1.").is_some())
}

fn name(fields: &str) -> String {
    let disposition = fields.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let parameter =
        disposition.into_iter().flat_map(|d| d.split(';')).find_map(|p| p.trim().strip_prefix("name="));
    parameter.unwrap_or_default().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_apart_and_a_broken_end_is_a_part() {
        let body = b"--B x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n--B x\r\n\r\nplain\r\n--B x--\r\n";
        let found: Vec<_> = parts(body).into_iter().map(|p| (p.name, &body[p.body])).collect();
        assert_eq!(found, [("token".to_owned(), &b"abc"[..]), (String::new(), &b"plain"[..])]);
        let lines = b"--B\ncontent-disposition: form-data; name=pin\n\n12\n--B--\n";
        let found: Vec<_> = parts(lines).into_iter().map(|p| (p.name, &lines[p.body])).collect();
        assert_eq!(found, [("pin".to_owned(), &b"12"[..])]);
        let cut = b"--B\r\ncontent-disposition: form-data; name=pin; x=y\r\n\r\n12";
        assert_eq!(parts(cut), [Part { name: "pin".into(), head: 3..50, body: 54..56 }]);
        for body in ["", "--", "--B", "--B\r\n", "--B\r\n\r\n", "--B\r\n--B\r\n--B--", "x"] {
            assert_eq!(parts(body.as_bytes()), [], "{body}");
        }
    }
}
