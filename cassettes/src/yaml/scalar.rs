//! YAML scalars that every reader understands alike, YAML 1.1 or 1.2.

use crate::json::blanks;

/// Writes a double-quoted scalar on one line.
pub(crate) fn quoted(text: &str, out: &mut String) {
    out.push('"');
    escape(text, out);
    out.push('"');
}

/// Writes what stands between the quotes. What needs no escape, which is nearly everything, is copied as it is.
pub(super) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(|b| !matches!(b, b' '..=b'~') || b == b'"' || b == b'\\');
        let (itself, odd) = rest.split_at(plain.unwrap_or(rest.len()));
        out.push_str(itself);
        let Some(c) = odd.chars().next() else { return };
        escaped(c, out);
        rest = &odd[c.len_utf8()..];
    }
}

/// Writes a double-quoted scalar with a line of its own for each line of text, so that diffs stay
/// small where a block cannot hold the text (carriage returns, control characters).
pub(super) fn quoted_lines(text: &str, indent: usize, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find('\n') {
        let (line, next) = rest.split_at(at + 1);
        escape(line, out);
        rest = next;
        if !rest.is_empty() {
            // An escaped line break is no content; a leading blank after it must be escaped to count.
            out.push_str("\\\n");
            blanks(indent, out);
            if rest.starts_with(' ') {
                out.push_str("\\ ");
                rest = &rest[1..];
            }
        }
    }
    escape(rest, out);
    out.push('"');
}

fn escaped(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_plain(c) => out.push(c),
        c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02X}", c as u32)),
        c if (c as u32) < 0x10000 => out.push_str(&format!("\\u{:04X}", c as u32)),
        c => out.push_str(&format!("\\U{:08X}", c as u32)),
    }
}

/// Printable in YAML 1.1 and 1.2, and a line break in neither.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether a literal block gives the text back exactly in every reader.
pub(crate) fn fits_block(text: &str) -> bool {
    // Readers built on libyaml refuse a first line that begins with a tab; a first blank would need an
    // indentation indicator.
    !text.is_empty()
        && !text.starts_with([' ', '\t', '\n'])
        && (text.bytes().fold(true, |fits, b| fits & matches!(b, b' '..=b'~' | b'\n' | b'\t'))
            || text.chars().all(|c| c == '\n' || c == '\t' || is_plain(c)))
}

/// Writes a literal block, header included; the text must fit one.
pub(crate) fn block(text: &str, indent: usize, out: &mut String) {
    out.push_str(match (text.ends_with('\n'), text.ends_with("\n\n")) {
        (false, _) => "|-\n",
        (true, false) => "|\n",
        (true, true) => "|+\n",
    });
    for line in text.split_inclusive('\n') {
        if line != "\n" {
            blanks(indent, out);
        }
        out.push_str(line);
    }
    if !text.ends_with('\n') {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text comes back from a YAML reader as it went in, in all the forms that may hold it.
    #[test]
    fn scalars_come_back() {
        let mut texts: Vec<String> =
            ["", "no", "1:30", "2024-01-01", "~", "<<", "=", "1e3", "a: b # c", "- x", "\"q\" \\ '", "{}"]
                .map(String::from)
                .to_vec();
        for c in
            (0..0x100u32).chain([0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff, 0x1f600]).filter_map(char::from_u32)
        {
            texts.extend([format!("{c}"), format!("a{c}b"), format!("a\n{c}b\n"), format!("x{c}\n\n")]);
        }
        for text in [
            " lead",
            "a\n b\n",
            "a \n\nb",
            "a\r\nb\r\n",
            "a\r\n  b",
            "\n",
            "\n\na",
            "a\n\n\n",
            "\ta",
            "a\n\tb",
            "trail ",
            "---\n...",
            "# c\n",
        ] {
            texts.push(text.into());
        }
        for text in &texts {
            let mut one = String::from("k: ");
            quoted(text, &mut one);
            let mut many = String::from("k: ");
            quoted_lines(text, 2, &mut many);
            let mut forms = vec![one, many];
            if fits_block(text) {
                let mut literal = String::from("k: ");
                block(text, 2, &mut literal);
                literal.push_str("z: 1\n");
                forms.push(literal);
            }
            for yaml in forms {
                let read: std::collections::BTreeMap<String, serde_yaml::Value> =
                    serde_yaml::from_str(&yaml).unwrap_or_else(|e| panic!("{text:?} as {yaml:?}: {e}"));
                assert_eq!(read["k"].as_str(), Some(text.as_str()), "{yaml:?}");
            }
        }
    }
}
