//! Every text of an exchange, with its place, its name's sense and its value free of encodings. What the
//! caller puts in its place is encoded for that place; everything else stays byte for byte.

use super::{
    bodies,
    leaf::{Carrier, Leaf, Scalar, Side},
    names::{Judge, Mark, Spoken},
    opened::{self, Opened},
    quote,
    spans::{Edit, pairs, splice},
};
use crate::model::{Answer, Chunk, Exchange, Headers, Interim};

/// Which texts are walked.
#[derive(Clone, Copy)]
pub(super) struct Select<'a> {
    pub(super) carriers: fn(Carrier) -> bool,
    /// Without names every mark is empty.
    pub(super) names: Judge<'a>,
    /// Which bodies, of the request and of the reply.
    pub(super) bodies: [bool; 2],
}

/// What is done with each text: `Some` replaces it.
pub(super) type Change<'f> = dyn FnMut(&Leaf<'_>) -> Option<String> + 'f;

/// Walks an exchange whose bodies are open.
pub(super) fn walk(
    exchange: &mut Exchange,
    opened: &[Opened; 2],
    select: Select<'_>,
    change: &mut Change<'_>,
) {
    let plain = |carrier| Plain::at(Side::Reply, carrier);
    if (select.carriers)(Carrier::Upstream) {
        plain(Carrier::Upstream).text(&mut exchange.upstream, change);
    }
    target(&mut exchange.request.target, select, change);
    headers(&mut exchange.request.headers, Side::Request, Carrier::Header, select, change);
    headers(&mut exchange.request.trailers, Side::Request, Carrier::Trailer, select, change);
    if let Answer::Failed(failure) = &mut exchange.answer {
        quote::message(&mut failure.message, select, change);
    }
    if let Some(reply) = exchange.answer.head_mut() {
        if (select.carriers)(Carrier::Reason) {
            plain(Carrier::Reason).text(&mut reply.reason, change);
        }
        headers(&mut reply.headers, Side::Reply, Carrier::Header, select, change);
        headers(&mut reply.trailers, Side::Reply, Carrier::Trailer, select, change);
        for Interim { headers: early, reason, .. } in &mut reply.interim {
            if (select.carriers)(Carrier::Reason) {
                plain(Carrier::Reason).text(reason, change);
            }
            headers(early, Side::Reply, Carrier::Header, select, change);
        }
    }
    for (i, side) in Side::BOTH.into_iter().enumerate() {
        if select.bodies[i] {
            body(exchange, side, &opened[i], select, change);
        }
    }
}

/// A text that is as it stands.
pub(super) struct Plain<'a> {
    side: Side,
    carrier: Carrier,
    name: &'a str,
    mark: Mark,
}

impl Plain<'static> {
    /// A text without a name.
    pub(super) fn at(side: Side, carrier: Carrier) -> Self {
        Plain { side, carrier, name: "", mark: Mark::default() }
    }
}

impl Plain<'_> {
    fn ask(&self, text: &str, change: &mut Change<'_>) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let Plain { side, carrier, name, mark } = *self;
        change(&Leaf { side, carrier, name, at: None, document: None, mark, scalar: Scalar::Text, text })
    }

    pub(super) fn text(&self, text: &mut String, change: &mut Change<'_>) {
        if let Some(with) = self.ask(text, change) {
            *text = with;
        }
    }
}

fn target(target: &mut String, select: Select<'_>, change: &mut Change<'_>) {
    let end = target.find(['?', '#']).unwrap_or(target.len());
    let plain = |carrier| Plain::at(Side::Request, carrier);
    if (select.carriers)(Carrier::Query) && target[end..].starts_with('?') {
        let query_end = target[end..].find('#').map_or(target.len(), |hash| end + hash);
        let edits = pairs::edit(&target[end + 1..query_end], b'&', true, &mut |pair| {
            let mark = grant_aware(select.names.mark_of(Spoken::Pair, pair.name), pair.grant);
            bodies::field((Side::Request, Carrier::Query), pair.name, pair.value, mark, select, change)
        });
        replace(target, edits, end + 1);
    }
    if (select.carriers)(Carrier::Path) {
        if let Some(hash) = target.find('#') {
            let mut fragment = target[hash + 1..].to_owned();
            plain(Carrier::Path).text(&mut fragment, change);
            target.replace_range(hash + 1.., &fragment);
        }
        let mut path = target[..end].to_owned();
        if (select.carriers)(Carrier::Route) {
            plain(Carrier::Route).text(&mut path, change);
        }
        let edits = pairs::edit(&path, b'/', false, &mut |pair| {
            // A segment that holds `=` is one text all the same.
            if pair.name.is_empty() { plain(Carrier::Path).ask(pair.value, change) } else { None }
        });
        replace(&mut path, edits, 0);
        target.replace_range(..end, &path);
    }
}

