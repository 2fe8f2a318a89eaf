//! YAML scalars that every reader understands alike, YAML 1.1 or 1.2.

/// Writes a double-quoted scalar on one line.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        escaped(c, out);
    }
    out.push('"');
}

/// Writes a double-quoted scalar with a line of its own for each line of text, so that diffs stay
/// small where a block cannot hold the text (carriage returns, control characters).
pub(super) fn quoted_lines(text: &str, indent: usize, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find('\n') {
        let (line, next) = rest.split_at(at + 1);
        line.chars().for_each(|c| escaped(c, out));
        rest = next;
        if !rest.is_empty() {
            // An escaped line break is no content; a leading blank after it must be escaped to count.
            out.push_str("\\\n");
            out.extend(std::iter::repeat_n(' ', indent));
            if rest.starts_with(' ') {
                out.push_str("\\ ");
                rest = &rest[1..];
            }
        }
    }
    rest.chars().for_each(|c| escaped(c, out));
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
pub(super) fn fits_block(text: &str) -> bool {
    // Readers built on libyaml refuse a first line that begins with a tab; a first blank would need an
    // indentation indicator.
    !text.is_empty()
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(|c| c == '\n' || c == '\t' || is_plain(c))
}

/// Writes a literal block, header included; the text must fit one.
pub(super) fn block(text: &str, indent: usize, out: &mut String) {
    out.push_str(match (text.ends_with('\n'), text.ends_with("\n\n")) {
        (false, _) => "|-\n",
        (true, false) => "|\n",
        (true, true) => "|+\n",
    });
    for line in text.split_inclusive('\n') {
        if line != "\n" {
            out.extend(std::iter::repeat_n(' ', indent));
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
