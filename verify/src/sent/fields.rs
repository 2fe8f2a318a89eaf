//! The header fields of a request, beside those of the recorded one that it is.

use crate::conduct::{Call, Conduct};
use cassettes::model::{Digest, Headers, Request};
use std::collections::{BTreeMap, BTreeSet};

/// Headers that speak of the client, the connection or the moment.
const DULL: [&str; 16] = [
    "host",
    "user-agent",
    "connection",
    "keep-alive",
    "date",
    "accept",
    "accept-encoding",
    "accept-language",
    "cookie",
    "expect",
    "te",
    "transfer-encoding",
    "via",
    "forwarded",
    "traceparent",
    "tracestate",
];

/// The header fields of a request: as sent, and as recorded.
pub(crate) struct Fields {
    /// Method and target.
    pub(crate) target: String,
    /// The recorded request, as a number of [`Conduct::recorded`], and as people cite it.
    pub(crate) recorded_at: usize,
    pub(crate) cite: String,
    /// Its body is the recorded one to the byte.
    pub(crate) exact: bool,
    pub(crate) sent: BTreeMap<String, String>,
    pub(crate) recorded: BTreeMap<String, String>,
}

/// The fields of one request. What differs between recordings of the very same request is left out.
pub(crate) fn fields_of(conduct: &Conduct<'_>, call: &Call<'_>, same_target: &[usize]) -> Option<Fields> {
    let request = |number: usize| conduct.recorded[number].request();
    let group: Vec<usize> = match call.exchange {
        Some(at) => {
            let essence = request(at).essence();
            let same = same_target.iter().copied().filter(|&n| request(n).essence() == essence);
            std::iter::once(at).chain(same).collect()
        }
        None => begun(call, same_target, request)?,
    };
    let first = *group.first()?;
    let mut recorded = own_fields(&request(first).headers);
    let sent: Vec<(&str, &[u8])> =
        call.served.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
    let mut sent = own_fields(&Headers::from_pairs(sent));
    for &other in &group[1..] {
        let fields = own_fields(&request(other).headers);
        let names: BTreeSet<String> = fields.keys().chain(recorded.keys()).cloned().collect();
        for name in names {
            if fields.get(&name) != recorded.get(&name) {
                recorded.remove(&name);
                sent.remove(&name);
            }
        }
    }
    let target = format!("{} {}", call.served.method, call.served.target);
    let cite = conduct.recorded[first].cite.clone();
    let exact = is_exact(call, request(first));
    Some(Fields { target, recorded_at: first, cite, exact, sent, recorded })
}

fn is_exact(call: &Call<'_>, asked: &Request) -> bool {
    match &call.served.body {
        None => asked.is_empty(),
        Some(body) => body.sha256 == Digest::of(asked.essence()).to_string(),
    }
}

/// The recorded requests whose body this one begins: it was cut off at the length of another.
fn begun<'r>(
    call: &Call<'_>,
    same_target: &[usize],
    request: impl Fn(usize) -> &'r Request,
) -> Option<Vec<usize>> {
    let body = call.body().unwrap_or_default().as_bytes();
    let begins = |&number: &usize| request(number).body.bytes().starts_with(body);
    let group: Vec<usize> = same_target.iter().copied().filter(begins).collect();
    let essence = request(*group.first()?).essence();
    group.iter().all(|&number| request(number).essence() == essence).then_some(group)
}

fn own_fields(headers: &Headers) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in headers.iter() {
        let name = name.to_ascii_lowercase();
        if !DULL.contains(&name.as_str()) && !name.starts_with("sec-") {
            let value = String::from_utf8_lossy(value);
            let all: &mut String = fields.entry(name).or_default();
            all.push_str(value.trim());
            all.push('\n');
        }
    }
    fields
}
