//! Secrets in the messages of a WebSocket: each is cleaned as the body of a request, or of a reply, would be.
//! What an exchange's headers or an earlier message held is known in the later ones.

use super::{Policy, reveal::alone};
use crate::model::{
    Answer, Body, Exchange, Frame, FrameKind, Headers, Place, Redaction, Request, Response, Side, Timestamp,
    TokenFacts,
};
use std::collections::HashMap;

impl Policy {
    /// A message that a client sends now, cleaned as recorded ones were.
    pub fn clean_frame(&self, kind: FrameKind, data: &Body, at: Timestamp) -> Body {
        let mut frame = Frame::new(0, Side::Client, kind, data.clone());
        message(self, &mut frame, at, Vec::new());
        frame.data
    }
}

/// Cleans every message of an exchange, and records what was done as `frame 3 json /token`.
pub(super) fn clean(policy: &Policy, exchange: &mut Exchange) {
    let at = exchange.at;
    let Some(reply) = exchange.answer.head_mut().filter(|reply| !reply.frames.is_empty()) else { return };
    let mut done: HashMap<usize, Vec<Redaction>> = HashMap::new();
    for redaction in &exchange.redactions {
        if let Some((number, rest)) = numbered(&redaction.place) {
            let place = Place(rest.to_owned());
            done.entry(number).or_default().push(Redaction { place, by: redaction.by.clone() });
        }
    }
    let (mut redactions, mut tokens) = (Vec::new(), Vec::new());
    for (number, frame) in (1..).zip(&mut reply.frames) {
        let (taken, seen) = message(policy, frame, at, done.remove(&number).unwrap_or_default());
        let place = |place: Place| {
            let rest = place.0.split_once(' ').map_or("", |(_, rest)| rest);
            Place(format!("frame {number} {rest}"))
        };
        redactions.extend(taken.into_iter().map(|r| Redaction { place: place(r.place), by: r.by }));
        tokens.extend(seen.into_iter().map(|t| TokenFacts { place: place(t.place), ..t }));
    }
    exchange.redactions.extend(redactions);
    for token in tokens {
        if !exchange.tokens.contains(&token) {
            exchange.tokens.push(token);
        }
    }
}

/// `frame 3 json /token` as its number and the rest.
fn numbered(place: &Place) -> Option<(usize, &str)> {
    let (number, rest) = place.0.strip_prefix("frame ")?.split_once(' ')?;
    Some((number.parse().ok()?, rest))
}

/// Cleans one message; gives what was done and the tokens that were seen, at places that begin with a side.
fn message(
    policy: &Policy,
    frame: &mut Frame,
    at: Timestamp,
    done: Vec<Redaction>,
) -> (Vec<Redaction>, Vec<TokenFacts>) {
    // A close begins with its code.
    let code = frame.code().map_or(0, |_| 2);
    let payload = Body(frame.data.0.slice(code..));
    if payload.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let mut said = Exchange { at, ..alone(Request::default()) };
    let side = match frame.from {
        Side::Client => {
            said.request.body = payload;
            "request"
        }
        Side::Upstream => {
            said.answer = Answer::Reply(Response::new(200, Headers::new(), payload));
            "reply"
        }
    };
    let seen_to = |r: Redaction| Redaction { place: Place(format!("{side} {}", r.place)), by: r.by };
    said.redactions = done.into_iter().map(seen_to).collect();
    let said = policy.clean(said).into_exchange();
    let clean = match (frame.from, said.answer) {
        (Side::Upstream, Answer::Reply(reply)) => reply.body,
        _ => said.request.body,
    };
    let before = frame.data.len();
    if clean.bytes() != &frame.data.bytes()[code..] {
        frame.data = Body::from([&frame.data.bytes()[..code], clean.bytes()].concat());
        if frame.data.len() != before {
            refit(&mut frame.fragments, frame.data.len() as u64);
        }
    }
    (said.redactions, said.tokens)
}

/// The fragments of a message that has another length now: the last one takes the difference.
fn refit(fragments: &mut [u64], len: u64) {
    let mut left = len;
    for fragment in fragments.iter_mut() {
        *fragment = left.min(*fragment);
        left -= *fragment;
    }
    if let Some(last) = fragments.last_mut() {
        *last += left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::RedactRules,
        redact::{PseudonymKey, Secret},
    };

    fn policy() -> Policy {
        let secret = Secret { name: "key".into(), value: "a-long-secret-value".into() };
        Policy::new(&RedactRules::default(), vec![secret], PseudonymKey([1; 32]), None).unwrap()
    }

    fn socket(frames: Vec<Frame>) -> Exchange {
        let mut exchange = alone(Request::new("GET", "/socket"));
        exchange.request.headers.push("Authorization", "Bearer tk_h34derh34derh34der");
        let mut reply = Response::new(101, Headers::new(), "");
        reply.frames = frames;
        exchange.answer = Answer::Reply(reply);
        exchange
    }

    #[test]
    fn secrets_in_messages_are_taken_out_once() {
        let policy = policy();
        let text = |from, text: &str| Frame::new(0, from, FrameKind::Text, text.as_bytes().to_vec());
        let mut long = text(Side::Client, r#"{"op":"login","password":"hunter22","id":7}"#);
        long.fragments = vec![10, 33];
        let frames = vec![
            long,
            text(Side::Upstream, r#"{"session":{"access_token":"s3ss10nvalue"}}"#),
            text(Side::Client, "resume s3ss10nvalue with a-long-secret-value"),
            Frame::new(0, Side::Upstream, FrameKind::Close, Frame::close(4001, "bad tk_h34derh34derh34der")),
            text(Side::Upstream, r#"{"price":10.10,"id":7}"#),
        ];
        let before = frames.clone();
        let once = policy.clean(socket(frames));
        let reply = once.exchange().answer.reply().unwrap();
        let all: Vec<String> =
            reply.frames.iter().map(|f| String::from_utf8_lossy(f.data.bytes()).into_owned()).collect();
        for secret in ["hunter22", "s3ss10nvalue", "a-long-secret-value", "tk_h34derh34derh34der"] {
            assert!(all.iter().all(|text| !text.contains(secret)), "{secret} in {all:?}");
        }
        assert!(all[2].ends_with("{{key}}") && all[0].contains(r#""op":"login""#), "{all:?}");
        assert_eq!(reply.frames[4], before[4]);
        assert_eq!(reply.frames[3].code().unwrap().0, 4001);
        assert_eq!(reply.frames[0].fragments.iter().sum::<u64>(), reply.frames[0].data.len() as u64);
        let places: Vec<&str> = once.exchange().redactions.iter().map(|r| r.place.0.as_str()).collect();
        assert!(places.contains(&"frame 1 json /password") && places.contains(&"frame 3 body"), "{places:?}");
        let twice = policy.clean(once.exchange().clone());
        assert_eq!(twice, once);
    }
}
