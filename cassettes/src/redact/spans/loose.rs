//! Named values in text that is no document: JSON that breaks off, a dictionary as a program prints it,
//! lines of settings.

use super::{Edit, json::Change, json::Found};
use crate::{
    json::Pointer,
    redact::{leaf::Scalar, names::Judge},
};
use std::ops::Range;

/// Longer names are prose.
const MAX_NAME: usize = 80;

/// Walks `"name": "value"` pairs, in double or single quotes, and lines `name: value` or `name=value`.
pub(in crate::redact) fn edit(text: &str, names: Judge<'_>, change: &mut Change<'_>) -> Vec<Edit> {
    let mut edits = quoted(text, names, change);
    if edits.is_empty() {
        edits = lines(text, names, change);
    }
    edits
}

fn quoted(text: &str, names: Judge<'_>, change: &mut Change<'_>) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(step) = memchr::memchr2(b'"', b'\'', &bytes[at..]) {
        let open = at + step;
        let name = open + 1..close(bytes, open).unwrap_or(bytes.len());
        let colon = skip_space(bytes, name.end + 1);
        if name.len() > MAX_NAME || bytes.get(colon) != Some(&b':') {
            at = open + 1;
            continue;
        }
        let from = skip_space(bytes, colon + 1);
        let value = match bytes.get(from) {
            Some(b'"' | b'\'') => {
                from + 1..close(bytes, from).unwrap_or_else(|| text.trim_end().len().max(from + 1))
            }
            _ => {
                from..from + bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
            }
        };
        at = name.end + 1;
        let number = matches!(bytes.get(from), Some(b) if b.is_ascii_digit());
        if let Some(with) = ask(text, &text[name], value.clone(), number, names, change) {
            at = value.end;
            edits.push(Edit::new(value, with));
        }
    }
    edits
}

fn lines(text: &str, names: Judge<'_>, change: &mut Change<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let from = start;
        start += line.len();
        let Some(middle) = line.find([':', '=']).filter(|m| *m <= MAX_NAME) else { continue };
        let name = line[..middle].trim_start_matches(['-', ' ', '\t']);
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        let lawful = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let value = line[middle + 1..].trim().trim_matches(['"', '\'']);
        if name.is_empty() || value.is_empty() || !name.chars().all(lawful) {
            continue;
        }
        let scheme =
            value.split_once(' ').is_some_and(|(scheme, rest)| scheme.len() < 12 && !rest.contains(' '));
        if value.contains(char::is_whitespace) && !(scheme && name.to_ascii_lowercase().contains("auth")) {
            continue;
        }
        let at = from + (value.as_ptr() as usize - line.as_ptr() as usize);
        if let Some(with) = ask(text, name, at..at + value.len(), false, names, change) {
            edits.push(Edit::new(at..at + value.len(), with));
        }
    }
    edits
}

fn ask(
    text: &str,
    name: &str,
    value: Range<usize>,
    number: bool,
    names: Judge<'_>,
    change: &mut Change<'_>,
) -> Option<String> {
    let at = Pointer::root().member(name);
    let mark = names.mark(&at, Default::default());
    let text = text.get(value).filter(|value| mark.wants(value, number))?;
    let scalar = if number { Scalar::Number } else { Scalar::Text };
    change(&Found { at: &at, mark, scalar, text })
}

/// The quote that closes the one at `open`.
fn close(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = bytes[open];
    let mut at = open + 1;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[at] == quote {
            return Some(at);
        }
        at += 2;
    }
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::RedactRules,
        redact::{names::Names, spans::splice},
    };

    #[test]
    fn named_values_are_found_in_broken_text() {
        let names = Names::new(&RedactRules::default()).expect("no rules");
        for (text, after) in [
            (r#"{"a":1,"password":"hunt"#, r#"{"a":1,"password":"*"#),
            (r#"cb({"api_key" : "k\"1", "n":2})"#, r#"cb({"api_key" : "*", "n":2})"#),
            ("{'token': 'abc123', 'pin': 1234}", "{'token': '*', 'pin': *}"),
            ("A=1\nexport DB_PASSWORD=abc\n", "A=1\nexport DB_PASSWORD=*\n"),
            ("  client-secret: \"x y\"\n", "  client-secret: \"x y\"\n"),
            ("password: must be longer", "password: must be longer"),
            ("it's \"token\": no", "it's \"token\": no"),
            ("\"", "\""),
        ] {
            let edits = edit(text, Judge(Some(&names)), &mut |_| Some("*".into()));
            assert_eq!(String::from_utf8(splice(text.as_bytes(), &edits)).expect("UTF-8"), after);
        }
    }
}
