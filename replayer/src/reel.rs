//! A tape with what each listener needs to play it: prepared once, and shared by all sessions over it.

use crate::studies::Studies;
use crate::tape::{Leads, Tape};
use cassettes::matching::Declared;
use std::sync::{Arc, OnceLock};

/// A tape with what each listener needs to play it.
#[derive(Debug)]
pub(crate) struct Reel {
    pub(crate) tape: Arc<Tape>,
    /// Which loading of the tape it belongs to, counted from zero.
    loading: u64,
    /// Which exchange of the whole tape each of this one's is; none: this is the whole one.
    part: Option<Part>,
    stands: OnceLock<Box<[Stand]>>,
    /// For those who know an upstream by its own name.
    nowhere: OnceLock<Leads>,
    studies: Studies,
}

#[derive(Debug, Clone)]
struct Part {
    /// Which exchange of the whole tape each of this one's is.
    in_whole: Box<[u32]>,
    whole_len: usize,
}

/// What is particular to one listener.
#[derive(Debug)]
pub(crate) struct Stand {
    pub(crate) leads: Leads,
    /// Only exchanges of this upstream are served there.
    pub(crate) upstream: Option<u16>,
}

/// How a listener stands in for the real side, whatever is played.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// `http://127.0.0.1:8080`, or the same with `https`.
    pub(crate) own: String,
    /// Only exchanges of this upstream are served there.
    pub(crate) upstream: Option<String>,
}

/// An upstream that the tape does not know: nothing is found of it.
const NONE: u16 = u16::MAX;

impl Reel {
    /// Of a whole tape; `loading` counts how often it was loaded before.
    pub(crate) fn new(tape: Arc<Tape>, loading: u64) -> Self {
        Reel {
            tape,
            loading,
            part: None,
            stands: OnceLock::new(),
            nowhere: OnceLock::new(),
            studies: Studies::default(),
        }
    }

    /// Of some cassettes of this one's tape.
    pub(crate) fn only(&self, cassettes: &[u16]) -> Self {
        let (tape, in_whole) = self.tape.only(cassettes);
        let part = Part { in_whole: in_whole.into(), whole_len: self.tape.len() };
        Reel { part: Some(part), ..Reel::new(Arc::new(tape), self.loading) }
    }

    /// Of the same exchanges, where some headers make a difference that by themselves make none.
    pub(crate) fn requiring(&self, declared: &Declared) -> Self {
        let part = Part {
            in_whole: (0..self.tape.len()).map(|n| self.in_whole(n) as u32).collect(),
            whole_len: self.whole_len(),
        };
        Reel { part: Some(part), ..Reel::new(Arc::new(self.tape.requiring(declared)), self.loading) }
    }

    /// What a listener needs, by its number.
    pub(crate) fn stand(&self, number: usize, places: &[Place]) -> &Stand {
        &self.stands(places)[number]
    }

    /// What each listener needs. The first who asks prepares it.
    pub(crate) fn stands(&self, places: &[Place]) -> &[Stand] {
        self.stands.get_or_init(|| {
            let stand = |place: &Place| {
                let upstream = place.upstream.as_deref().map(|base| self.upstream(base));
                let stands_for = |base: &String| {
                    if upstream.is_none_or(|only| self.tape.upstream_number(base) == Some(only)) {
                        return Some((base.clone(), place.own.clone()));
                    }
                    let serves = |wanted: Option<&str>| {
                        let same = |other: &&Place| {
                            other.upstream.as_deref().map(|b| b.trim_end_matches('/')) == wanted
                        };
                        places.iter().find(same).map(|other| (base.clone(), other.own.clone()))
                    };
                    serves(Some(base)).or_else(|| serves(None))
                };
                let pairs = self.tape.upstreams.iter().filter_map(stands_for).collect();
                Stand { leads: Leads::prepare(&self.tape, pairs), upstream }
            };
            places.iter().map(stand).collect()
        })
    }

    /// The links of those who know an upstream by its own name: they stay.
    pub(crate) fn nowhere(&self) -> &Leads {
        self.nowhere.get_or_init(|| Leads::prepare(&self.tape, Vec::new()))
    }

    /// What was learned of its tape.
    pub(crate) fn studies(&self) -> &Studies {
        &self.studies
    }

    /// The number of an upstream; one that is nobody's if the tape does not know it.
    pub(crate) fn upstream(&self, base: &str) -> u16 {
        self.tape.upstream_number(base).unwrap_or(NONE)
    }

    /// Which exchange of the whole tape this is.
    pub(crate) fn in_whole(&self, entry: usize) -> usize {
        self.part.as_ref().map_or(entry, |part| part.in_whole[entry] as usize)
    }

    /// How many exchanges the whole tape holds.
    pub(crate) fn whole_len(&self) -> usize {
        self.part.as_ref().map_or(self.tape.len(), |part| part.whole_len)
    }

    /// Which loading of the tape it belongs to.
    pub(crate) fn loading(&self) -> u64 {
        self.loading
    }

    /// Whether it is the tape that the replay began with, all of it.
    pub(crate) fn is_first(&self) -> bool {
        self.loading == 0 && self.part.is_none()
    }
}
