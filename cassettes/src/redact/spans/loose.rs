//! Named values in text that is no document: JSON that breaks off, a dictionary as a program prints it,
//! lines of settings, connection strings, command lines, calls with named arguments.

use super::{
    Edit,
    json::{Change, Found},
    word::{self, Context},
};
use crate::{
    json::Pointer,
    redact::{
        leaf::Scalar,
        names::{Judge, Mark, Sense},
    },
};
use std::ops::Range;

/// Longer names are prose.
const MAX_NAME: usize = 80;
/// Longer values in quotes are no single value.
const MAX_VALUE: usize = 64 << 10;

/// Walks `"name": "value"`, `name: value`, `name=value` and `--name value`.
pub(in crate::redact) fn edit(text: &str, names: Judge<'_>, change: &mut Change<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut done = 0;
    while let Some(at) = memchr::memchr2(b':', b'=', &text.as_bytes()[done..]).map(|step| done + step) {
        done = at + 1;
        let Some((name, quoted)) = name(text, at) else { continue };
        let mark = mark(&text[name.clone()], text.as_bytes()[at], names);
        if mark.sense == Sense::No {
            continue;
        }
        let Some((value, number)) = value(text, at, &name, quoted, mark.sense) else { continue };
        done = value.end.max(done);
        edits.extend(ask(text, &text[name], mark, value, number, change));
    }
    let flags = flags(text, names, change);
    if !flags.is_empty() {
        edits.extend(flags);
        edits.sort_by_key(|edit| edit.span.start);
    }
    edits
}

/// What a name says here: a header's name may stand in any text.
fn mark(name: &str, separator: u8, names: Judge<'_>) -> Mark {
    let mark = names.mark(&Pointer::root().member(name), Mark::default());
    let header = mark.sense == Sense::No && separator == b':' && name.contains('-');
    if header { names.mark_of_name(name) } else { mark }
}

/// The name before a separator, and whether it stands in quotes.
fn name(text: &str, separator: usize) -> Option<(Range<usize>, bool)> {
    let bytes = text.as_bytes();
    let space = bytes[..separator].iter().rev().take(8).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let end = separator - space;
    let last = *bytes[..end].last()?;
    if matches!(last, b'"' | b'\'') {
        let from = end.saturating_sub(MAX_NAME);
        let open = from + memchr::memrchr2(b'"', b'\'', &bytes[from..end - 1])?;
        // Escaped in a text that holds a document.
        let close = end - 1 - usize::from(bytes[end - 2] == b'\\');
        let name = text.get(open + 1..close).filter(|name| !name.is_empty() && bytes[open] == last)?;
        return (!name.contains('\n')).then_some((open + 1..close, true));
    }
    let lawful = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || !b.is_ascii();
    let len = bytes[..end].iter().rev().take(MAX_NAME + 1).take_while(lawful).count();
    let dashes = bytes[end - len..end].iter().take_while(|b| **b == b'-').count();
    let start = end - len + dashes;
    if len > MAX_NAME || start == end || space > 1 {
        return None;
    }
    // The pairs of a URL are walked as such.
    let before = start.checked_sub(dashes + 1).map(|at| bytes[at]);
    let within_url = matches!(before, Some(b'?' | b'&' | b'/' | b'%' | b'#' | b'@'));
    let name = text.get(start..end)?;
    (!within_url && name.contains(|c: char| c.is_alphabetic())).then_some((start..end, false))
}

/// The value behind a separator, and whether it is a bare number.
fn value(
    text: &str,
    separator: usize,
    name: &Range<usize>,
    quoted: bool,
    sense: Sense,
) -> Option<(Range<usize>, bool)> {
    let bytes = text.as_bytes();
    let mut from = separator + 1;
    match bytes.get(from) {
        // A comparison, or the scheme of a URL.
        Some(b'=') => return None,
        Some(b'/') if bytes[separator] == b':' => return None,
        Some(b'>') if bytes[separator] == b'=' => from += 1,
        _ => {}
    }
    let space = |b: &&u8| if quoted { b.is_ascii_whitespace() } else { matches!(b, b' ' | b'\t') };
    from += bytes[from..].iter().take_while(space).count();
    let escaped = usize::from(matches!(bytes.get(from..from + 2), Some([b'\\', b'"' | b'\''])));
    if matches!(bytes.get(from + escaped), Some(b'"' | b'\'')) {
        let open = from + escaped;
        let end = close(bytes, open, escaped > 0).unwrap_or_else(|| {
            let line = memchr::memchr(b'\n', &bytes[open..]).map_or(text.len(), |end| open + end);
            let rest = if quoted { text } else { &text[..line] };
            rest.trim_end().len().max(open + 1)
        });
        return Some((open + 1..end, false));
    }
    if quoted {
        let digits = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        return (digits > 0).then_some((from..from + digits, true));
    }
    let context = Context::of(text, name, separator, from);
    Some((word::value(text, from, &context, sense)?, false))
}

/// The quote that closes the one at `open`.
fn close(bytes: &[u8], open: usize, escaped: bool) -> Option<usize> {
    let quote = bytes[open];
    let bytes = &bytes[..bytes.len().min(open + MAX_VALUE)];
    let mut at = open + 1;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[at] == quote || (escaped && bytes.get(at + 1) == Some(&quote)) {
            return Some(at);
        }
        at += 2;
    }
}

