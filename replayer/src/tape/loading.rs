//! A tape while it is made: exchange by exchange, by as many hands as read, so that of each no more is ever held than
//! what serving needs.

use super::entry::{Entry, Keep};
use super::load::{Tape, short};
use super::{Exact, Families, Fields, Laid};
use crate::websocket::key_of;
use cassettes::model::{Exchange, Headers};
use cassettes::redact::{Policy, Veil};
use cassettes::slab::Slab;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A tape that is being made.
pub struct Loading {
    tape: Tape,
    keep: Keep,
    /// What requests were asked with, as all hands have met it.
    fields: Mutex<Fields>,
    /// What was taken out of requests stands at few different places.
    veils: Mutex<HashSet<Arc<Veil>>>,
    /// The key of each entry's request.
    keys: Vec<[u8; 16]>,
}

/// Makes entries of exchanges; each thread has one of its own.
pub struct Hand<'l> {
    loading: &'l Loading,
    cassette: u16,
    slab: Slab,
}

/// An exchange as the tape keeps it.
pub struct Settled {
    entry: Arc<Entry>,
    key: [u8; 16],
    /// An upstream that no header names.
    upstream: Option<Box<str>>,
}

impl Loading {
    /// An empty tape. The policy cleans what clients ask as recording cleaned what was recorded; it has to hold the
    /// cassettes' own redaction rules.
    pub fn new(policy: Arc<Policy>) -> Self {
        Loading::keeping(Keep::Served, policy)
    }

    pub(crate) fn keeping(keep: Keep, policy: Arc<Policy>) -> Self {
        let tape = Tape {
            cassettes: Vec::new(),
            upstreams: Vec::new(),
            entries: Vec::new(),
            families: Families::default(),
            exact: Exact::default(),
            sockets: false,
            policy,
            keys: HashMap::default(),
            fields: Arc::default(),
            token_keys: None,
            required: None,
            veiled: false,
            laid: Laid::default(),
            index: OnceLock::new(),
        };
        Loading { tape, keep, fields: Mutex::default(), veils: Mutex::default(), keys: Vec::new() }
    }

    /// What follows is of this cassette, whose header names these upstreams.
    pub fn begin(&mut self, name: String, upstreams: &[String]) {
        self.tape.cassettes.push(name);
        for upstream in upstreams {
            self.tape.upstream(upstream);
        }
    }

    /// A hand for exchanges of the cassette that was begun last.
    pub fn hand(&self) -> Hand<'_> {
        let cassette = self.tape.cassettes.len().saturating_sub(1);
        Hand { loading: self, cassette: u16::try_from(cassette).unwrap_or(u16::MAX), slab: Slab::default() }
    }

    /// Takes what hands have made, in recorded order.
    pub fn take(&mut self, settled: Vec<Settled>) {
        self.tape.entries.reserve_exact(settled.len());
        self.keys.reserve_exact(settled.len());
        for Settled { mut entry, key, upstream } in settled {
            if let Some((upstream, entry)) = upstream.zip(Arc::get_mut(&mut entry)) {
                entry.upstream = self.tape.upstream(&upstream);
            }
            self.tape.sockets |= entry.upgrade;
            self.tape.veiled |= entry.veil.is_some();
            self.tape.entries.push(entry);
            self.keys.push(key);
        }
    }

    /// Whether nothing has been taken.
    pub fn is_empty(&self) -> bool {
        self.tape.entries.is_empty()
    }

    /// Lays the ways to find what was taken.
    pub fn done(self) -> Tape {
        let Loading { mut tape, fields, keys, .. } = self;
        tape.fields = Arc::new(fields.into_inner().unwrap_or_else(PoisonError::into_inner).done());
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut family_of = Vec::with_capacity(keys.len());
        for (number, key) in (0u32..).zip(keys) {
            let family = *tape.keys.entry(key).or_insert(members.len() as u32);
            match members.get_mut(family as usize) {
                Some(entries) => entries.push(number),
                None => members.push(vec![number]),
            }
            family_of.push(family);
        }
        tape.families = Families::new(members, &mut |number| Some(tape.traits(number)));
        tape.file(&family_of);
        tape
    }
}

impl Hand<'_> {
    /// Makes an exchange ready to be replayed, and lets go of the rest of it.
    pub fn settle(&mut self, exchange: Exchange) -> Settled {
        let loading = self.loading;
        let names = loading.tape.policy.names();
        let key = short(&key_of(&exchange.request, names));
        let known = loading.tape.upstream_number(&exchange.upstream);
        let upstream = known.is_none().then(|| exchange.upstream.as_str().into());
        let fields = self.fields(&exchange.request.headers);
        let veil = loading.tape.policy.is_keyless().then(|| self.veil(&exchange)).flatten();
        let mut entry = Entry::new(exchange, self.cassette, known.unwrap_or_default(), names);
        entry.fields = fields;
        entry.veil = veil;
        if loading.keep == Keep::Served {
            entry.slim(&mut self.slab);
        }
        Settled { entry: Arc::new(entry), key, upstream }
    }

    fn veil(&self, exchange: &Exchange) -> Option<Arc<Veil>> {
        let veil = Veil::of(&exchange.redactions)?;
        let mut known = self.loading.veils.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&veil) {
            return Some(Arc::clone(known));
        }
        let fresh = Arc::new(veil);
        known.insert(Arc::clone(&fresh));
        Some(fresh)
    }

    fn fields(&self, headers: &Headers) -> u32 {
        self.loading.fields.lock().unwrap_or_else(PoisonError::into_inner).keep(headers)
    }
}
