//! Exchanges as stubs: each question has a queue of answers.

use crate::mocks::conditions::{Condition, Custom, Fit};
use crate::mocks::{Order, Replies, Reply, Stub};
use cassettes::matching;
use cassettes::model::Request;
use cassettes::redact::Names;
use cassettes::subject::Spot;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// One question and what was heard.
pub(super) struct Entry {
    pub(super) spot: Spot,
    pub(super) request: Request,
    pub(super) reply: Reply,
    /// What of it cannot be told from the file.
    pub(super) unknown: Option<String>,
}

/// Headers that make another question of one, whatever they say.
const CONDITIONS: [&str; 5] =
    ["if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "range"];

fn has_credential(request: &Request) -> bool {
    request.headers.iter().any(|(name, _)| {
        let name = name.to_ascii_lowercase();
        ["authorization", "api-key", "apikey"].iter().any(|word| name.contains(word))
    })
}

/// A stub for each question, with every answer to it in order; the last again and again.
pub(super) fn stubs(heard: Vec<Entry>) -> Vec<Stub> {
    let signed = heard.iter().any(|entry| has_credential(&entry.request));
    let keys = Arc::new(Keys { signed, ..Keys::default() });
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut stubs: Vec<Stub> = Vec::new();
    for entry in heard {
        let key = keys.of(&entry.request);
        let at = *places.entry(key.clone()).or_insert_with(|| {
            stubs.push(stub(&entry, key, &keys));
            stubs.len() - 1
        });
        let stub = &mut stubs[at];
        if let Some(what) = entry.unknown {
            stub.doubt(entry.spot, what);
        }
        stub.replies.list.push(entry.reply);
    }
    stubs
}

fn stub(entry: &Entry, key: Vec<u8>, keys: &Arc<Keys>) -> Stub {
    let Entry { spot, request, .. } = entry;
    let keys = Arc::clone(keys);
    // A transcript shows what was asked, not what can be: the path is part of a test that no list of routes
    // knows. Paths that are spelled in one way are compared first, since that costs nothing.
    let path = request.path().to_owned();
    let same = Custom {
        told: "the same path, query, body and kind of credential".to_owned(),
        test: Arc::new(move |asked| {
            let other = asked.request.path();
            let may_be = other == path || other.contains('%') || path.contains('%');
            Fit::of(may_be && keys.of(asked.request) == key)
        }),
    };
    Stub {
        label: format!("{} {}", request.method, request.path()),
        when: vec![Condition::method(&request.method), Condition::Custom(same)],
        replies: Replies { list: Vec::new(), order: Order::RepeatLast },
        ..Stub::new(spot.clone())
    }
}

/// What makes two questions the same one; the last is remembered, for the many stubs that look at it.
#[derive(Default)]
struct Keys {
    names: Names,
    /// The transcript tells questions with a credential from those without: many archives leave it out of all.
    signed: bool,
    last: Mutex<Option<(Request, Vec<u8>)>>,
}

impl Keys {
    fn of(&self, request: &Request) -> Vec<u8> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((known, key)) if known == request => key.clone(),
            _ => {
                let mut key = matching::key(request, &self.names);
                key.push(u8::from(self.signed && has_credential(request)));
                key.extend(CONDITIONS.iter().map(|name| u8::from(request.headers.contains(name))));
                *last = Some((request.clone(), key.clone()));
                key
            }
        }
    }
}
