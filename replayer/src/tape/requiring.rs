//! A tape for which some headers make a difference that by themselves make none.

use super::load::{short, with_required};
use super::{Exact, Families, Laid, Tape};
use crate::websocket::key_of;
use cassettes::matching::Declared;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

impl Tape {
    /// The same exchanges in the same order; those whose required headers differ stand in queues of their own.
    pub(crate) fn requiring(&self, declared: &Declared) -> Tape {
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut keys: HashMap<[u8; 16], u32, foldhash::fast::RandomState> = HashMap::default();
        for number in 0..self.entries.len() as u32 {
            let request = self.request(number);
            let key =
                with_required(short(&key_of(&request, self.policy.names())), &declared.required(&request));
            let family = *keys.entry(key).or_insert(members.len() as u32);
            match members.get_mut(family as usize) {
                Some(entries) => entries.push(number),
                None => members.push(vec![number]),
            }
        }
        let mut traits = |number: u32| Some(self.traits(number));
        Tape {
            cassettes: self.cassettes.clone(),
            upstreams: self.upstreams.clone(),
            sockets: self.sockets,
            entries: self.entries.clone(),
            families: Families::new(members, &mut traits),
            exact: Exact::default(),
            policy: Arc::clone(&self.policy),
            keys,
            fields: Arc::clone(&self.fields),
            token_keys: self.token_keys.clone(),
            required: Some(Box::new(declared.clone())),
            veiled: self.veiled,
            laid: Laid::default(),
            index: OnceLock::new(),
        }
    }
}
