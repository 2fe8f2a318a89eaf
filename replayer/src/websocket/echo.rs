//! Ids that a client makes anew each time and the vendor repeats in its answer.

use super::heard::Pairs;
use cassettes::json::{TokenKind, Tokens, unescape};
use cassettes::model::{Body, Frame, Side};
use std::ops::Range;

/// Under these names messages are told apart (JSON-RPC, GraphQL over WebSocket and their like), words folded.
const NAMES: [&str; 11] = [
    "id",
    "ref",
    "nonce",
    "seq",
    "requestid",
    "reqid",
    "messageid",
    "msgid",
    "correlationid",
    "callid",
    "transactionid",
];

/// A value is made up, and chosen by nobody, if it is this long and holds so many digits.
const LEAST: usize = 10;
const DIGITS: usize = 3;

/// An id that a client made, as it stands in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Echo {
    pub(super) name: String,
    /// With its quotes.
    pub(super) value: Vec<u8>,
}

/// The ids of a client's message, at this place among the frames, that the vendor repeats and had not said.
pub(super) fn of(frames: &[Frame], place: usize) -> Vec<Echo> {
    let said = |frames: &[Frame], value: &[u8]| {
        frames.iter().filter(|f| f.from == Side::Upstream).any(|f| !places(f.data.bytes(), value).is_empty())
    };
    let (before, after) = frames.split_at(place);
    let Some((asked, after)) = after.split_first() else { return Vec::new() };
    own(asked.data.bytes())
        .into_iter()
        .map(|(name, span)| Echo { name, value: asked.data.bytes()[span].to_vec() })
        .filter(|echo| is_made_up(&echo.value) && !said(before, &echo.value) && said(after, &echo.value))
        .collect()
}

/// A client's message with the recorded ids in the place of its own, and each pair of them.
pub(super) fn as_recorded(asked: &Body, echoes: &[Echo]) -> Option<(Body, Pairs)> {
    let mut bytes = asked.bytes().to_vec();
    let mut pairs = Vec::new();
    for (name, span) in own(asked.bytes()).into_iter().rev() {
        let Some(echo) = echoes.iter().find(|echo| echo.name == name) else { continue };
        let value = asked.bytes()[span.clone()].to_vec();
        if value != echo.value && is_made_up(&value) {
            bytes.splice(span, echo.value.iter().copied());
            pairs.push((echo.value.clone(), value));
        }
    }
    (!pairs.is_empty()).then(|| (Body::from(bytes), pairs))
}

/// A vendor's message with the client's ids in the place of the recorded ones.
pub(super) fn repeated(data: &Body, pairs: &[(Vec<u8>, Vec<u8>)]) -> Option<Body> {
    let mut bytes = data.bytes().to_vec();
    for (recorded, now) in pairs {
        for span in places(&bytes, recorded).into_iter().rev() {
            bytes.splice(span, now.iter().copied());
        }
    }
    (bytes != data.bytes()).then(|| Body::from(bytes))
}

/// The members of the outermost object under these names that are single values.
fn own(text: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut tokens = Tokens::new(text);
    let mut name = None;
    while let Some(token) = tokens.next() {
        let Ok(token) = token else { return Vec::new() };
        match token.kind {
            TokenKind::Key if tokens.depth() == 1 => {
                let key = unescape(&text[token.span.start + 1..token.span.end - 1]);
                let folded: String =
                    key.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
                name = NAMES.contains(&folded.as_str()).then_some(key);
            }
            TokenKind::Colon => {}
            TokenKind::String | TokenKind::Number if tokens.depth() == 1 => {
                found.extend(name.take().map(|name| (name, token.span)));
            }
            _ => name = None,
        }
    }
    found
}

/// Where a value stands in a document, as a whole.
fn places(text: &[u8], value: &[u8]) -> Vec<Range<usize>> {
    if memchr::memmem::find(text, value).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for token in Tokens::new(text) {
        let Ok(token) = token else { return Vec::new() };
        if matches!(token.kind, TokenKind::String | TokenKind::Number) && text[token.span.clone()] == *value {
            found.push(token.span);
        }
    }
    found
}

fn is_made_up(value: &[u8]) -> bool {
    value.len() >= LEAST && value.iter().filter(|b| b.is_ascii_digit()).count() >= DIGITS
}
