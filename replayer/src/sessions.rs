//! The sessions of a tape, found without a lock.

use crate::no_session::NoSession;
use crate::session::Session;
use arc_swap::ArcSwap;
use foldhash::quality::RandomState;
use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// How many named sessions are held at once, unless told otherwise. A test suite names one for each test at most,
/// and ends those that are over or lets them end by age.
pub const MOST: usize = 100_000;

/// A new session is written into a copy of one of so many parts: copies stay small, and readers undisturbed.
const PARTS: usize = 256;

type Part = HashMap<Box<str>, Arc<Session>, RandomState>;

/// The default session and the named ones.
pub(crate) struct Sessions {
    default: Arc<Session>,
    parts: Box<[ArcSwap<Part>]>,
    hasher: RandomState,
    named: AtomicUsize,
    most: usize,
    /// Held by whoever changes a part.
    changing: Mutex<()>,
}

impl Sessions {
    /// Only the default one, and at most so many others.
    pub(crate) fn new(default: Session, most: usize) -> Self {
        Sessions {
            default: Arc::new(default),
            parts: (0..PARTS).map(|_| ArcSwap::default()).collect(),
            hasher: RandomState::default(),
            named: AtomicUsize::new(0),
            most,
            changing: Mutex::default(),
        }
    }

    /// The one for those that name none.
    pub(crate) fn default(&self) -> &Arc<Session> {
        &self.default
    }

    /// The session of a name, if it has begun.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Session>> {
        if name == self.default.name() {
            return Some(Arc::clone(&self.default));
        }
        self.part(name).load().get(name).cloned()
    }

    /// The session of a name, begun if it is new.
    pub(crate) fn named(
        &self,
        name: &str,
        begin: impl FnOnce() -> Session,
    ) -> Result<Arc<Session>, NoSession> {
        match self.find(name) {
            Some(session) => Ok(session),
            None => self.put(name, begin).map(|(session, _)| session),
        }
    }

    /// Begins a session that must be new.
    pub(crate) fn begin(
        &self,
        name: &str,
        begin: impl FnOnce() -> Session,
    ) -> Result<Arc<Session>, NoSession> {
        let begun = || NoSession::Begun { name: name.to_owned() };
        if name == self.default.name() {
            return Err(begun());
        }
        match self.put(name, begin)? {
            (session, true) => Ok(session),
            (_, false) => Err(begun()),
        }
    }

    /// The session of a name, and whether it is new.
    fn put(&self, name: &str, begin: impl FnOnce() -> Session) -> Result<(Arc<Session>, bool), NoSession> {
        if !is_name(name) {
            return Err(NoSession::Name);
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let part = self.part(name);
        let held = part.load();
        if let Some(session) = held.get(name) {
            return Ok((Arc::clone(session), false));
        }
        if self.named.load(Relaxed) >= self.most {
            return Err(NoSession::TooMany { most: self.most });
        }
        let session = Arc::new(begin());
        let mut changed = Part::clone(&held);
        changed.insert(name.into(), Arc::clone(&session));
        part.store(Arc::new(changed));
        self.named.fetch_add(1, Relaxed);
        Ok((session, true))
    }

    /// Takes a session away; none if there is none of that name.
    pub(crate) fn end(&self, name: &str) -> Option<Arc<Session>> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let part = self.part(name);
        let mut changed = Part::clone(&part.load());
        let ended = changed.remove(name)?;
        part.store(Arc::new(changed));
        self.named.fetch_sub(1, Relaxed);
        Some(ended)
    }

    /// Every session that has begun, the default one first, the others by name.
    pub(crate) fn all(&self) -> Vec<Arc<Session>> {
        let mut all: Vec<Arc<Session>> =
            self.parts.iter().flat_map(|part| part.load().values().cloned().collect::<Vec<_>>()).collect();
        all.sort_by(|a, b| a.name().cmp(b.name()));
        all.insert(0, Arc::clone(&self.default));
        all
    }

    fn part(&self, name: &str) -> &ArcSwap<Part> {
        &self.parts[self.hasher.hash_one(name) as usize % PARTS]
    }
}

