//! Values that a session has of its own: a nonce that its test hands over stands where the recording has another.
//!
//! Where a cassette says `{{name}}`, the session has the variable's value. Where the defaults give a variable the
//! value that was recorded, a session that gives it another has its own in that place as well. Requests are read
//! the other way round: what the client says of its own counts as what was recorded.

use crate::conditions::Conditions;
use crate::refusal::Miss;
use crate::swap::{Form, Moved, Swap, replaced, swaps, text};
use crate::tape::Tape;
use bytes::Bytes;
use cassettes::codec;
use cassettes::model::{Body, Chunk, Exchange, Headers, Request};
use memchr::memmem;
use std::collections::BTreeMap;

/// Fields of answers whose values are references (RFC 9110 §10.2.2, §8.7; RFC 8288; WHATWG HTML).
const REFERENCES: [&str; 4] = ["location", "content-location", "link", "refresh"];

/// Values that a session has of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variables(Vec<Variable>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Variable {
    /// `{{name}}`
    placeholder: String,
    /// What was recorded, where it is known and the session has another.
    recorded: Option<String>,
    value: String,
}

impl Variables {
    /// Those of a session. `defaults` are set for one with conditions of its own: what they say was recorded,
    /// unless `recorded` has it otherwise. None if nothing would differ: then the defaults' placeholders, if there
    /// are any, stand nowhere on the tape.
    pub(crate) fn of(
        conditions: &Conditions,
        defaults: Option<&Conditions>,
        recorded: &BTreeMap<String, String>,
        tape: &Tape,
    ) -> Option<Self> {
        let mut all = Vec::new();
        for (name, value) in &conditions.variables {
            let recorded = recorded.get(name).or_else(|| defaults.and_then(|d| d.variables.get(name)));
            let recorded = recorded.filter(|recorded| *recorded != value).cloned();
            let placeholder = format!("{{{{{name}}}}}");
            let own = recorded.is_some() || defaults.is_some_and(|d| !d.variables.contains_key(name));
            if own || tape.holds(placeholder.as_bytes()) {
                all.push(Variable { placeholder, recorded, value: value.clone() });
            }
        }
        (!all.is_empty()).then_some(Variables(all))
    }

    /// What may have been recorded of a request, the likelier first: with placeholders, with the values
    /// recorded. Nothing if none of the values stands in it.
    pub(crate) fn recorded(&self, asked: &Request) -> Vec<Request> {
        let with_placeholders =
            request(asked, &|form| self.swaps(form, |v| Some((&*v.value, &*v.placeholder))));
        let as_recorded =
            request(asked, &|form| self.swaps(form, |v| Some((&*v.value, v.recorded.as_deref()?))));
        with_placeholders.into_iter().chain(as_recorded).collect()
    }

    /// The request as it would have been recorded, had anything been recorded of it: a recorded value in the place
    /// of the session's own, and the other way round, as the recorded one means nothing here. None if neither
    /// stands in it.
    pub(crate) fn turned(&self, asked: &Request) -> Option<Request> {
        request(asked, &|form| self.turns(form))
    }

    /// Says a miss of a turned request in the session's own words.
    pub(crate) fn told(&self, miss: &mut Miss) {
        let [url, plain] = [Form::Url, Form::Plain].map(|form| {
            let mut all = self.swaps(form, |v| Some((&*v.placeholder, &*v.value)));
            all.extend(self.turns(form));
            all
        });
        let turn = |said: &mut String, swaps: &[Swap]| {
            if let Some(fresh) = text(said, swaps) {
                *said = fresh;
            }
        };
        turn(&mut miss.target, &url);
        let differences = miss.nearest.iter_mut().flat_map(|near| &mut near.differences);
        for said in differences.flat_map(|d| d.asked.iter_mut().chain(&mut d.recorded)) {
            turn(said, &plain);
        }
    }

    fn turns(&self, form: Form) -> Vec<Swap> {
        let known = self.0.iter().filter_map(|v| Some((v.value.as_str(), v.recorded.as_deref()?)));
        swaps(known.flat_map(|(own, recorded)| [(own, recorded, true), (recorded, own, true)]), form)
    }

    fn swaps<'v>(
        &'v self,
        form: Form,
        pair: impl Fn(&'v Variable) -> Option<(&'v str, &'v str)>,
    ) -> Vec<Swap> {
        // What stands in braces is told from everything else by these.
        let each =
            self.0.iter().filter_map(|v| pair(v).map(|(from, to)| (from, to, !from.starts_with("{{"))));
        swaps(each, form)
    }

