//! What was made of credentials: a token that is shown to a replay is judged as its like was when it was recorded.

use super::{Asked, Family, Tape, turned_away::distance};
use cassettes::facets::credential::{Credential, credentials};
use cassettes::facets::rejection::{Rejection, flaw, rejection};
use cassettes::jwt::Keys;
use cassettes::model::{
    Answer, Exchange, Headers, Place, Request, Response, SignatureVerdict, Timestamp, TokenFacts,
};
use std::sync::Arc;

/// What the credentials of some exchanges that answer one question show. Recorded and shown ones are seen by the
/// same eyes, so that what is shown again finds its own answer.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Exchanges that were let in, apart by the form of their credentials.
    accepted: Vec<Vec<Exchange>>,
    /// Of each exchange, in the order given.
    sights: Box<[Sight]>,
}

/// Which exchanges may answer: a flag for each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) first: Vec<bool>,
    /// Those that come after, when the others are used up.
    pub(crate) then: Option<Vec<bool>>,
}

impl Tape {
    /// What was made of the credentials of a mixed family; none where none was turned away.
    pub(crate) fn judge<'t>(&'t self, family: &'t Family) -> Option<&'t Judge> {
        let look = || Judge::of(self, self.families.entries(family)).map(Box::new);
        family.judge.get_or_init(look).as_deref()
    }

    /// A request as it is asked now, with what the token key says of it.
    pub(crate) fn asked(
        &self,
        sent: &Request,
        cleaned: &Request,
        upstream: Option<u16>,
        now: Timestamp,
    ) -> Asked {
        Asked::of(sent, cleaned, upstream, now).verified(sent, self.token_keys.as_deref())
    }

    /// The key that checks and signs tokens.
    pub(crate) fn keys(&self) -> Option<&dyn Keys> {
        self.token_keys.as_deref()
    }

    /// With a key that checks the signatures of tokens: a bad one is answered as a bad one was.
    #[must_use]
    pub fn checking(mut self, keys: Option<Arc<dyn Keys>>) -> Self {
        self.token_keys = keys;
        self
    }
}

/// What the credential of an exchange shows.
#[derive(Debug, Clone, Copy)]
struct Sight {
    /// To whom knows of its signature what was recorded of it.
    whole: Option<Rejection>,
    /// To whom knows nothing of it.
    blind: Option<Rejection>,
    /// It was turned away.
    out: bool,
    /// Of its reply.
    status: u16,
    /// In how many parts it is written: they are all that tells what nobody can read.
    parts: usize,
}

/// So many exchanges that were let in are compared with; they are few, for only what tells something new counts.
const MOST: usize = 64;

impl Judge {
    /// Looks at exchanges; none where no credential was turned away among them for what it shows.
    pub(crate) fn of(tape: &Tape, entries: &[u32]) -> Option<Judge> {
        let status =
            |entry: &u32| tape.entries[*entry as usize].exchange().answer().reply().map(|r| r.status);
        if !entries.iter().any(|entry| status(entry).is_some_and(|status| (400..500).contains(&status))) {
            return None;
        }
        let exchanges: Vec<Exchange> = entries
            .iter()
            .map(|entry| Exchange {
                request: tape.request(*entry),
                ..tape.entries[*entry as usize].restored()
            })
            .collect();
        let out: Vec<bool> = exchanges.iter().map(|exchange| rejection(exchange, &[]).is_some()).collect();
        let mut judge = Judge { accepted: Vec::new(), sights: Box::default() };
        for (exchange, _) in exchanges.iter().zip(&out).filter(|(exchange, out)| !**out && is_in(exchange)) {
            judge.accept(exchange);
        }
        let sight = |(exchange, out): (&Exchange, &bool)| Sight {
            whole: judge.flaw(exchange),
            blind: judge.flaw(&blinded(exchange)),
            out: *out,
            status: exchange.answer.reply().map_or(0, |reply| reply.status),
            parts: parts(exchange),
        };
        judge.sights = exchanges.iter().zip(&out).map(sight).collect();
        judge.sights.iter().any(|sight| sight.out && sight.whole.is_some()).then_some(judge)
    }