/// `--password value`, as on a command line.
fn flags(text: &str, names: Judge<'_>, change: &mut Change<'_>) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    for dashes in memchr::memmem::find_iter(bytes, b"--") {
        let start = dashes + 2;
        let lawful = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let len = bytes[start..].iter().take(MAX_NAME).take_while(lawful).count();
        let from = start + len + 1;
        let begins = dashes == 0 || matches!(bytes[dashes - 1], b' ' | b'\t' | b'\n' | b'"' | b'\'' | b'[');
        if len == 0 || !begins || bytes.get(from - 1) != Some(&b' ') {
            continue;
        }
        let mark = names.mark(&Pointer::root().member(&text[start..start + len]), Mark::default());
        if mark.sense == Sense::No {
            continue;
        }
        let quote = bytes.get(from).copied().filter(|b| matches!(b, b'"' | b'\''));
        let value = match quote {
            Some(_) => from + 1..close(bytes, from, false).unwrap_or(from + 1),
            None => word::word(text, from),
        };
        if quote.is_some() || word::is_credible(&text[value.clone()]) {
            edits.extend(ask(text, &text[start..start + len], mark, value, false, change));
        }
    }
    edits
}

fn ask(
    text: &str,
    name: &str,
    mark: Mark,
    value: Range<usize>,
    number: bool,
    change: &mut Change<'_>,
) -> Option<Edit> {
    let at = Pointer::root().member(name);
    let old = text.get(value.clone()).filter(|old| !word::is_placeholder(old) && mark.wants(old, number))?;
    let scalar = if number { Scalar::Number } else { Scalar::Text };
    let with = change(&Found { at: &at, mark, scalar, text: old })?;
    Some(Edit::new(value, with))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::RedactRules,
        redact::{names::Names, spans::splice},
    };

    fn hide(text: &str) -> String {
        let names = Names::new(&RedactRules::default()).expect("no rules");
        let edits = edit(text, Judge(Some(&names)), &mut |_| Some("*".into()));
        String::from_utf8(splice(text.as_bytes(), &edits)).expect("UTF-8")
    }

    #[test]
    fn named_values_are_found_in_broken_text() {
        for (text, after) in [
            (r#"{"a":1,"password":"hunt"#, r#"{"a":1,"password":"*"#),
            (r#"cb({"api_key" : "k\"1", "n":2})"#, r#"cb({"api_key" : "*", "n":2})"#),
            ("{'token': 'abc123', 'pin': 1234}", "{'token': '*', 'pin': *}"),
            (r#"got {\"password\":\"a b\",\"n\":1}"#, r#"got {\"password\":\"*\",\"n\":1}"#),
            ("A=1\nexport DB_PASSWORD=abc\n", "A=1\nexport DB_PASSWORD=*\n"),
            ("  client-secret: \"x y\"\n", "  client-secret: \"*\"\n"),
            ("\"id\": \"x\"\nAPI_KEY=abc1 # prod\n", "\"id\": \"x\"\nAPI_KEY=* # prod\n"),
            ("api-key: 'x'\npassword: s3cret # old\n", "api-key: '*'\npassword: * # old\n"),
        ] {
            assert_eq!(hide(text), after);
        }
    }

    #[test]
    fn named_values_are_found_in_lines_of_any_kind() {
        for (text, after) in [
            ("run --password=hunter2 --x 1", "run --password=* --x 1"),
            ("run --password hunter2 --x", "run --password * --x"),
            ("curl -H 'Authorization: Bearer abc1' u", "curl -H 'Authorization: *' u"),
            ("curl -H \"X-Api-Key: abc1\" u", "curl -H \"X-Api-Key: *\" u"),
            ("Server=x;Password=hun;ter;User=a", "Server=x;Password=*;ter;User=a"),
            ("Password=hunter;Server=x;", "Password=*;Server=x;"),
            ("E=sb://x/;SharedAccessKey=ab+/c=;T=q", "E=sb://x/;SharedAccessKey=*;T=q"),
            ("12:01 INFO user=a token=abc123 ok", "12:01 INFO user=a token=* ok"),
            (
                "POST /x HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n",
                "POST /x HTTP/1.1\r\nAuthorization: *\r\n\r\n",
            ),
            (
                "mutation { login(mail: \"a\", password: \"hunter\") { id } }",
                "mutation { login(mail: \"a\", password: \"*\") { id } }",
            ),
            ("log: password: hunter2, next", "log: password: *, next"),
            ("'password' => 'hunter'", "'password' => '*'"),
        ] {
            assert_eq!(hide(text), after);
        }
    }

    #[test]
    fn prose_and_places_to_fill_in_stay() {
        for text in [
            "password: must be longer",
            "The password: it must be longer",
            "it's \"token\": no",
            "set password = and try again",
            "password=${DB_PASSWORD}",
            "--token <your-token>",
            "--password is required",
            "Authorization: required",
            "if (password == other) {",
            "token = tokenizer.next1()",
            "password=********",
            "Invalid token: abc",
            "\"",
            "'",
            ":",
            "=",
            "a\"=",
            "--",
            "\u{e9}:\u{e9}=",
            "token=",
            "\"token\":",
            "password:\"",
        ] {
            assert_eq!(hide(text), text);
        }
    }
}
