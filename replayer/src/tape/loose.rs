//! A tape as declarations let it be seen: exchanges whose requests differ in nothing that counts stand together.

use super::{Judge, Tape, Traits, load::short, load::with_required};
use crate::websocket::key_of_loosened;
use cassettes::matching::Declared;
use cassettes::model::{Request, Timestamp};
use cassettes::redact::Veil;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A tape as one set of declarations lets it be seen. Laid once, read without a lock, and shared by all sessions
/// that declare the same.
#[derive(Debug)]
pub(crate) struct Loose {
    pub(crate) declared: Declared,
    groups: HashMap<[u8; 16], Group, foldhash::fast::RandomState>,
    /// How many of them are large.
    pub(crate) large: usize,
    /// What hides the stand-ins of recorded requests, each once, with their methods.
    veils: Vec<(Arc<Veil>, String)>,
}

/// Families whose requests are the same but for what makes no difference.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// What else tells them apart; each once.
    pub(crate) traits: Vec<Traits>,
    /// In recorded order.
    pub(crate) members: Vec<Member>,
    /// No member is mixed: traits are told by its number.
    pub(crate) is_even: bool,
    /// Its number among those that are so large that sessions remember how far they are used up.
    pub(crate) large: Option<u32>,
    judge: OnceLock<Option<Box<Judged>>>,
}

/// What was made of the credentials of a group's exchanges.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) judge: Judge,
    /// Of each exchange looked at, its member and its place in that member's family.
    pub(crate) origins: Box<[(usize, usize)]>,
}

/// Groups of more members than this are large.
const LARGE: usize = 64;

/// One family of a group.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) family: u32,
    /// Its first exchange.
    pub(crate) first: u32,
    /// Which of the group's traits its first entry has; all of them, where the family is not mixed.
    pub(crate) traits: u32,
    /// What each rule took out of its request.
    pub(crate) traces: Box<[u32]>,
}

/// What sessions declared, and the tape as they see it.
#[derive(Debug, Default)]
pub(crate) struct Laid(Mutex<Vec<Arc<Loose>>>);

/// So many different declarations are remembered; who declares more than that pays for laying them again.
const MOST: usize = 32;

impl Tape {
    /// This tape as declarations let it be seen.
    pub(crate) fn loose(&self, declared: &Declared) -> Arc<Loose> {
        let mut laid = self.laid.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = laid.iter().find(|loose| loose.declared == *declared) {
            return Arc::clone(known);
        }
        let fresh = Arc::new(Loose::lay(self, declared));
        if laid.len() >= MOST {
            laid.remove(0);
        }
        laid.push(Arc::clone(&fresh));
        fresh
    }

    /// An entry's request with the fields that it was recorded with.
    pub(crate) fn request(&self, entry: u32) -> Request {
        let entry = &self.entries[entry as usize];
        Request { headers: self.fields.get(entry.fields), ..entry.exchange().request.clone() }
    }
}

impl Loose {
    fn lay(tape: &Tape, declared: &Declared) -> Self {
        let mut groups: HashMap<[u8; 16], Group, foldhash::fast::RandomState> = HashMap::default();
        let mut veils: Vec<(Arc<Veil>, String)> = Vec::new();
        for (number, family) in (0u32..).zip(tape.families.iter()) {
            let Some(first) = tape.families.entries(family).first() else { continue };
            let entry = &tape.entries[*first as usize];
            let request = &entry.exchange().request;
            let concerned = declared.concerns(&request.method, request.path());
            // What stands in headers makes a difference only where they are required.
            let veil = entry.veil.as_ref().filter(|veil| veil.is_inside() || declared.requires());
            if !concerned && veil.is_none() {
                continue;
            }
            let asked_with = tape.request(*first);
            let mut add = |request: &Request| {
                let loosened = declared.loosen(request, None);
                let key = short(&key_of_loosened(&loosened, entry.upgrade, tape.policy.names()));
                let key = with_required(key, &declared.required(request));
                let group = groups.entry(key).or_default();
                let traits = tape.traits(*first);
                group.is_even = family.mixed.is_none() && (group.is_even || group.members.is_empty());
                group.add((number, *first), traits, loosened.traces);
            };
            if concerned {
                add(&asked_with);
            }
            if let Some(veil) = veil {
                add(&veil.over(&asked_with));
                if !veils.iter().any(|(known, method)| known == veil && *method == asked_with.method) {
                    veils.push((Arc::clone(veil), asked_with.method.clone()));
                }
            }
        }
        let mut large = 0;
        for group in groups.values_mut().filter(|group| group.members.len() > LARGE) {
            group.large = Some(large);
            large += 1;
        }
        Loose { declared: declared.clone(), groups, large: large as usize, veils }
    }

    /// Those that an asked request may be, and what each rule took out of it.
    pub(crate) fn find(
        &self,
        tape: &Tape,
        asked: &Request,
        socket: bool,
        now: Timestamp,
    ) -> Option<(&Group, Box<[u32]>)> {
        if !self.declared.concerns(&asked.method, asked.path()) {
            return None;
        }
        self.behind(tape, asked, socket, now)
    }

    /// Those that a veiled request may be.
    pub(crate) fn behind(
        &self,
        tape: &Tape,
        asked: &Request,
        socket: bool,
        now: Timestamp,
    ) -> Option<(&Group, Box<[u32]>)> {
        let loosened = self.declared.loosen(asked, Some(now));
        let key = short(&key_of_loosened(&loosened, socket, tape.policy.names()));
        let key = with_required(key, &self.declared.required(asked));
        Some((self.groups.get(&key)?, loosened.traces))
    }

    /// What may hide the secrets of an asked request.
    pub(crate) fn veils(&self, asked: &Request) -> impl Iterator<Item = &Veil> {
        self.veils.iter().filter(|(_, method)| *method == asked.method).map(|(veil, _)| &**veil)
    }
}

impl Group {
    /// What was made of the credentials of its members' exchanges; none where none was turned away.
    pub(crate) fn judge(&self, tape: &Tape) -> Option<&Judged> {
        let look = || {
            let (mut entries, mut origins) = (Vec::new(), Vec::new());
            for (number, member) in self.members.iter().enumerate() {
                let family = tape.families.get(member.family);
                let all = tape.families.entries(family);
                // What is not mixed carries one credential.
                let looked = if family.mixed.is_some() { all } else { all.get(..1).unwrap_or(all) };
                entries.extend_from_slice(looked);
                origins.extend((0..looked.len()).map(|place| (number, place)));
            }
            Some(Box::new(Judged { judge: Judge::of(tape, &entries)?, origins: origins.into_boxed_slice() }))
        };
        self.judge.get_or_init(look).as_deref()
    }

    fn add(&mut self, (family, first): (u32, u32), traits: Traits, traces: Box<[u32]>) {
        let traits = traits.loosely();
        // The last one is the likeliest: neighbours were asked by one client.
        let known = self.traits.iter().rposition(|known| *known == traits).unwrap_or_else(|| {
            self.traits.push(traits);
            self.traits.len() - 1
        });
        self.members.push(Member { family, first, traits: known as u32, traces });
    }
}
