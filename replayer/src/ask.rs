//! Choosing the answer to a request: by its exact bytes, else as cleaned and matched.

use crate::question::{Question, Rules};
use crate::refusal::{Miss, Nearest, Reason};
use crate::session::{NotTaken, Session, Taken};
use crate::tape::{Family, Tape};
use cassettes::matching::{self, Declared, Difference, View};
use cassettes::model::{Request, Timestamp};

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
        let taken = session.next(queue, family, rules.repeat);
        // What is declared may lead to another answer.
        (taken.is_ok() || session.loose().is_none()).then_some(taken)
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
        let question = Question { sent: asked, cleaned: &cleaned, now };
        let exact = self.exactly(session, rules, question);
        let taken = match (exact, session.lens()) {
            (Err(not), Some(_)) => {
                // An answer that was recorded for this very request is not replaced by another's, given again.
                let only_left = matches!(not, NotTaken::Exhausted(_));
                self.loosely(session, rules, question, only_left).unwrap_or(Err(not))
            }
            (exact, _) => exact,
        };
        let as_recorded = |taken: &Taken| {
            let veil = self.entries[taken.entry as usize].veil.as_ref().filter(|veil| veil.is_inside())?;
            Some(veil.as_recorded(&cleaned, &self.request(taken.entry)))
        };
        // Who reads of it sees the names that the cassette has for the same values.
        let named = taken.as_ref().ok().and_then(as_recorded);
        let decision = taken.map_err(|not| {
            let miss = self.miss(session, &cleaned, not, now);
            session.miss(miss.clone());
            miss
        });
        (named.unwrap_or(cleaned), decision)
    }

    /// The next answer to a request that equals the recorded one.
    fn exactly(&self, session: &Session, rules: Rules, question: Question<'_>) -> Result<Taken, NotTaken> {
        let Question { sent, cleaned, now } = question;
        let Some(number) = self.family(sent, cleaned) else { return Err(NotTaken::Elsewhere) };
        let family = self.families.get(number);
        let queue = self.families.entries(family);
        let Some(each) = &family.mixed else {
            let elsewhere =
                |upstream| queue.first().is_none_or(|e| self.entries[*e as usize].upstream != upstream);
            if rules.upstream.is_some_and(elsewhere) {
                return Err(NotTaken::Elsewhere);
            }
            return session.next(queue, family, rules.repeat);
        };
        let asked = self.asked(sent, cleaned, rules.upstream, now);
        let mut places = Family::nearest(each, &asked, self.judge(family));
        let Some(loose) = session.loose() else {
            return session.next_at(queue, family, &places, rules.repeat);
        };
        self.selected(loose, question, queue, &mut places.near);
        self.selected(loose, question, queue, &mut places.spare);
        let taken = session.next_at(queue, family, &places, rules.repeat)?;
        Ok(self.told(loose, question, taken, 0))
    }

    /// Explains why a cleaned request found no answer.
    pub(crate) fn miss(&self, session: &Session, asked: &Request, not: NotTaken, now: Timestamp) -> Miss {
        let (reason, nearest, advice) = match not {
            NotTaken::Exhausted(last) => {
                let last = Nearest { exchange: self.cite(last), differences: Vec::new() };
                (Reason::Exhausted, vec![last], None)
            }
            NotTaken::Elsewhere => {
                let recorded = |n: u32| &self.entries[n as usize].exchange().request;
                let found = match session.loose() {
                    None => self.index().miss(asked, &recorded),
                    Some(loose) => {
                        let declared = &loose.declared;
                        let required = |n: u32| declared.required_differences(asked, &self.request(n));
                        self.index().miss_but(asked, &recorded, (declared, now), &required)
                    }
                };
                let near = |n: matching::Near| Nearest {
                    exchange: self.cite(n.entry),
                    differences: self.but_of_form(asked, n.entry, n.differences),
                };
                let declared = session.loose().map(|loose| &loose.declared);
                let names = (self.policy.names(), now);
                let advice = found.nearest.first().and_then(|near| {
                    matching::declared::advice(asked, &self.request(near.entry), declared, names)
                });
                (Reason::Unknown, found.nearest.into_iter().map(near).collect(), advice)
            }
        };
        let (method, target) = (asked.method.clone(), asked.target.clone());
        let mut miss = Miss { reason, method, target, nearest, advice };
        session.variables().into_iter().for_each(|variables| variables.told(&mut miss));
        miss
    }

    /// Differences without those of stand-ins that another key made.
    fn but_of_form(&self, asked: &Request, entry: u32, mut differences: Vec<Difference>) -> Vec<Difference> {
        let Some(veil) = &self.entries[entry as usize].veil else { return differences };
        let recorded = self.request(entry);
        let places = |asked: &Request, recorded: &Request| -> Vec<String> {
            let found = matching::differences(&View::of(asked), &View::of(recorded), self.policy.names());
            found.into_iter().map(|difference| difference.place).collect()
        };
        let (plain, veiled) = (places(asked, &recorded), places(&veil.over(asked), &veil.over(&recorded)));
        differences.retain(|own| !plain.contains(&own.place) || veiled.contains(&own.place));
        differences
    }

    /// Whether such a request was recorded.
    pub(crate) fn knows(&self, asked: &Request, now: Timestamp) -> bool {
        let cleaned = self.policy.clean_request(asked, now);
        self.family(asked, &cleaned).is_some() || (self.veiled && self.knows_form(&cleaned, now))
    }

    /// Whether one was recorded whose secrets have the same forms.
    fn knows_form(&self, cleaned: &Request, now: Timestamp) -> bool {
        let loose = self.loose(&Declared::default());
        let socket = wire::websocket::is_upgrade(&cleaned.method, cleaned.headers.iter());
        let mut veils = loose.veils(cleaned);
        veils.any(|veil| loose.behind(self, &veil.over(cleaned), socket, now).is_some())
    }

    /// Whether one with such a credential was turned away for what is wrong with this one.
    pub(crate) fn turned_away(&self, asked: &Request, now: Timestamp) -> bool {
        let cleaned = self.policy.clean_request(asked, now);
        let Some(family) = self.family(asked, &cleaned).map(|number| self.families.get(number)) else {
            return false;
        };
        let asked = self.asked(asked, &cleaned, None, now);
        self.judge(family).is_some_and(|judge| judge.turned_away(&asked))
    }

    fn family(&self, asked: &Request, cleaned: &Request) -> Option<u32> {
        let socket = self.sockets && wire::websocket::is_upgrade(&asked.method, asked.headers.iter());
        let exactly = |r: &Request| {
            // Known by bytes are only those that ask for no WebSocket.
            (!socket).then(|| self.exact.find(&self.entries, &r.method, &r.target, r.body.bytes()))?
        };
        let by_key = |r: &Request| self.family_of(r);
        exactly(asked)
            .or_else(|| exactly(cleaned))
            .or_else(|| by_key(cleaned))
            .or_else(|| by_key(asked))
            .or_else(|| self.below(cleaned, &by_key))
    }

    /// A reference such as `/api/v3/x` was resolved against our root, which stands for `/api/v3`: what is found
    /// of it below.
    pub(crate) fn below<T>(&self, asked: &Request, find: &dyn Fn(&Request) -> Option<T>) -> Option<T> {
        let mut below = asked.clone();
        self.upstreams.iter().find_map(|upstream| {
            let rest = asked.target.strip_prefix(base_path(upstream)?)?;
            if !rest.is_empty() && !rest.starts_with(['/', '?']) {
                return None;
            }
            below.target = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
            find(&below)
        })
    }
}

/// The path of a base URL, if it has one.
fn base_path(base: &str) -> Option<&str> {
    let (_, rest) = base.split_once("://")?;
    rest.find('/').map(|at| &rest[at..])
}

#[cfg(test)]
#[path = "keyless_tests.rs"]
mod tests;
