//! The sessions of a server, found without a lock.

use crate::session::Session;
use crate::tape::Families;
use foldhash::quality::RandomState;
use std::hash::BuildHasher as _;
use std::sync::OnceLock;

/// How many named sessions a server holds. A test suite names one for each test at most.
pub const MOST: usize = 4096;

/// A session that was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoSession {
    /// Its name is none.
    #[error("expected a session's name of 1 to 128 letters, digits, `-`, `.`, `_` or `~`")]
    Name,
    /// There are too many.
    #[error("expected at most {MOST} sessions")]
    TooMany,
}

/// The default session and the named ones. The table only grows, so that finding takes no lock.
#[derive(Debug)]
pub(crate) struct Sessions {
    default: Session,
    hasher: RandomState,
    table: Box<[OnceLock<Session>]>,
}

impl Sessions {
    /// Only the default one.
    pub(crate) fn new(families: &Families) -> Self {
        Sessions {
            default: Session::new("default", families),
            hasher: RandomState::default(),
            table: (0..MOST).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The one for those that name none.
    pub(crate) fn default(&self) -> &Session {
        &self.default
    }

    /// The session of a name, begun if it is new.
    pub(crate) fn named(&self, name: &str, families: &Families) -> Result<&Session, NoSession> {
        if name == self.default.name() {
            return Ok(&self.default);
        }
        let lawful = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if name.is_empty() || name.len() > 128 || !name.bytes().all(lawful) {
            return Err(NoSession::Name);
        }
        self.probe(name)
            .map(|slot| slot.get_or_init(|| Session::new(name, families)))
            .find(|session| session.name() == name)
            .ok_or(NoSession::TooMany)
    }

    /// The session of a name, if it has begun.
    pub(crate) fn find(&self, name: &str) -> Option<&Session> {
        if name == self.default.name() {
            return Some(&self.default);
        }
        self.probe(name).map_while(OnceLock::get).find(|session| session.name() == name)
    }

    /// Every session that has begun, the default one first, the others by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Session> {
        let mut named: Vec<&Session> = self.table.iter().filter_map(OnceLock::get).collect();
        named.sort_by(|a, b| a.name().cmp(b.name()));
        std::iter::once(&self.default).chain(named)
    }

    fn probe(&self, name: &str) -> impl Iterator<Item = &OnceLock<Session>> {
        let from = self.hasher.hash_one(name) as usize % self.table.len();
        self.table[from..].iter().chain(&self.table[..from])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_session_whoever_is_first() {
        let families = Families::default();
        let sessions = Sessions::new(&families);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..200 {
                        sessions.named(&format!("s{n}"), &families).unwrap();
                    }
                });
            }
        });
        assert_eq!(sessions.iter().count(), 201);
        assert!(std::ptr::eq(sessions.find("s7").unwrap(), sessions.named("s7", &families).unwrap()));
        assert!(sessions.find("t").is_none());
    }

    #[test]
    fn odd_names_and_too_many_are_refused() {
        let families = Families::default();
        let sessions = Sessions::new(&families);
        for name in ["", "a/b", "a b", "ü", &"x".repeat(129)] {
            assert_eq!(sessions.named(name, &families).unwrap_err(), NoSession::Name, "{name}");
        }
        for n in 0..MOST {
            sessions.named(&n.to_string(), &families).unwrap();
        }
        assert_eq!(sessions.named("more", &families).unwrap_err(), NoSession::TooMany);
    }
}
