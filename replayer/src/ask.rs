//! Choosing the answer to a request: by its exact bytes, else as cleaned and matched.

use crate::refusal::{Miss, Nearest, Reason};
use crate::session::{NotTaken, Session, Taken};
use crate::tape::{Asked, Tape};
use crate::websocket::key_of;
use cassettes::matching;
use cassettes::model::{Request, Timestamp};

/// How a listener plays its tape.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    /// Only exchanges of this upstream.
    pub(crate) upstream: Option<u16>,
    /// An exhausted queue gives its last answer again.
    pub(crate) repeat: bool,
}

impl Tape {
    /// The next answer to a request that was recorded in these very bytes: no parsing, no lock, nothing
    /// allocated. None: it has to be looked at more closely.
    pub(crate) fn at_once(
        &self,
        session: &Session,
        rules: Rules,
        (method, target, body): (&str, &str, &[u8]),
    ) -> Option<Result<Taken, NotTaken>> {
        let family = self.families.get(self.exact.find(&self.entries, method, target, body)?);
        let queue = self.families.entries(family);
        let elsewhere =
            |upstream| queue.first().is_none_or(|e| self.entries[*e as usize].upstream != upstream);
        if family.mixed.is_some() || rules.upstream.is_some_and(elsewhere) {
            return None;
        }
        Some(session.next(queue, family, rules.repeat))
    }

    /// The next answer to any request, which is cleaned first as recorded ones were; with it the cleaned
    /// request. A miss is remembered by the session.
    pub(crate) fn choose(
        &self,
        session: &Session,
        rules: Rules,
        asked: &Request,
        now: Timestamp,
    ) -> (Request, Result<Taken, Miss>) {
        let cleaned = self.policy.clean_request(asked, now);
        let taken = match self.family(asked, &cleaned) {
            None => Err(NotTaken::Elsewhere),
            Some(number) => {
                let family = self.families.get(number);
                let queue = self.families.entries(family);
                let elsewhere =
                    |upstream| queue.first().is_none_or(|e| self.entries[*e as usize].upstream != upstream);
                match &family.mixed {
                    Some(each) => {
                        let asked = Asked::of(asked, &cleaned, rules.upstream, now);
                        session.next_of(queue, family, each, &asked, rules.repeat)
                    }
                    None if rules.upstream.is_some_and(elsewhere) => Err(NotTaken::Elsewhere),
                    None => session.next(queue, family, rules.repeat),
                }
            }
        };
        let decision = taken.map_err(|not| {
            let miss = self.miss(&cleaned, not);
            session.miss(miss.clone());
            miss
        });
        (cleaned, decision)
    }

    /// Explains why a cleaned request found no answer.
    pub(crate) fn miss(&self, asked: &Request, not: NotTaken) -> Miss {
        let (reason, nearest) = match not {
            NotTaken::Exhausted(last) => {
                let last = Nearest { exchange: self.cite(last), differences: Vec::new() };
                (Reason::Exhausted, vec![last])
            }
            NotTaken::Elsewhere => {
                let found = self.index().miss(asked, &|n| &self.entries[n as usize].exchange().request);
                let near =
                    |n: matching::Near| Nearest { exchange: self.cite(n.entry), differences: n.differences };
                (Reason::Unknown, found.nearest.into_iter().map(near).collect())
            }
        };
        Miss { reason, method: asked.method.clone(), target: asked.target.clone(), nearest }
    }

    fn family(&self, asked: &Request, cleaned: &Request) -> Option<u32> {
        let socket = self.sockets && wire::websocket::is_upgrade(&asked.method, asked.headers.iter());
        let exactly = |r: &Request| {
            // Known by bytes are only those that ask for no WebSocket.
            (!socket).then(|| self.exact.find(&self.entries, &r.method, &r.target, r.body.bytes()))?
        };
        let by_key = |r: &Request| self.family_of(&key_of(r, self.policy.names()));
        exactly(asked)
            .or_else(|| exactly(cleaned))
            .or_else(|| by_key(cleaned))
            .or_else(|| by_key(asked))
            .or_else(|| {
                // A reference such as `/api/v3/x` was resolved against our root, which stands for `/api/v3`.
                let mut below = cleaned.clone();
                self.upstreams.iter().find_map(|upstream| {
                    let rest = cleaned.target.strip_prefix(base_path(upstream)?)?;
                    if !rest.is_empty() && !rest.starts_with(['/', '?']) {
                        return None;
                    }
                    below.target = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
                    by_key(&below)
                })
            })
    }
}

/// The path of a base URL, if it has one.
fn base_path(base: &str) -> Option<&str> {
    let (_, rest) = base.split_once("://")?;
    rest.find('/').map(|at| &rest[at..])
}
