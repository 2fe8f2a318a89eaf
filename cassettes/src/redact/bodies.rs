//! The texts of a body.

use super::{
    leaf::{Carrier, Leaf, Scalar, Side},
    names::{Mark, Spoken},
    opened::{self, Kind},
    spans::{Edit, json, loose, multipart, pairs, splice, xml},
    walk::{Change, Select, grant_aware},
};
use crate::json::{TokenKind, Tokens};
use std::ops::Range;

/// In bytes that are no text, shorter runs of readable ones are chance.
const MIN_RUN: usize = 8;

/// The edits that `change` asks for, in order.
pub(super) fn edit(
    body: &[u8],
    kind: Kind,
    side: Side,
    select: Select<'_>,
    change: &mut Change<'_>,
) -> Vec<Edit> {
    let mut walk = Walk { body, side, select, change, name: String::new(), depth: 0, edits: Vec::new() };
    walk.piece(0..body.len(), kind);
    walk.edits
}

struct Walk<'b, 'f, 'g> {
    body: &'b [u8],
    side: Side,
    select: Select<'b>,
    change: &'f mut Change<'g>,
    /// The field of a multipart body that is being walked.
    name: String,
    /// Multipart bodies within multipart bodies.
    depth: usize,
    edits: Vec<Edit>,
}

/// Deeper ones are text.
const MAX_DEPTH: usize = 3;

impl Walk<'_, '_, '_> {
    fn wants(&self, carrier: Carrier) -> bool {
        (self.select.carriers)(carrier)
    }

    fn piece(&mut self, span: Range<usize>, kind: Kind) {
        match (kind, std::str::from_utf8(&self.body[span.clone()])) {
            (Kind::Empty, _) => {}
            (Kind::Json | Kind::BrokenJson, _) => self.json(span),
            (Kind::Multipart, _) => self.multipart(span),
            (Kind::Binary, _) | (_, Err(_)) => self.binary(span),
            (Kind::Xml, Ok(text)) => self.xml(text, span.start),
            (Kind::Form, Ok(text)) => self.form(text, span.start),
            (Kind::Events, Ok(text)) => self.events(text, span.start),
            (Kind::Text, Ok(text)) => self.text(text, span.start),
        }
    }

    /// One document, or one after the other.
    fn json(&mut self, span: Range<usize>) {
        let mut at = span.start;
        for number in 0.. {
            let space = |b: &u8| b.is_ascii_whitespace() || *b == 0x1e;
            at += self.body[at..span.end].iter().take_while(|b| space(b)).count();
            if at == span.end {
                return;
            }
            let (end, whole) = self.document(at..span.end, (number > 0).then_some(number));
            at = end;
            if !whole {
                break;
            }
        }
        match std::str::from_utf8(&self.body[at..span.end]) {
            Ok(rest) => self.text(rest, at),
            Err(_) => self.binary(at..span.end),
        }
    }

    /// Gives where it ended and whether it did.
    fn document(&mut self, span: Range<usize>, number: Option<usize>) -> (usize, bool) {
        let from = span.start;
        let bom = usize::from(self.body[span.clone()].starts_with(b"\xef\xbb\xbf")) * 3;
        if !self.wants(Carrier::Json) {
            // Only its end is asked for.
            let mut tokens = Tokens::new(&self.body[span.clone()]);
            let mut end = from + bom;
            while let Some(Ok(token)) = tokens.next() {
                match token.kind {
                    TokenKind::Key => end = from + token.span.start,
                    TokenKind::Colon => {}
                    _ => end = from + token.span.end,
                }
                if tokens.depth() == 0 {
                    return (end, true);
                }
            }
            return (end, false);
        }
        let start = json::Start {
            mark: if self.name.is_empty() {
                Mark::default()
            } else {
                self.select.names.mark_of(Spoken::Pair, &self.name).inside()
            },
            ..json::Start::default()
        };
        let (side, name, change) = (self.side, self.name.as_str(), &mut *self.change);
        let walked = json::edit(&self.body[span], start, self.select.names, &mut |found| {
            change(&leaf(side, Carrier::Json, name, number, found))
        });
        self.edits.extend(walked.edits.into_iter().map(|edit| edit.moved(from)));
        (from + walked.end, walked.whole)
    }

    fn xml(&mut self, text: &str, from: usize) {
        if self.wants(Carrier::Xml) {
            let (side, change) = (self.side, &mut *self.change);
            let edits = xml::edit(text, self.select.names, &mut |found| {
                change(&leaf(side, Carrier::Xml, "", None, found))
            });
            self.edits.extend(edits.into_iter().map(|edit| edit.moved(from)));
        }
    }

    fn form(&mut self, text: &str, from: usize) {
        if !self.wants(Carrier::Form) && !self.wants(Carrier::Json) {
            return;
        }
        let (side, select, change) = (self.side, self.select, &mut *self.change);
        // A line break after the last pair is none of its value.
        let edits = pairs::edit(text.trim_end_matches(['\r', '\n']), b'&', true, &mut |pair| {
            let mark = grant_aware(select.names.mark_of(Spoken::Pair, pair.name), pair.grant);
            field((side, Carrier::Form), pair.name, pair.value, mark, select, change)
        });
        self.edits.extend(edits.into_iter().map(|edit| edit.moved(from)));
    }

    fn multipart(&mut self, span: Range<usize>) {
        let from = span.start;
        self.depth += 1;
        for part in multipart::parts(&self.body[span]) {
            self.rest(part.head.start + from..part.head.end + from);
            let mut body = part.body.start + from..part.body.end + from;
            // A batch holds requests, and answers to them, each with a head of its own.
            if multipart::is_message(&self.body[body.clone()]) {
                let (head, gap) = multipart::head(&self.body[body.clone()]).unwrap_or((body.len(), 0));
                self.rest(body.start..body.start + head);
                body.start += head + gap;
            }
            let kind = opened::kind("", &self.body[body.clone()]);
            let mark = self.select.names.mark_of(Spoken::Pair, &part.name);
            match (kind, std::str::from_utf8(&self.body[body.clone()])) {
                (Kind::Multipart, _) if self.depth <= MAX_DEPTH => self.multipart(body),
                (Kind::Json | Kind::BrokenJson | Kind::Xml, _) | (_, Err(_)) => {
                    self.name = part.name;
                    self.piece(body, if kind == Kind::Multipart { Kind::Binary } else { kind });
                    self.name.clear();
                }
                (_, Ok(value)) => {
                    if let Some(with) =
                        field((self.side, Carrier::Form), &part.name, value, mark, self.select, self.change)
                    {
                        self.edits.push(Edit::new(body, with));
                    }
                }
            }
        }
        self.depth -= 1;
    }

    /// Each `data:` line by itself: an event's data is nearly always one line.
    fn events(&mut self, text: &str, from: usize) {
        let mut at = from;
        let mut number = 0;
        for line in text.split_inclusive('\n') {
            let value = line.trim_end_matches(['\n', '\r']);
            let data = value.strip_prefix("data:").map(|d| d.strip_prefix(' ').unwrap_or(d));
            let start = at + (value.len() - data.unwrap_or(value).len());
            let span = start..at + value.len();
            at += line.len();
            number += usize::from(data.is_some());
            if data.is_some_and(|d| d.starts_with(['{', '['])) {
                let (end, whole) = self.document(span.clone(), Some(number - 1));
                if !whole || end < span.end {
                    self.rest(end..span.end);
                }
            } else {
                self.rest(span);
            }
        }
    }

    fn rest(&mut self, span: Range<usize>) {
        if let Ok(text) = std::str::from_utf8(&self.body[span.clone()])
            && !text.trim().is_empty()
        {
            self.text(text, span.start);
        }
    }

    /// Named values first, then the whole as one text.
    fn text(&mut self, text: &str, from: usize) {
        if !self.wants(Carrier::Text) || text.is_empty() {
            return;
        }
        let (side, change) = (self.side, &mut *self.change);
        let edits = loose::edit(text, self.select.names, &mut |found| {
            change(&leaf(side, Carrier::Text, "", None, found))
        });
        if edits.is_empty() {
            if let Some(with) = whole(side, text, change) {
                self.edits.push(Edit::new(from..from + text.len(), with));
            }
            return;
        }
        let named = String::from_utf8_lossy(&splice(text.as_bytes(), &edits)).into_owned();
        match whole(side, &named, change) {
            Some(with) => self.edits.push(Edit::new(from..from + text.len(), with)),
            None => self.edits.extend(edits.into_iter().map(|edit| edit.moved(from))),
        }
    }

    /// The readable runs of a body that is none.
    fn binary(&mut self, span: Range<usize>) {
        if !self.wants(Carrier::Text) {
            return;
        }
        let readable = |b: u8| (0x20..0x7f).contains(&b) || matches!(b, b'\t' | b'\r' | b'\n');
        let mut start = span.start;
        while start < span.end {
            let len = self.body[start..span.end].iter().take_while(|b| readable(**b)).count();
            if len >= MIN_RUN {
                self.rest(start..start + len);
            }
            start += len + 1;
        }
    }
}

