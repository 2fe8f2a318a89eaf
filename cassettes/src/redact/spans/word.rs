//! Where a bare value ends that no quotes hold together, and whether it is one at all: prose speaks of
//! passwords too.

use crate::redact::names::Sense;
use std::ops::Range;

/// No further back is looked for what a line begins with.
const LOOK_BACK: usize = 32;

/// Where a name stands.
pub(super) struct Context {
    /// Nothing but an indent, a dash or `export` stands before it on its line.
    begins_line: bool,
    /// The quote that stands right before it, as in `-H 'Name: value'`.
    quote: Option<u8>,
    /// Blanks stand around the separator.
    spaced: bool,
    colon: bool,
}

impl Context {
    pub(super) fn of(text: &str, name: &Range<usize>, separator: usize, value: usize) -> Context {
        let bytes = text.as_bytes();
        let from = name.start.saturating_sub(LOOK_BACK);
        let line = memchr::memrchr(b'\n', &bytes[from..name.start]).map(|at| from + at + 1);
        let before = line.or((from == 0).then_some(0)).and_then(|line| text.get(line..name.start));
        let lead = before.map(|b| b.trim_start().trim_start_matches("- ").trim());
        Context {
            begins_line: lead
                .is_some_and(|lead| matches!(lead, "" | "-" | "--" | "export" | "set" | "ENV" | "$")),
            quote: name.start.checked_sub(1).map(|at| bytes[at]).filter(|b| matches!(b, b'"' | b'\'')),
            spaced: separator > name.end || value > separator + 1,
            colon: bytes[separator] == b':',
        }
    }
}

/// The value that begins at `from`.
pub(super) fn value(text: &str, from: usize, context: &Context, sense: Sense) -> Option<Range<usize>> {
    let rest = line(text, from, context.quote);
    let whole = from..from + rest.len();
    let scheme = rest.split_once(' ').filter(|(scheme, credentials)| {
        scheme.len() < 12
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !credentials.is_empty()
    });
    let alone = context.begins_line || context.quote.is_some();
    match sense {
        Sense::Authorization if alone && scheme.is_some() => return Some(whole),
        Sense::Authorization => {
            let (scheme, credentials) = scheme?;
            let len = word(credentials, 0).len();
            return (len >= 8).then(|| from..from + scheme.len() + 1 + len);
        }
        Sense::Cookies => return rest.contains('=').then_some(whole),
        _ => {}
    }
    if context.colon && alone {
        if !rest.contains(char::is_whitespace) {
            return (!rest.is_empty()).then_some(whole);
        }
        // `X-Auth: Bearer …`
        return scheme
            .filter(|(scheme, token)| is_scheme(scheme) && !token.contains(char::is_whitespace))
            .map(|_| whole);
    }
    let value = if context.begins_line && !context.colon { assigned(text, from) } else { word(text, from) };
    // A call is code.
    let call = context.spaced && text[value.clone()].contains('(');
    if call || text[value.end..].starts_with(['(', '[']) {
        return None;
    }
    let more = rest.len() > value.len() && context.spaced;
    let sure = !context.colon && !(context.spaced && (more || !alone));
    (!value.is_empty() && (sure || is_credible(&text[value.clone()]))).then_some(value)
}

fn is_scheme(word: &str) -> bool {
    ["bearer", "basic", "token", "digest", "apikey"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// What is left of the line, without a remark, or up to the quote that holds the name too.
fn line(text: &str, from: usize, quote: Option<u8>) -> &str {
    let bytes = &text.as_bytes()[from..];
    let mut end = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    if let Some(close) = quote.and_then(|quote| memchr::memchr(quote, &bytes[..end])) {
        end = close;
    }
    let rest = &text[from..from + end];
    rest.find(" #").map_or(rest, |remark| &rest[..remark]).trim_end()
}

/// A word of a running text.
pub(super) fn word(text: &str, from: usize) -> Range<usize> {
    let ends = |c: char| c.is_whitespace() || "\"'`<>()[]{}|\\;,&".contains(c);
    let len = text[from..].find(ends).unwrap_or(text.len() - from);
    let word = text[from..from + len].trim_end_matches(['.', ':', '!', '?']);
    from..from + word.len()
}

/// The value of a setting: everything up to a blank, or to the next pair on the same line.
fn assigned(text: &str, from: usize) -> Range<usize> {
    let rest = &text[from..];
    let end = rest.find(|c: char| c.is_whitespace() || "\"'`\\".contains(c)).unwrap_or(rest.len());
    let pair = rest[..end].char_indices().filter(|(_, c)| matches!(c, ';' | '&' | ',')).find(|(at, _)| {
        let after = &rest[at + 1..end];
        let name = after
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            .take(80)
            .count();
        after.is_empty() || (name > 0 && after[name..].starts_with('='))
    });
    from..from + pair.map_or(end, |(at, _)| at)
}

/// Whether a word could be drawn or chosen as a secret, and is none of the language's.
pub(super) fn is_credible(word: &str) -> bool {
    let any = |class: fn(&u8) -> bool| word.as_bytes().iter().any(class);
    let (letters, digits) = (any(u8::is_ascii_alphabetic), any(u8::is_ascii_digit));
    let mixed = any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase);
    (word.len() >= 6 && letters && digits)
        || (word.len() >= 16 && mixed)
        || (word.len() >= 8 && any(|b| b"!@$%^*+=~".contains(b)))
}

/// `${NAME}`, `<your-token>`, `***`: where a value would be.
pub(super) fn is_placeholder(value: &str) -> bool {
    let starts = |open: &[&str]| open.iter().any(|open| value.starts_with(open));
    let name = |b: u8| b.is_ascii_uppercase() || b == b'_';
    starts(&["${", "$(", "{{", "{%", "%(", "<%", "[["])
        || value.strip_prefix('$').is_some_and(|rest| rest.len() > 1 && rest.bytes().all(name))
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('[') && value.ends_with(']'))
        || !value.contains(char::is_alphanumeric)
}