    /// Fills the values into an answer; whether there were any to fill in.
    pub(crate) fn fill(&self, exchange: &mut Exchange) -> bool {
        let swaps = |form: Form| {
            let placeholders = self.0.iter().map(|v| (v.placeholder.as_str(), v.value.as_str(), false));
            let recorded =
                self.0.iter().filter_map(|v| Some((v.recorded.as_deref()?, v.value.as_str(), true)));
            swaps(placeholders.chain(recorded), form)
        };
        let timing = &mut exchange.timing;
        let Some(response) = exchange.answer.head_mut() else { return false };
        let mut changed = false;
        for (name, value) in &mut response.headers.0 {
            let refers = REFERENCES.iter().any(|field| name.eq_ignore_ascii_case(field));
            let form = if refers { Form::Reference } else { Form::Plain };
            if let Some((fresh, _)) = replaced(value, &swaps(form)) {
                *value = fresh;
                changed = true;
            }
        }
        if let Some((body, moved)) = body(&response.headers, &response.body, &swaps) {
            lengthen(&mut response.headers, response.body.len(), body.len());
            timing.chunks = rechunk(&timing.chunks, body.len(), &moved);
            response.body = body;
            changed = true;
        }
        changed
    }
}

/// A request with texts replaced; none if none stands in it.
fn request(asked: &Request, swaps: &dyn Fn(Form) -> Vec<Swap>) -> Option<Request> {
    let mut request = asked.clone();
    if let Some(target) = text(&asked.target, &swaps(Form::Url)) {
        request.target = target;
    }
    for (_, value) in &mut request.headers.0 {
        if let Some((fresh, _)) = replaced(value, &swaps(Form::Plain)) {
            *value = fresh;
        }
    }
    if let Some((body, _)) = body(&asked.headers, &asked.body, swaps) {
        request.body = body;
    }
    (request != *asked).then_some(request)
}

impl Tape {
    /// Whether a text stands in a request's target or body, or in an answer.
    fn holds(&self, text: &[u8]) -> bool {
        let finder = memmem::Finder::new(text);
        self.entries.iter().any(|entry| {
            let exchange = entry.exchange();
            let request = &exchange.request;
            finder.find(request.target.as_bytes()).is_some()
                || finder.find(request.body.bytes()).is_some()
                || entry.prepared.parts().iter().any(|part| finder.find(&part.bytes).is_some())
                || exchange.answer().head().is_some_and(|reply| {
                    let headers = entry.restored().answer.head().map(|r| r.headers.clone());
                    headers.is_some_and(|h| finder.find(&codec::decoded(&h, &reply.body)).is_some())
                })
        })
    }
}

/// A body with texts replaced, its content coding kept; none if none stands in it, or if its coding cannot be
/// undone.
fn body(headers: &Headers, body: &Body, swaps: &dyn Fn(Form) -> Vec<Swap>) -> Option<(Body, Moved)> {
    if body.is_empty() {
        return None;
    }
    let plain = codec::decoded(headers, body);
    let media = headers.media_type().unwrap_or_default();
    let json = media.ends_with("json")
        || plain.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| b"{[".contains(b));
    let form = match media.as_str() {
        "application/x-www-form-urlencoded" => Form::Url,
        _ if json => Form::Json,
        _ => Form::Plain,
    };
    let (fresh, moved) = replaced(&plain, &swaps(form))?;
    let codings = headers.codings();
    if codings.is_empty() {
        return Some((Body(Bytes::from(fresh)), moved));
    }
    let coded = codec::encode(&fresh, &codings).ok()?;
    let moved = vec![(body.len(), coded.len())];
    Some((Body(Bytes::from(coded)), moved))
}

/// What a head promises grows with the body: an answer that broke off keeps lacking as many bytes as it lacked.
pub(crate) fn lengthen(headers: &mut Headers, before: usize, after: usize) {
    let promised = headers.get("content-length").and_then(|v| v.trim().parse::<usize>().ok());
    if let Some(promised) = promised {
        headers.set("content-length", (promised.saturating_sub(before) + after).to_string());
    }
}