/// Whether a session can be named so: it stands in paths and in headers as it is.
pub(crate) fn is_name(name: &str) -> bool {
    let lawful = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    // These two mean another path (RFC 3986 §5.2.4).
    !matches!(name, "" | "." | "..") && name.len() <= 128 && name.bytes().all(lawful)
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: BTreeSet<String> = self.all().iter().map(|s| s.name().to_owned()).collect();
        f.debug_tuple("Sessions").field(&names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conditions::Conditions;
    use crate::reel::Reel;
    use crate::tape::{Families, Tape};
    use cassettes::model::RedactRules;
    use cassettes::redact::{Policy, PseudonymKey};

    fn reel() -> Arc<Reel> {
        let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
        Arc::new(Reel::new(Arc::new(Tape::prepare(Vec::new(), Arc::new(policy))), 0))
    }

    fn session(name: &str, reel: &Arc<Reel>) -> Session {
        Session::new(name, Arc::clone(reel), Arc::new(Conditions::default()), None)
    }

    #[test]
    fn a_name_is_one_session_whoever_is_first() {
        let reel = reel();
        let sessions = Sessions::new(session("default", &reel), MOST);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..200 {
                        let name = format!("s{n}");
                        sessions.named(&name, || session(&name, &reel)).unwrap();
                    }
                });
            }
        });
        assert_eq!((sessions.all().len(), sessions.named.load(Relaxed)), (201, 200));
        let again = sessions.named("s7", || session("s7", &reel)).unwrap();
        assert!(Arc::ptr_eq(&sessions.find("s7").unwrap(), &again));
        assert!(sessions.find("t").is_none() && sessions.end("t").is_none());
        assert_eq!(
            sessions.begin("s7", || session("s7", &reel)).unwrap_err(),
            NoSession::Begun { name: "s7".into() }
        );
        assert!(Arc::ptr_eq(&sessions.end("s7").unwrap(), &again));
        let anew = sessions.begin("s7", || session("s7", &reel)).unwrap();
        assert!(!Arc::ptr_eq(&anew, &again));
    }

    #[test]
    fn odd_names_and_too_many_are_refused() {
        let reel = reel();
        let sessions = Sessions::new(session("default", &reel), 3);
        for name in ["", ".", "..", "a/b", "a b", "ü", &"x".repeat(129)] {
            assert_eq!(sessions.named(name, || session(name, &reel)).unwrap_err(), NoSession::Name, "{name}");
        }
        for name in ["a", "b", "c", "a", "default"] {
            sessions.named(name, || session(name, &reel)).unwrap();
        }
        assert_eq!(sessions.named("d", || session("d", &reel)).unwrap_err(), NoSession::TooMany { most: 3 });
        sessions.end("b").unwrap();
        sessions.named("d", || session("d", &reel)).unwrap();
    }

    /// Resident memory in KiB.
    #[cfg(target_os = "linux")]
    fn resident() -> usize {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn ten_thousand_sessions_over_ten_thousand_exchanges_cost_what_they_asked() {
        let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
        let mut tape = Tape::prepare(Vec::new(), Arc::new(policy));
        tape.families = Families::new((0..10_000).map(|n| vec![n]).collect(), &mut |_| None);
        let reel = Arc::new(Reel::new(Arc::new(tape), 0));
        let sessions = Sessions::new(session("default", &reel), MOST);
        let before = resident();
        for n in 0..10_000 {
            let name = format!("test-{n}");
            let session = sessions.named(&name, || session(&name, &reel)).unwrap();
            for asked in 0..20 {
                let family = reel.tape.families.get((n * 7 + asked * 13) % 10_000);
                session.next(reel.tape.families.entries(family), family, false).unwrap();
            }
        }
        let each = (resident() - before) * 1024 / 10_000;
        println!("{each} bytes for a session that asked twenty requests");
        assert!(each < 4096, "{each} bytes");
    }
}