/// The `code` of a token request is a credential (RFC 6749 §4.1.3).
pub(super) fn grant_aware(mark: Mark, grant: bool) -> Mark {
    use super::names::Sense;
    if grant && mark.sense == Sense::Code { Mark::of(Sense::Secret) } else { mark }
}

fn replace(text: &mut String, edits: Vec<Edit>, from: usize) {
    for edit in edits.into_iter().rev() {
        let edit = edit.moved(from);
        text.replace_range(edit.span, &String::from_utf8_lossy(&edit.with));
    }
}

pub(super) fn headers(
    headers: &mut Headers,
    side: Side,
    carrier: Carrier,
    select: Select<'_>,
    change: &mut Change<'_>,
) {
    if !(select.carriers)(carrier) {
        return;
    }
    for (name, value) in &mut headers.0 {
        let mark = select.names.mark_of(Spoken::Header, name);
        let plain = Plain { side, carrier, name, mark };
        match std::str::from_utf8(value) {
            Ok(text) => {
                if let Some(with) = plain.ask(text, change) {
                    *value = with.into_bytes();
                }
            }
            // Any octet is lawful; each is a character of its own here and on the way back.
            Err(_) => {
                let text: String = value.iter().map(|&b| b as char).collect();
                if let Some(with) = plain.ask(&text, change) {
                    *value = with.chars().map(|c| u8::try_from(c as u32).unwrap_or(b'?')).collect();
                }
            }
        }
    }
}

fn body(exchange: &mut Exchange, side: Side, opened: &Opened, select: Select<'_>, change: &mut Change<'_>) {
    if !opened.kind.carriers().iter().copied().any(select.carriers) {
        return;
    }
    let Some((_, body)) = opened::parts(exchange, side) else { return };
    let edits = bodies::edit(body.bytes(), opened.kind, side, select, change);
    replace_spans(exchange, side, opened, &edits);
}

/// Edits a body, and the borders of its chunks with it.
pub(super) fn replace_spans(exchange: &mut Exchange, side: Side, opened: &Opened, edits: &[Edit]) {
    let Some((_, body)) = opened::parts(exchange, side).filter(|_| !edits.is_empty()) else { return };
    let before = body.len() as u64;
    *body = splice(body.bytes(), edits).into();
    let after = body.len() as u64;
    if side == Side::Reply && !opened.coded {
        shift(&mut exchange.timing.chunks, edits, before, after);
    }
}

/// Chunk borders move with what was changed before them.
fn shift(chunks: &mut [Chunk], edits: &[Edit], before: u64, after: u64) {
    let moved = |border: u64| -> u64 {
        let before = edits.iter().filter(|e| e.span.start < border as usize);
        before.fold(border, |at, e| (at + e.with.len() as u64).saturating_sub(e.span.len() as u64))
    };
    let (mut old, mut new) = (0, 0);
    for chunk in chunks {
        old += chunk.len;
        let border = if old == before { after } else { moved(old).clamp(new, after.max(new)) };
        chunk.len = border - new;
        new = border;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_borders_move_with_what_stands_before_them() {
        let chunk = |len| Chunk { at: 0, len };
        let mut chunks = vec![chunk(10), chunk(10), chunk(10)];
        shift(&mut chunks, &[Edit::new(2..4, "xxxxx"), Edit::new(18..22, "")], 30, 29);
        assert_eq!(chunks, [chunk(13), chunk(6), chunk(10)]);
        assert_eq!(chunks.iter().map(|c| c.len).sum::<u64>(), 30 + 3 - 4);
    }
}