/// Pieces keep their moments; each ends where its end has moved to.
pub(crate) fn rechunk(chunks: &[Chunk], len: usize, moved: &Moved) -> Vec<Chunk> {
    let (mut before, mut after) = (0, 0);
    let mut fresh = Vec::with_capacity(chunks.len());
    for (number, chunk) in chunks.iter().enumerate() {
        before += usize::try_from(chunk.len).unwrap_or(usize::MAX).min(usize::MAX - before);
        let behind = moved.partition_point(|(old, _)| *old <= before);
        // A value that the end falls into goes with the piece that it begins in.
        let end = match behind.checked_sub(1).map(|n| moved[n]) {
            Some((old, new)) => new + (before - old),
            None => before,
        };
        let end = if number + 1 == chunks.len() { len } else { end.clamp(after, len) };
        fresh.push(Chunk { at: chunk.at, len: (end - after) as u64 });
        after = end;
    }
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, Connection, ExchangeId, RedactRules, Response, Timestamp, Timing};
    use cassettes::redact::{Policy, PseudonymKey};
    use std::sync::Arc;

    fn variables(own: &[(&str, &str)], defaults: &[(&str, &str)]) -> Option<Variables> {
        let of = |pairs: &[(&str, &str)]| Conditions {
            variables: pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            ..Conditions::default()
        };
        let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
        let tape = Tape::prepare(Vec::new(), Arc::new(policy));
        let (own, defaults) = (of(own), of(defaults));
        Variables::of(&own.over(&defaults).unwrap(), Some(&defaults), &BTreeMap::new(), &tape)
    }

    #[test]
    fn a_request_with_the_sessions_values_is_the_one_recorded() {
        let all = variables(&[("nonce", "N/1"), ("order", "ord_2")], &[("order", "ord_1")]).unwrap();
        let mut asked = Request::new("POST", "/orders/ord_2?n=N%2F1&x=ord_22");
        asked.headers.push("Idempotency-Key", "N/1");
        asked.headers.push("Content-Type", "application/json");
        asked.body = r#"{"id":"ord_2","n":"N\/1","m":"N/1"}"#.into();
        let [placed, recorded] = all.recorded(&asked).try_into().unwrap();
        assert_eq!(placed.target, "/orders/%7B%7Border%7D%7D?n=%7B%7Bnonce%7D%7D&x=ord_22");
        assert_eq!(placed.headers.get("idempotency-key").as_deref(), Some("{{nonce}}"));
        assert_eq!(placed.body.bytes(), br#"{"id":"{{order}}","n":"N\/1","m":"{{nonce}}"}"#);
        assert_eq!(recorded.target, "/orders/ord_1?n=N%2F1&x=ord_22");
        assert!(all.recorded(&Request::new("GET", "/orders/ord_1")).is_empty());
        assert_eq!(variables(&[], &[("order", "ord_1")]), None);
    }

    #[test]
    fn answers_have_the_sessions_values_and_right_lengths() {
        let all = variables(&[("nonce", "a \"b\""), ("order", "ord_200")], &[("order", "ord_1")]).unwrap();
        let body = r#"{"n":"{{nonce}}","o":"ord_1","p":"ord_11"}"#;
        let headers = Headers::from_pairs([
            ("Content-Length".to_owned(), body.len().to_string()),
            ("Location".to_owned(), "/orders/ord_1".to_owned()),
        ]);
        let chunk = |at, len| Chunk { at, len };
        let mut exchange = Exchange {
            id: ExchangeId(1),
            at: Timestamp(0),
            upstream: String::new(),
            request: Request::new("GET", "/a"),
            answer: Answer::Reply(Response::new(200, headers, body)),
            timing: Timing {
                chunks: vec![chunk(1, 8), chunk(2, body.len() as u64 - 8)],
                ..Timing::default()
            },
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        assert!(all.fill(&mut exchange));
        let reply = exchange.answer.reply().unwrap();
        assert_eq!(reply.body.bytes(), br#"{"n":"a \"b\"","o":"ord_200","p":"ord_11"}"#);
        assert_eq!(reply.headers.get("content-length").unwrap(), reply.body.len().to_string());
        assert_eq!(reply.headers.get("location").as_deref(), Some("/orders/ord_200"));
        let chunks = &exchange.timing.chunks;
        assert_eq!(chunks.iter().map(|c| c.len).sum::<u64>(), reply.body.len() as u64);
        assert!(!all.fill(&mut exchange));
    }
}
