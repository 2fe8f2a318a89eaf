//! The tape: every exchange of the cassettes with its answer prepared, and the ways to find one.

use super::{Entry, Exact, Families, Keep, Traits};
use crate::websocket::key_of;
use cassettes::matching::Index;
use cassettes::model::{Cassette, Digest};
use cassettes::redact::Policy;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Cassettes made ready to be replayed.
pub struct Tape {
    /// The cassettes' names, in the order given.
    pub(crate) cassettes: Vec<String>,
    /// The upstreams recorded, without trailing slashes.
    pub(crate) upstreams: Vec<String>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) families: Families,
    pub(crate) exact: Exact,
    /// Some requests asked for a WebSocket.
    pub(crate) sockets: bool,
    pub(crate) policy: Arc<Policy>,
    keys: HashMap<[u8; 16], u32, foldhash::fast::RandomState>,
    /// Only misses need it, so the first miss builds it.
    index: OnceLock<Index>,
}

impl Tape {
    /// Prepares cassettes for replay. The policy cleans what clients ask as recording cleaned what was
    /// recorded; it has to hold the cassettes' own redaction rules.
    pub fn prepare(cassettes: Vec<Cassette>, policy: Arc<Policy>) -> Self {
        Tape::keeping(Keep::Served, cassettes, policy)
    }

    /// Prepares cassettes and keeps so much of them.
    pub(crate) fn keeping(keep: Keep, cassettes: Vec<Cassette>, policy: Arc<Policy>) -> Self {
        let mut tape = Tape {
            cassettes: Vec::new(),
            upstreams: Vec::new(),
            entries: Vec::with_capacity(cassettes.iter().map(|c| c.exchanges.len()).sum()),
            families: Families::default(),
            exact: Exact::default(),
            sockets: false,
            policy,
            keys: HashMap::default(),
            index: OnceLock::new(),
        };
        let (family_of, members) = tape.group(&cassettes);
        let mut traits: HashMap<u32, Traits, foldhash::fast::RandomState> = HashMap::default();
        for cassette in cassettes {
            for upstream in &cassette.header.upstreams {
                tape.upstream(upstream);
            }
            let name = u16::try_from(tape.cassettes.len()).unwrap_or(u16::MAX);
            tape.cassettes.push(cassette.name);
            // Each exchange is let go of as it is prepared, so that its memory serves the next ones.
            for exchange in cassette.exchanges {
                let number = tape.entries.len() as u32;
                let upstream = tape.upstream(&exchange.upstream);
                if members[family_of[number as usize] as usize].len() > 1 {
                    traits.insert(number, Traits::of(&exchange.request, upstream, exchange.at));
                }
                let mut entry = Entry::new(exchange, name, upstream, tape.policy.names());
                tape.sockets |= entry.upgrade;
                if keep == Keep::Served {
                    entry.slim();
                }
                tape.entries.push(entry);
            }
        }
        tape.families = Families::new(members, &mut |number| traits.remove(&number));
        for (number, family) in (0u32..).zip(family_of) {
            let entry = &tape.entries[number as usize];
            if entry.upgrade || entry.exchange().request.blob.is_some() {
                continue;
            }
            tape.exact.insert(&tape.entries, number, family);
        }
        tape
    }

    /// Each exchange's family, and each family's exchanges.
    fn group(&mut self, cassettes: &[Cassette]) -> (Vec<u32>, Vec<Vec<u32>>) {
        let names = self.policy.names();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut family_of = Vec::with_capacity(self.entries.capacity());
        for (number, exchange) in (0u32..).zip(cassettes.iter().flat_map(|c| &c.exchanges)) {
            let key = short(&key_of(&exchange.request, names));
            let family = *self.keys.entry(key).or_insert(members.len() as u32);
            match members.get_mut(family as usize) {
                Some(entries) => entries.push(number),
                None => members.push(vec![number]),
            }
            family_of.push(family);
        }
        (family_of, members)
    }

    fn upstream(&mut self, base: &str) -> u16 {
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

    /// The family of a key.
    pub(crate) fn family_of(&self, key: &[u8]) -> Option<u32> {
        self.keys.get(&short(key)).copied()
    }

    /// Finds the nearest exchanges.
    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let requests = self.entries.iter().map(|e| &e.exchange().request);
            Index::build(requests, self.policy.names().clone())
        })
    }
}

/// Keys are long, and there is one for each exchange: sixteen bytes of SHA-256 tell them apart as surely.
fn short(key: &[u8]) -> [u8; 16] {
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
