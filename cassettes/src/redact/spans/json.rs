//! The scalars of JSON documents. Everything between them stays byte for byte: the order of members,
//! duplicates, the text of numbers, white space.

use super::{
    Edit,
    beside::{self, Beside, Owner},
    splice,
};
use crate::{
    json::{Pointer, Step, TokenKind, Tokens, unescape},
    redact::{
        leaf::Scalar,
        names::{Judge, Mark, Sense},
    },
};

/// Documents within strings of documents, as message queues deliver them.
const MAX_INSIDE: usize = 4;

/// One scalar or member name.
pub(in crate::redact) struct Found<'a> {
    /// Where it stands; a member's name stands at its object.
    pub(in crate::redact) at: &'a Pointer,
    pub(in crate::redact) mark: Mark,
    pub(in crate::redact) scalar: Scalar,
    pub(in crate::redact) text: &'a str,
}

/// What is done with each: `Some` replaces it.
pub(in crate::redact) type Change<'f> = dyn FnMut(&Found<'_>) -> Option<String> + 'f;

/// Where a document begins: at the root for a body, deeper for a document in a string.
#[derive(Default)]
pub(in crate::redact) struct Start {
    pub(in crate::redact) at: Pointer,
    pub(in crate::redact) mark: Mark,
    pub(in crate::redact) inside: usize,
}

/// Walks the first document in `text`. Gives the edits in order and where the walk ended: after the
/// document, or after the last value of one that breaks off.
pub(in crate::redact) fn edit(
    text: &[u8],
    start: Start,
    names: Judge<'_>,
    change: &mut Change<'_>,
) -> Walked {
    let Start { mut at, mark, inside } = start;
    let mut marks = vec![mark];
    let mut walked = Walked { edits: Vec::new(), end: 0, whole: false };
    let mut tokens = Tokens::new(text);
    let beside = Beside::of(text, names);
    let mut open: Vec<Open> = Vec::new();
    while let Some(Ok(token)) = tokens.next() {
        let raw = &text[token.span.clone()];
        let mark = marks.last().copied().unwrap_or_default();
        match token.kind {
            TokenKind::ObjectStart => open.push(Open::Object(beside.object(token.span.start))),
            TokenKind::ArrayStart => {
                open.push(Open::Array(beside.pair(token.span.start)));
                at.0.push(Step::Index(0));
                marks.push(names.mark(&at, mark));
            }
            TokenKind::Key => {
                let name = unescape(&raw[1..raw.len() - 1]);
                let found = Found { at: &at, mark: Mark::default(), scalar: Scalar::Key, text: &name };
                if let Some(with) = change(&found) {
                    walked.edits.push(Edit::new(token.span.clone(), quote(&with, raw)));
                }
                at.0.push(Step::Member(name));
                let below = names.mark(&at, mark);
                let member = at.name().unwrap_or_default();
                let owner = open.last().and_then(Open::owner);
                let other =
                    owner.and_then(|owner| owner.mark(member)).or_else(|| beside::typed(mark, member));
                marks.push(other.filter(|_| below.sense != Sense::All).unwrap_or(below));
            }
            TokenKind::Comma => {
                if let Some(Open::Array(pair)) = open.last()
                    && let Some(Step::Index(i)) = at.0.last_mut()
                {
                    *i += 1;
                    marks.pop();
                    let parent = marks.last().copied().unwrap_or_default();
                    marks.push(pair.unwrap_or_else(|| names.mark(&at, parent)));
                }
            }
            TokenKind::Colon => {}
            TokenKind::ArrayEnd | TokenKind::ObjectEnd => {
                open.pop();
                if token.kind == TokenKind::ArrayEnd {
                    at.0.pop();
                    marks.pop();
                }
                leave(&mut at, &mut marks, &open);
            }
            TokenKind::String => {
                let value = unescape(&raw[1..raw.len() - 1]);
                if let Some(with) = string(&value, &at, mark, inside, names, change) {
                    walked.edits.push(Edit::new(token.span.clone(), quote(&with, raw)));
                }
                leave(&mut at, &mut marks, &open);
            }
            TokenKind::Number => {
                let value = String::from_utf8_lossy(raw);
                let found = Found { at: &at, mark, scalar: Scalar::Number, text: &value };
                if let Some(with) = change(&found) {
                    walked.edits.push(Edit::new(token.span.clone(), with));
                }
                leave(&mut at, &mut marks, &open);
            }
            TokenKind::Bool | TokenKind::Null => leave(&mut at, &mut marks, &open),
        }
        // A name without its value is read again by whoever reads what is left.
        match token.kind {
            TokenKind::Key => walked.end = token.span.start,
            TokenKind::Colon => {}
            _ => walked.end = token.span.end,
        }
        if tokens.depth() == 0 {
            walked.whole = true;
            break;
        }
    }
    walked
}

