//! Scans an exchange where its places are known.

use super::{Clean, leaf::Side, names::Judge, opened, walk};
use crate::{
    model::{Answer, Exchange, Headers, Place, Redaction},
    scan::{Leak, Scanner},
};
use std::collections::HashSet;

impl Scanner {
    /// Every leak in an exchange, by its place. What redaction put somewhere is none, unless its look is proof.
    pub fn exchange(&self, clean: &Clean) -> Vec<Leak> {
        self.places(clean.exchange())
    }

    /// The same for an exchange of which nobody knows whether it is clean: one that was read from a file.
    pub fn places(&self, exchange: &Exchange) -> Vec<Leak> {
        let leaks = survey(exchange, &mut |text| self.text(text.as_bytes()), &mut |name, text| {
            self.text(format!("{name} = \"{text}\"").as_bytes())
        });
        let stands = |leak: &Leak| leak.kind.certain || !is_redacted(&exchange.redactions, leak);
        leaks.into_iter().filter(stands).collect()
    }

    /// The leaks for which a recording is refused: those whose look is proof. A clean exchange costs a pass over
    /// its bytes.
    pub fn refuses(&self, clean: &Clean) -> Vec<Leak> {
        let exchange = clean.exchange();
        if !smells(self, exchange) {
            return Vec::new();
        }
        let found = survey(exchange, &mut |text| self.certain(text.as_bytes()), &mut |_, _| Vec::new());
        if found.is_empty() { raw(self, exchange) } else { found }
    }
}

/// Whether the bytes of an exchange hold anything at all.
fn smells(scanner: &Scanner, exchange: &Exchange) -> bool {
    let holds = |text: &[u8]| !text.is_empty() && !scanner.certain(text).is_empty();
    let fields = |headers: &Headers| headers.iter().any(|(_, value)| holds(value));
    let reply = exchange.answer.head();
    holds(exchange.request.target.as_bytes())
        || fields(&exchange.request.headers)
        || fields(&exchange.request.trailers)
        || matches!(&exchange.answer, Answer::Failed(failure) if holds(failure.message.as_bytes()))
        || reply.is_some_and(|reply| {
            holds(reply.reason.as_bytes()) || fields(&reply.headers) || fields(&reply.trailers)
        })
        || bodies(exchange).any(|(_, body)| holds(&body))
        || reply.is_some_and(|reply| reply.frames.iter().any(|frame| holds(frame.data.bytes())))
}

/// Both bodies without their codings.
fn bodies(exchange: &Exchange) -> impl Iterator<Item = (Side, std::borrow::Cow<'_, [u8]>)> {
    let request = &exchange.request;
    let asked = (Side::Request, crate::codec::decoded(&request.headers, &request.body));
    let reply =
        exchange.answer.head().map(|reply| (Side::Reply, crate::codec::decoded(&reply.headers, &reply.body)));
    std::iter::once(asked).chain(reply)
}

/// What stands across the borders of places.
fn raw(scanner: &Scanner, exchange: &Exchange) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for (side, body) in bodies(exchange) {
        for mut leak in scanner.certain(&body) {
            leak.place = Some(Place(format!("{} body", side.as_str())));
            leak.exchange = Some(exchange.id);
            leaks.push(leak);
        }
    }
    let frames = exchange.answer.head().map_or(&[][..], |reply| &reply.frames);
    for (number, frame) in (1..).zip(frames) {
        for mut leak in scanner.certain(frame.data.bytes()) {
            leak.place = Some(Place(format!("frame {number} body")));
            leak.exchange = Some(exchange.id);
            leaks.push(leak);
        }
    }
    for mut leak in scanner.certain(exchange.request.target.as_bytes()) {
        leak.place = Some(Place("request target".to_owned()));
        leak.exchange = Some(exchange.id);
        leaks.push(leak);
    }
    leaks
}

/// Every text with its place. `named` sees a text behind the name that it goes by.
fn survey(
    exchange: &Exchange,
    scan: &mut dyn FnMut(&str) -> Vec<Leak>,
    named: &mut dyn FnMut(&str, &str) -> Vec<Leak>,
) -> Vec<Leak> {
    let mut exchange = exchange.clone();
    let opened = Side::BOTH.map(|side| opened::open(&mut exchange, side));
    let id = exchange.id;
    let mut leaks: Vec<Leak> = Vec::new();
    let mut seen: HashSet<(Place, String, String)> = HashSet::new();
    let select = walk::Select { carriers: |_| true, names: Judge(None), bodies: [true; 2] };
    walk::walk(&mut exchange, &opened, select, &mut |leaf| {
        let place = leaf.place();
        let mut found = scan(leaf.text);
        let name = leaf.at.and_then(crate::json::Pointer::name).unwrap_or(leaf.name);
        if found.is_empty() && !name.is_empty() && leaf.text.len() < 500 {
            found = named(name, leaf.text);
        }
        for mut leak in found {
            if seen.insert((place.clone(), leak.kind.name.clone(), leak.excerpt.clone())) {
                leak.place = Some(place.clone());
                leak.exchange = Some(id);
                leaks.push(leak);
            }
        }
        None
    });
    // A path is walked whole and by its segments.
    leaks
}

/// Whether redaction was at this place, or at the body that it is in.
fn is_redacted(redactions: &[Redaction], leak: &Leak) -> bool {
    let Some(place) = &leak.place else { return false };
    let body = place.0.split(' ').next().map(|side| format!("{side} body")).unwrap_or_default();
    redactions.iter().any(|redaction| redaction.place == *place || redaction.place.0 == body)
}