    /// Which of the exchanges may answer this request, by what its credential shows. `same` tells those that were
    /// asked with the very same one.
    pub(crate) fn allows(&self, asked: &Asked, same: &dyn Fn(usize) -> bool) -> Allowed {
        let chosen = |wanted: &dyn Fn(usize, &Sight) -> bool| -> Option<Vec<bool>> {
            let each: Vec<bool> =
                self.sights.iter().enumerate().map(|(at, sight)| wanted(at, sight)).collect();
            each.contains(&true).then_some(each)
        };
        let known: Vec<Option<Rejection>> =
            (0..self.sights.len()).filter(|at| same(*at)).map(|at| self.sights[at].whole).collect();
        if !known.is_empty() {
            let like =
                |bad: bool| chosen(&|_, sight| known.contains(&sight.whole) && sight.is_forged() == bad);
            if known.iter().any(|whole| *whole != known[0])
                && let (Some(first), then @ Some(_)) = (like(false), like(true))
            {
                // Of one form, but for the signature, of which nobody knows without the key of the pseudonyms.
                return Allowed { first, then };
            }
            let like = chosen(&|_, sight| known.contains(&sight.whole));
            return Allowed::only(like.unwrap_or_else(|| vec![true; self.sights.len()]));
        }
        let flaw = self.flaw(&asked.exchange);
        if is_undecided(&asked.exchange) {
            // Without a key a good signature looks like a bad one. Who shows it is let in if anybody was.
            let like = |bad: bool| chosen(&|_, sight| sight.blind == flaw && sight.is_forged() == bad);
            match (like(false), like(true)) {
                (Some(first), then) => return Allowed { first, then },
                (None, Some(then)) => return Allowed::only(then),
                (None, None) => {}
            }
        }
        let unread =
            matches!(flaw, Some(Rejection::Malformed | Rejection::AlgNone)).then(|| parts(&asked.exchange));
        let alike = unread.and_then(|parts| chosen(&|_, sight| sight.whole == flaw && sight.parts == parts));
        let like = alike.or_else(|| chosen(&|_, sight| sight.whole == flaw));
        let turned_away = || {
            let far = |sight: &Sight| flaw.map(|flaw| distance(flaw, (sight.whole, sight.status)));
            let nearest = self.sights.iter().filter(|sight| sight.out).map(&far).min()?;
            chosen(&|_, sight| sight.out && far(sight) == nearest)
        };
        let flawless = || chosen(&|_, sight| sight.whole.is_none());
        let like = like.or_else(|| if flaw.is_some_and(is_clear) { turned_away() } else { flawless() });
        Allowed::only(like.unwrap_or_else(|| vec![true; self.sights.len()]))
    }

    /// Whether one with the same flaw was turned away.
    pub(crate) fn turned_away(&self, asked: &Asked) -> bool {
        let flaw = self.flaw(&asked.exchange);
        flaw.is_some() && self.sights.iter().any(|sight| sight.out && sight.whole == flaw)
    }

    /// Remembers an exchange that was let in, if that makes a difference.
    fn accept(&mut self, exchange: &Exchange) {
        if self.accepted.iter().map(Vec::len).sum::<usize>() >= MOST {
            return;
        }
        let slim =
            Exchange { answer: Answer::Reply(Response::new(200, Headers::new(), "")), ..exchange.clone() };
        let Some(group) = self.accepted.iter_mut().find(|group| form(&group[0]) == form(exchange)) else {
            self.accepted.push(vec![slim]);
            return;
        };
        let alone: Vec<&Exchange> = group.iter().collect();
        // What is wrong with it in itself it shows beside itself, too.
        if flaw(exchange, &alone).is_some() && flaw(exchange, &[alone, vec![exchange]].concat()).is_none() {
            group.push(slim);
        }
    }

    /// What is wrong with a credential beside those of one form that were let in; nothing, if it is right beside
    /// those of any form.
    fn flaw(&self, shown: &Exchange) -> Option<Rejection> {
        let form = form(shown);
        let mut found: Option<(bool, Rejection)> = None;
        for group in &self.accepted {
            let flaw = flaw(shown, &group.iter().collect::<Vec<_>>())?;
            let is_like = self::form(&group[0]).0 == form.0;
            if found.is_none_or(|(like, _)| is_like && !like) {
                found = Some((is_like, flaw));
            }
        }
        match found {
            Some((_, flaw)) => Some(flaw),
            None => flaw(shown, &[]),
        }
    }
}

impl Allowed {
    fn only(first: Vec<bool>) -> Self {
        Allowed { first, then: None }
    }
}

impl Sight {
    /// A bad signature is all that is wrong, and only a key shows it.
    fn is_forged(self) -> bool {
        self.whole != self.blind
    }
}

/// Where a credential stands, its scheme, and whether it is a token that can be read.
fn form(exchange: &Exchange) -> (Option<Place>, Option<String>, bool) {
    match credentials(&exchange.request).into_iter().next() {
        Some(first) => (Some(first.place), first.scheme, first.jwt.is_some()),
        None => (None, None, false),
    }
}

/// The parts of a token: three as a rule, none if there is no text.
fn parts(exchange: &Exchange) -> usize {
    let first = credentials(&exchange.request).into_iter().next();
    first.filter(|one| !one.text.is_empty()).map_or(0, |one| 1 + one.text.matches('.').count())
}

/// As it looks to whom has no key.
fn blinded(exchange: &Exchange) -> Exchange {
    let tokens = exchange.tokens.iter().cloned();
    let tokens = tokens.map(|facts| TokenFacts { signature: SignatureVerdict::Unknown, ..facts }).collect();
    Exchange { tokens, ..exchange.clone() }
}

/// Whether it carries a token whose signature nobody can judge.
fn is_undecided(shown: &Exchange) -> bool {
    let unknown = |one: &Credential| one.signature(shown) == SignatureVerdict::Unknown;
    credentials(&shown.request).iter().any(|one| one.jwt.is_some() && unknown(one))
}

/// Whether its credential was good enough: what was wrong, if anything, was something else.
fn is_in(exchange: &Exchange) -> bool {
    let reply = exchange.answer.reply();
    reply.is_some_and(|reply| reply.status < 500 && !matches!(reply.status, 400 | 401 | 403 | 407 | 429))
        && !credentials(&exchange.request).is_empty()
}

/// Whether such a credential is bad, and not merely another than those that were let in: a key may be new, a
/// scope may not be needed.
fn is_clear(flaw: Rejection) -> bool {
    use Rejection::{AudArray, MissingScope, Unknown, UnknownKid, WrongTyp};
    !matches!(flaw, AudArray | MissingScope | Unknown | UnknownKid | WrongTyp)
}
