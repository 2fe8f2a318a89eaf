//! Answers whose absolute links lead back to the listener, and questions led the other way.

use super::{Entry, Tape};
use crate::answer::{Prepared, prepare};
use cassettes::links::Origins;
use cassettes::model::{Answer, Body, Chunk, Exchange, Request, Response, Timing};
use memchr::memmem::{self, Finder};
use std::collections::HashMap;

/// Where each upstream's links lead for one base URL, with the answers that hold any prepared.
pub(crate) struct Leads {
    pairs: Vec<(String, String)>,
    answers: HashMap<u32, Prepared, foldhash::fast::RandomState>,
}

impl Leads {
    /// `pairs` are base URLs: of an upstream, and of the listener that stands in for it.
    pub(crate) fn prepare(tape: &Tape, pairs: Vec<(String, String)>) -> Self {
        let origins = Origins::new(pairs.iter().map(|(from, to)| (from, to)));
        let hosts = Hosts::of(pairs.iter().map(|(from, _)| from.as_str()));
        let mut answers = HashMap::default();
        for (number, entry) in (0u32..).zip(&tape.entries) {
            if hosts.may_stand_in(entry)
                && let Some(prepared) = led(&entry.restored(), &origins)
            {
                answers.insert(number, prepared);
            }
        }
        Leads { pairs, answers }
    }

    /// Whether an answer can differ from the recorded one for some client.
    pub(crate) fn concerns(&self, entry: &Entry, number: u32, prefixed: bool) -> bool {
        (prefixed && entry.refers) || (!self.answers.is_empty() && self.answers.contains_key(&number))
    }

    /// The answer of an entry. `elsewhere` is set for a client that reaches the listener by another name or
    /// below a path: then the few answers with links are prepared on the spot.
    pub(crate) fn answer<'t>(
        &'t self,
        entry: &'t Entry,
        number: u32,
        elsewhere: Option<&Base<'_>>,
    ) -> Found<'t> {
        let Some(prepared) = self.answers.get(&number) else {
            // Without an absolute link only references such as `/path` can need the session's prefix.
            return match elsewhere.filter(|base| !base.prefix.is_empty()) {
                Some(base) => self.afresh(entry, base).map_or(Found::Ready(&entry.prepared), Found::Fresh),
                None => Found::Ready(&entry.prepared),
            };
        };
        match elsewhere {
            None => Found::Ready(prepared),
            Some(base) => self.afresh(entry, base).map_or(Found::Ready(prepared), Found::Fresh),
        }
    }

    fn afresh(&self, entry: &Entry, base: &Base<'_>) -> Option<Box<Prepared>> {
        self.lead(&entry.restored(), base).map(Box::new)
    }

    /// An answer with its links led back to a client; none if it has none.
    pub(crate) fn lead(&self, exchange: &Exchange, base: &Base<'_>) -> Option<Prepared> {
        let pairs = self.pairs.iter().map(|(from, to)| (from.as_str(), base.of(to)));
        led(exchange, &Origins::new(pairs))
    }

    /// Leads a question back: where the client says the listener's URL, the upstream's was recorded.
    pub(crate) fn question(&self, asked: &mut Request, base: &Base<'_>) {
        if !mentions_a_url(asked) {
            return;
        }
        let pairs: Vec<(String, &str)> =
            self.pairs.iter().map(|(from, to)| (base.of(to), from.as_str())).collect();
        if let Some(target) = pairs.iter().find_map(|(ours, theirs)| requery(&asked.target, ours, theirs)) {
            asked.target = target;
        }
        let origins = Origins::new(pairs.iter().map(|(ours, theirs)| (ours, theirs)));
        origins.rewrite_request(asked);
        if !asked.body.is_empty()
            && let Some(body) = origins.rewrite(&mut asked.headers.clone(), &asked.body)
        {
            asked.body = body;
        }
    }
}

impl std::fmt::Debug for Leads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leads").field("pairs", &self.pairs).field("answers", &self.answers.len()).finish()
    }
}

/// By which name a client reaches a listener, and below which path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'r> {
    /// The listener's own URL.
    pub(crate) own: &'r str,
    /// As the client's Host field says; the listener's own if it says none.
    pub(crate) authority: Option<&'r str>,
    /// The path of the client's session, or nothing.
    pub(crate) prefix: &'r str,
}