fn leaf<'a>(
    side: Side,
    carrier: Carrier,
    name: &'a str,
    document: Option<usize>,
    found: &'a json::Found<'_>,
) -> Leaf<'a> {
    Leaf {
        side,
        carrier,
        name,
        at: Some(found.at),
        document,
        mark: found.mark,
        scalar: found.scalar,
        text: found.text,
    }
}

fn whole(side: Side, text: &str, change: &mut Change<'_>) -> Option<String> {
    let mark = Mark::default();
    change(&Leaf {
        side,
        carrier: Carrier::Text,
        name: "",
        at: None,
        document: None,
        mark,
        scalar: Scalar::Text,
        text,
    })
}

/// A field whose value may itself be a document; what stands in a query is found again by its name alone.
pub(super) fn field(
    (side, carrier): (Side, Carrier),
    name: &str,
    value: &str,
    mark: Mark,
    select: Select<'_>,
    change: &mut Change<'_>,
) -> Option<String> {
    let inner = if carrier == Carrier::Query { Carrier::Query } else { Carrier::Json };
    if value.starts_with(['{', '[']) && (select.carriers)(inner) {
        let start = json::Start { mark: mark.inside(), inside: 1, ..json::Start::default() };
        let walked = json::edit(value.as_bytes(), start, select.names, &mut |found| {
            change(&leaf(side, inner, name, None, found))
        });
        if walked.whole && value[walked.end..].trim().is_empty() {
            let bytes = (!walked.edits.is_empty()).then(|| splice(value.as_bytes(), &walked.edits))?;
            return String::from_utf8(bytes).ok();
        }
    }
    if !(select.carriers)(carrier) || value.is_empty() {
        return None;
    }
    let scalar = Scalar::Text;
    change(&Leaf { side, carrier, name, at: None, document: None, mark, scalar, text: value })
}