/// A container that is being walked, and what stands beside its values.
enum Open {
    Object(Option<Owner>),
    Array(Option<Mark>),
}

impl Open {
    fn owner(&self) -> Option<Owner> {
        match self {
            Open::Object(owner) => *owner,
            Open::Array(_) => None,
        }
    }
}

/// What became of a walk.
pub(in crate::redact) struct Walked {
    pub(in crate::redact) edits: Vec<Edit>,
    pub(in crate::redact) end: usize,
    /// The document was walked to its end.
    pub(in crate::redact) whole: bool,
}

/// A member's value ends with the member.
fn leave(at: &mut Pointer, marks: &mut Vec<Mark>, open: &[Open]) {
    if let Some(Open::Object(_)) = open.last() {
        at.0.pop();
        marks.pop();
    }
}

fn string(
    value: &str,
    at: &Pointer,
    mark: Mark,
    inside: usize,
    names: Judge<'_>,
    change: &mut Change<'_>,
) -> Option<String> {
    let trimmed = value.trim();
    if inside < MAX_INSIDE
        && trimmed.len() > 2
        && trimmed.starts_with(['{', '['])
        && trimmed.ends_with(['}', ']'])
    {
        let start = Start { at: at.clone(), mark: mark.inside(), inside: inside + 1 };
        let walked = edit(value.as_bytes(), start, names, change);
        if walked.whole && value[walked.end..].trim().is_empty() {
            let done = (!walked.edits.is_empty()).then(|| splice(value.as_bytes(), &walked.edits));
            return done.and_then(|bytes| String::from_utf8(bytes).ok());
        }
    }
    change(&Found { at, mark, scalar: Scalar::Text, text: value })
}

/// As JSON, with escapes where the text before had to have them.
fn quote(value: &str, before: &[u8]) -> String {
    let ascii = before.is_ascii();
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 || (ascii && !c.is_ascii()) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::RedactRules, redact::names::Names};

    fn walk(text: &str, replace: &str) -> (String, Vec<String>) {
        let names = Names::new(&RedactRules::default()).expect("no rules");
        let mut seen = Vec::new();
        let walked = edit(text.as_bytes(), Start::default(), Judge(Some(&names)), &mut |found| {
            seen.push(format!("{} {:?} {}", found.at, found.scalar, found.text));
            (found.text == replace).then(|| "é\"".to_owned())
        });
        (String::from_utf8(splice(text.as_bytes(), &walked.edits)).expect("UTF-8"), seen)
    }

    #[test]
    fn places_are_followed_and_the_rest_is_left() {
        let text = r#" {"a": 1.10,"b":[ "x",{"c":"x\u0041"} ,[],null,2],"a":"x"} "#;
        let (out, seen) = walk(text, "x");
        assert_eq!(out, r#" {"a": 1.10,"b":[ "\u00e9\"",{"c":"x\u0041"} ,[],null,2],"a":"\u00e9\""} "#);
        let values: Vec<_> = seen.iter().filter(|s| !s.contains("Key")).map(String::as_str).collect();
        assert_eq!(values, ["/a Number 1.10", "/b/0 Text x", "/b/1/c Text xA", "/b/4 Number 2", "/a Text x"]);
    }

    #[test]
    fn documents_in_strings_and_broken_ones_are_walked() {
        let (out, seen) = walk(r#"{"body":"{\"k\":[\"x\"]}"}"#, "x");
        assert_eq!(out, r#"{"body":"{\"k\":[\"\\u00e9\\\"\"]}"}"#);
        assert_eq!(seen[2], "/body/k/0 Text x");
        let (out, _) = walk(r#"{"a":"x","b":"#, "x");
        assert_eq!(out, r#"{"a":"\u00e9\"","b":"#);
    }
}