impl Base<'_> {
    /// Whether the client needs other links than those prepared for the listener's own URL.
    pub(crate) fn is_elsewhere(&self) -> bool {
        let named = self.authority.is_some_and(|a| self.own.split_once("://").map(|(_, own)| own) != Some(a));
        named || !self.prefix.is_empty()
    }

    /// The URL that the client has to use for what is prepared as `to`.
    fn of(&self, to: &str) -> String {
        match self.authority.filter(|_| to == self.own) {
            Some(authority) => {
                let scheme = self.own.split_once("://").map_or("http", |(scheme, _)| scheme);
                format!("{scheme}://{authority}{}", self.prefix)
            }
            None => format!("{to}{}", self.prefix),
        }
    }
}

/// An answer to be written.
pub(crate) enum Found<'t> {
    /// Prepared when the tape was loaded.
    Ready(&'t Prepared),
    /// Prepared for this client.
    Fresh(Box<Prepared>),
}

impl Found<'_> {
    /// Either way.
    pub(crate) fn prepared(&self) -> &Prepared {
        match self {
            Found::Ready(prepared) => prepared,
            Found::Fresh(prepared) => prepared,
        }
    }
}

/// The answer with its links led back; none if it has none.
fn led(exchange: &Exchange, origins: &Origins) -> Option<Prepared> {
    let head = exchange.answer.head()?;
    let mut response = head.clone();
    let mut timing = exchange.timing.clone();
    let whole = matches!(exchange.answer, Answer::Reply(_));
    let changed = if timing.chunks.len() > 1 && origins.may_stream(&head.headers) {
        origins.headers(&mut response.headers);
        piecewise(&mut response, &mut timing, origins)
    } else if let Some(body) = origins.rewrite(&mut response.headers, &head.body) {
        response.body = body;
        true
    } else {
        false
    };
    if changed && !whole {
        promise(head, &mut response);
    }
    if !changed && response.headers == head.headers {
        return None;
    }
    let mut answer = exchange.answer.clone();
    if let Some(head) = answer.head_mut() {
        *head = response;
    }
    Some(prepare(&exchange.request.method, &answer, &timing))
}

/// Leads a body back piece by piece, so that each piece keeps its moment.
fn piecewise(response: &mut Response, timing: &mut Timing, origins: &Origins) -> bool {
    let mut rewriter = origins.stream();
    let mut fresh = Vec::with_capacity(response.body.len());
    let mut chunks = Vec::with_capacity(timing.chunks.len());
    let mut from = 0;
    for chunk in &timing.chunks {
        let to = from + usize::try_from(chunk.len).unwrap_or(usize::MAX).min(response.body.len() - from);
        let piece = rewriter.push(&response.body.bytes()[from..to]);
        chunks.push(Chunk { at: chunk.at, len: piece.len() as u64 });
        fresh.extend_from_slice(&piece);
        from = to;
    }
    fresh.extend_from_slice(&rewriter.push(&response.body.bytes()[from..]));
    fresh.extend_from_slice(&rewriter.finish());
    if fresh == response.body.bytes() {
        return false;
    }
    response.body = Body::from(fresh);
    timing.chunks = chunks;
    true
}

/// What came before a failure keeps lacking as many bytes as it lacked.
fn promise(recorded: &Response, led: &mut Response) {
    let Some(promised) = recorded.headers.get("content-length").and_then(|v| v.trim().parse::<usize>().ok())
    else {
        return;
    };
    let lacking = promised.saturating_sub(recorded.body.len());
    led.headers.set("content-length", (led.body.len() + lacking).to_string());
}

/// The quick look that spares most answers the thorough one.
struct Hosts<'u>(Vec<Finder<'u>>, bool);

impl<'u> Hosts<'u> {
    fn of(bases: impl Iterator<Item = &'u str>) -> Self {
        let mut hosts = Hosts(Vec::new(), false);
        for base in bases {
            let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
            let (host, path) = rest.split_at(rest.find(['/', ':']).unwrap_or(rest.len()));
            hosts.0.push(Finder::new(host));
            // Below a path even `Location: /base/x` is a link of the upstream.
            hosts.1 |= path.contains('/');
        }
        hosts
    }

