//! The tape: every exchange of the cassettes with its answer prepared, and the ways to find one.

use super::{Entry, Exact, Families, Fields, Keep, Laid, Loading};
use crate::websocket::key_of;
use cassettes::jwt::Keys;
use cassettes::matching::{Declared, Index};
use cassettes::model::{Cassette, Digest, Request};
use cassettes::redact::Policy;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Cassettes made ready to be replayed.
pub struct Tape {
    /// The cassettes' names, in the order given.
    pub(crate) cassettes: Vec<String>,
    /// The upstreams recorded, without trailing slashes.
    pub(crate) upstreams: Vec<String>,
    /// Shared with the tapes that are made of this one.
    pub(crate) entries: Vec<Arc<Entry>>,
    pub(crate) families: Families,
    pub(crate) exact: Exact,
    /// Some requests asked for a WebSocket.
    pub(crate) sockets: bool,
    pub(crate) policy: Arc<Policy>,
    pub(super) keys: HashMap<[u8; 16], u32, foldhash::fast::RandomState>,
    /// What requests were asked with; entries that were let go of hold it no more.
    pub(crate) fields: Arc<Fields>,
    /// Checks the signatures of tokens that are shown.
    pub(super) token_keys: Option<Arc<dyn Keys>>,
    /// Headers that make a difference here are declared; then nothing is found by its bytes alone.
    pub(super) required: Option<Box<Declared>>,
    /// The key of the pseudonyms is missing, and there are some in requests.
    pub(crate) veiled: bool,
    /// What sessions declared, laid over this tape.
    pub(super) laid: Laid,
    /// Only misses need it, so the first miss builds it.
    pub(super) index: OnceLock<Index>,
}

impl Tape {
    /// Prepares cassettes for replay. The policy cleans what clients ask as recording cleaned what was
    /// recorded; it has to hold the cassettes' own redaction rules.
    pub fn prepare(cassettes: Vec<Cassette>, policy: Arc<Policy>) -> Self {
        Tape::keeping(Keep::Served, cassettes, policy)
    }

    /// Prepares cassettes and keeps so much of them.
    pub(crate) fn keeping(keep: Keep, cassettes: Vec<Cassette>, policy: Arc<Policy>) -> Self {
        let mut loading = Loading::keeping(keep, policy);
        for cassette in cassettes {
            loading.begin(cassette.name, &cassette.header.upstreams);
            // Each exchange is let go of as it is prepared, so that its memory serves the next ones.
            let mut hand = loading.hand();
            let settled = cassette.exchanges.into_iter().map(|exchange| hand.settle(exchange)).collect();
            loading.take(settled);
        }
        loading.done()
    }

    /// Files every exchange that can be known by its very bytes under its family.
    pub(super) fn file(&mut self, family_of: &[u32]) {
        for (number, family) in (0u32..).zip(family_of) {
            let entry = &self.entries[number as usize];
            if entry.upgrade || entry.exchange().request.blob.is_some() {
                continue;
            }
            self.exact.insert(&self.entries, number, *family);
        }
    }

    pub(super) fn upstream(&mut self, base: &str) -> u16 {
        let base = base.trim_end_matches('/');
        let known = self.upstreams.iter().position(|u| u == base).unwrap_or_else(|| {
            self.upstreams.push(base.to_owned());
            self.upstreams.len() - 1
        });
        u16::try_from(known).unwrap_or(u16::MAX)
    }

    /// How many exchanges it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The base URLs recorded.
    pub fn upstreams(&self) -> &[String] {
        &self.upstreams
    }

    /// The number of an upstream, by its base URL.
    pub(crate) fn upstream_number(&self, base: &str) -> Option<u16> {
        let at = self.upstreams.iter().position(|u| u == base.trim_end_matches('/'))?;
        u16::try_from(at).ok()
    }

    /// `billing.yaml#3`.
    pub(crate) fn cite(&self, entry: u32) -> String {
        let entry = &self.entries[entry as usize];
        let name = self.cassettes.get(usize::from(entry.cassette)).map_or("", String::as_str);
        format!("{name}{}", entry.exchange().id)
    }

    /// The family of requests that equal this one.
    pub(crate) fn family_of(&self, request: &Request) -> Option<u32> {
        let key = short(&key_of(request, self.policy.names()));
        let key =
            self.required.as_ref().map_or(key, |declared| with_required(key, &declared.required(request)));
        self.keys.get(&key).copied()
    }

    /// Finds the nearest exchanges.
    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let requests = self.entries.iter().map(|e| &e.exchange().request);
            Index::build(requests, self.policy.names().clone())
        })
    }
}

/// A key of requests that also have these headers alike.
pub(super) fn with_required(key: [u8; 16], required: &[u8]) -> [u8; 16] {
    if required.is_empty() { key } else { short(&[&key, required].concat()) }
}

/// Keys are long, and there is one for each exchange: sixteen bytes of SHA-256 tell them apart as surely.
pub(super) fn short(key: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&Digest::of(key).0[..16]);
    short
}

impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tape")
            .field("cassettes", &self.cassettes)
            .field("exchanges", &self.entries.len())
            .finish()
    }
}
