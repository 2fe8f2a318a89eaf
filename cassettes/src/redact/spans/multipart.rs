//! The parts of a multipart body (RFC 2046 §5.1, RFC 7578).

use std::ops::Range;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::redact) struct Part {
    /// The field's name; empty where the part has none.
    pub(in crate::redact) name: String,
    pub(in crate::redact) body: Range<usize>,
}

/// The boundary that a body begins with, whatever its media type says.
pub(in crate::redact) fn boundary(body: &[u8]) -> Option<&[u8]> {
    let line = body.strip_prefix(b"\r\n").unwrap_or(body).strip_prefix(b"--")?;
    let end = memchr::memmem::find(line, b"\r\n").filter(|end| (1..=70).contains(end))?;
    let boundary = &line[..end];
    boundary.iter().all(|b| b.is_ascii_graphic() || *b == b' ').then_some(boundary)
}

/// The parts, also of a body that breaks off in the last of them.
pub(in crate::redact) fn parts(body: &[u8]) -> Vec<Part> {
    let Some(boundary) = boundary(body) else { return Vec::new() };
    let delimiter = [b"--", boundary].concat();
    let marks: Vec<usize> = memchr::memmem::find_iter(body, &delimiter).collect();
    let mut parts = Vec::new();
    for (i, mark) in marks.iter().enumerate() {
        let from = mark + delimiter.len();
        let end = marks.get(i + 1).map_or(body.len(), |next| next - 2.min(next - from));
        let Some(head) = memchr::memmem::find(&body[from..end.max(from)], b"\r\n\r\n") else { continue };
        let fields = String::from_utf8_lossy(&body[from..from + head]);
        parts.push(Part { name: name(&fields), body: from + head + 4..end });
    }
    parts.retain(|part| part.body.start < part.body.end);
    parts
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
        let cut = b"--B\r\ncontent-disposition: form-data; name=pin; x=y\r\n\r\n12";
        assert_eq!(parts(cut), [Part { name: "pin".into(), body: 54..56 }]);
        for body in ["", "--", "--B", "--B\r\n", "--B\r\n\r\n", "--B\r\n--B\r\n--B--", "x"] {
            assert_eq!(parts(body.as_bytes()), [], "{body}");
        }
    }
}