    fn may_stand_in(&self, entry: &Entry) -> bool {
        let (parts, answer) = (entry.prepared.parts(), entry.exchange().answer());
        let (Some(head), Some(response)) = (parts.first(), answer.head()) else {
            return false;
        };
        let stands_in = |bytes: &[u8]| self.0.iter().any(|host| host.find(bytes).is_some());
        // A cookie may be tied to the upstream without naming it: by its path, by `Secure`.
        let cookie = response.headers.contains("set-cookie");
        self.1 || cookie || entry.coded || stands_in(&head.bytes) || stands_in(response.body.bytes())
    }
}

/// The same for questions: whether there is anything that could be a URL of ours.
fn mentions_a_url(asked: &Request) -> bool {
    let target = asked.target.as_bytes();
    let escaped = || memmem::find(&target.to_ascii_lowercase(), b"%3a%2f%2f").is_some();
    let body = asked.body.bytes();
    memmem::find(target, b"://").is_some()
        || escaped()
        || memmem::find(body, b"://").is_some()
        || memmem::find(body, b":\\/\\/").is_some()
        || asked.headers.iter().any(|(_, value)| memmem::find(value, b"://").is_some())
        || asked.headers.contains("content-encoding")
}

/// The target with every query value that holds our URL saying the upstream's instead; none if none does.
fn requery(target: &str, ours: &str, theirs: &str) -> Option<String> {
    let (path, query) = target.split_once('?')?;
    let asked = Request::new("", format!("?{query}"));
    let holds = |value: &str| value.match_indices(ours).any(|(at, _)| ends(&value[at + ours.len()..]));
    if !asked.query_pairs().iter().any(|(_, value)| holds(value)) {
        return None;
    }
    let pieces: Vec<String> = query
        .split('&')
        .map(|piece| {
            let Some((name, _)) = piece.split_once('=') else { return piece.to_owned() };
            let value = Request::new("", format!("?{piece}")).query_pairs().pop().unwrap_or_default().1;
            if holds(&value) {
                format!("{name}={}", escaped(&value.replace(ours, theirs)))
            } else {
                piece.to_owned()
            }
        })
        .collect();
    Some(format!("{path}?{}", pieces.join("&")))
}

/// Whether a base URL ends here: `http://h:80` is no base of `http://h:8080`.
fn ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '?', '#'])
}

/// Percent-encodes all but unreserved characters (RFC 3986 §2.3).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Framing, Headers};

    #[test]
    fn our_url_in_a_query_becomes_the_recorded_one() {
        let ours = "http://127.0.0.1:80";
        let asked = "/next?u=http%3A%2F%2F127.0.0.1:80%2Fa%3Fb&v=1&w=http%3A%2F%2F127.0.0.1:8080%2Fa";
        let led = requery(asked, ours, "https://api.test").unwrap();
        assert_eq!(led, "/next?u=https%3A%2F%2Fapi.test%2Fa%3Fb&v=1&w=http%3A%2F%2F127.0.0.1:8080%2Fa");
        assert_eq!(requery("/a?v=http://127.0.0.1:8080/", ours, "https://api.test"), None);
    }

    #[test]
    fn pieces_keep_their_moments_and_lengths_are_put_right() {
        let origins = Origins::new([("https://api.test", "http://127.0.0.1:9")]);
        let mut response = Response {
            status: 200,
            framing: Framing::Chunked,
            headers: Headers::from_pairs([("transfer-encoding", "chunked")]),
            body: "data: https://api.test/a\n\ndata: b\n\n".into(),
            ..Response::default()
        };
        let mut timing =
            Timing { chunks: vec![Chunk { at: 1, len: 26 }, Chunk { at: 9, len: 9 }], ..Timing::default() };
        assert!(piecewise(&mut response, &mut timing, &origins));
        assert_eq!(response.body.bytes(), b"data: http://127.0.0.1:9/a\n\ndata: b\n\n");
        assert_eq!(timing.chunks.iter().map(|c| c.len).sum::<u64>(), response.body.len() as u64);
        assert_eq!(timing.chunks[1], Chunk { at: 9, len: 9 });
    }

    #[test]
    fn a_truncated_answer_stays_truncated() {
        let partial = Response::new(200, Headers::from_pairs([("content-length", "50")]), "12345");
        let mut led = partial.clone();
        led.body = "1234567".into();
        promise(&partial, &mut led);
        assert_eq!(led.headers.get("content-length").as_deref(), Some("52"));
    }
}
