//! One cassette, asked again in recorded order: with what the real side gives now, with tokens made afresh.

use super::gate::{Came, Gate};
use super::looks::{Look, Looks};
use super::skip::{Skip, is_token};
use crate::ask::plan::Plan;
use crate::ask::turn;
use crate::case::{Reason, Said};
use crate::options::Options;
use crate::tokens;
use crate::walk::Listings;
use cassettes::facets::credential::{Credential, credentials};
use cassettes::facets::pagination::Slot;
use cassettes::json::{Json, Step};
use cassettes::links::{self, Link, Part, SourcePlace};
use cassettes::model::{Answer, Connection, Exchange, Request, Response};
use cassettes::subject::NoAnswer;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes out of an exchange what no recording may hold.
pub type Clean<'a> = &'a (dyn Fn(Exchange) -> Exchange + Send + Sync);

/// What asking needs.
#[derive(Clone, Copy)]
pub(super) struct With<'p> {
    pub(super) gate: &'p Gate<'p>,
    pub(super) options: &'p Options<'p>,
    pub(super) listings: &'p Listings,
    pub(super) clean: Clean<'p>,
    /// Called when an exchange is done with.
    pub(super) done: &'p (dyn Fn(&Exchange) + Send + Sync),
}

/// One cassette while it is asked.
pub(super) struct Asking<'p, 'a> {
    plan: &'p Plan<'a>,
    with: With<'p>,
    looks: Option<Looks<'p>>,
    state: Mutex<State>,
}

/// What came of each exchange.
#[derive(Clone, Default)]
pub(super) struct State {
    asked: Vec<Option<Request>>,
    heard: Vec<Option<Said<'static>>>,
    answers: Vec<Option<Answer>>,
    /// As it is now, cleaned.
    pub(super) now: Vec<Option<Exchange>>,
    pub(super) skips: Vec<Option<Skip>>,
    /// Where only troubles came, asked as often as is decent; they stand in `now` until they are told or skipped.
    pub(super) troubled: Vec<Option<Skip>>,
    /// Credentials, one or several together, that are refused because what stands for one of them is none.
    refused: Vec<BTreeSet<String>>,
    /// What came when it was asked another time at once; none where it was not.
    looks: Vec<Option<VecDeque<Look>>>,
}

impl State {
    /// Nothing was asked yet.
    pub(super) fn new(skips: Vec<Option<Skip>>) -> State {
        let count = skips.len();
        State {
            asked: vec![None; count],
            heard: (0..count).map(|_| None).collect(),
            answers: vec![None; count],
            now: vec![None; count],
            troubled: vec![None; count],
            skips,
            refused: Vec::new(),
            looks: vec![None; count],
        }
    }

    /// Whether it was asked another time at once, and whether any of that is left.
    pub(super) fn looked(&self, at: usize) -> Option<bool> {
        self.looks[at].as_ref().map(|left| !left.is_empty())
    }

    /// As if these had not been asked; why others may not be stays known.
    pub(super) fn forget(&mut self, positions: &[usize]) {
        for &at in positions {
            (self.asked[at], self.heard[at], self.answers[at], self.now[at]) = (None, None, None, None);
            (self.skips[at], self.troubled[at]) = (None, None);
        }
    }

    /// Where nothing came this time, what came the time before stands: a trouble refutes nothing. Only a trouble that
    /// did not come again is none.
    pub(super) fn keep(&mut self, before: &State) {
        for at in 0..self.now.len() {
            let lost = self.now[at].is_none() || self.troubled[at].is_some();
            if lost && before.now[at].is_some() && before.troubled[at].is_none() {
                self.asked[at].clone_from(&before.asked[at]);
                self.answers[at].clone_from(&before.answers[at]);
                self.heard[at].clone_from(&before.heard[at]);
                self.now[at].clone_from(&before.now[at]);
                (self.skips[at], self.troubled[at]) = (None, None);
            }
        }
    }

    /// Whether an answer came that is no trouble.
    pub(super) fn has_answer(&self, at: usize) -> bool {
        self.now[at].is_some() && self.troubled[at].is_none()
    }

    /// Where only troubles came.
    pub(super) fn troubles(&self) -> BTreeSet<usize> {
        (0..self.now.len()).filter(|&at| self.troubled[at].is_some()).collect()
    }

    /// What only troubles came of is not compared, but where this says so of its position.
    pub(super) fn skip_troubles(&mut self, told: impl Fn(usize) -> bool) {
        for at in 0..self.now.len() {
            if self.troubled[at].is_some() && !told(at) {
                (self.skips[at], self.now[at]) = (self.troubled[at].take(), None);
            }
        }
    }
}

impl<'p, 'a> Asking<'p, 'a> {
    pub(super) fn new(plan: &'p Plan<'a>, with: With<'p>, state: State) -> Self {
        // Only what is asked for the first time can be asked again before a write moves it.
        let is_first = state.now.iter().all(Option::is_none);
        let looks = if is_first { Looks::of(plan, |at| state.skips[at].is_none()) } else { None };
        Asking { plan, with, looks, state: Mutex::new(state) }
    }

    pub(super) fn finish(self) -> State {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks these, one after the other.
    pub(super) async fn all(&self, positions: &[usize]) -> Result<(), NoAnswer> {
        for &at in positions {
            if let Err(skip) = self.ask(at).await? {
                self.state().skips[at] = Some(skip);
            }
            (self.with.done)(&self.plan.cassette.exchanges[at]);
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, at: usize) -> Result<Result<(), Skip>, NoAnswer> {
        let (exchange, options) = (&self.plan.cassette.exchanges[at], self.with.options);
        if self.looked(at) {
            return Ok(Ok(()));
        }
        let request = match self.bound(at) {
            Ok(request) => request,
            Err(skip) => return Ok(Err(skip)),
        };
        let mut revealed = request.clone();
        if !tokens::renew(exchange, &mut revealed, options) {
            return Ok(Err(Skip::Unjudged(Reason::Token)));
        }
        if let Some(name) = (options.reveal)(&mut revealed).into_iter().next() {
            return Ok(Err(Skip::Unjudged(Reason::Secret(name))));
        }
        if let Some(known) = self.known_refusal(at, &request) {
            return Ok(Err(known));
        }
        let came = self.with.gate.ask(&exchange.upstream, &revealed, &exchange.answer).await;
        let (observed, sent, trouble) = match came {
            Ok(Came::Answered(observed, sent)) => (observed, sent, None),
            Ok(Came::Troubled(what, Some((observed, sent)))) => (observed, sent, Some(Skip::Trouble(what))),
            Ok(Came::Troubled(what, None)) => return Ok(Err(Skip::Trouble(what))),
            Ok(Came::Refused(why)) => return Ok(Err(Skip::NotSent(why))),
            Err(no) if no.fatal => return Err(no),
            Err(no) => return Ok(Err(Skip::NotSent(no.reason))),
        };
        let refused = tokens::refused(exchange, &observed.answer);
        let now = Exchange {
            id: exchange.id,
            at: sent,
            upstream: exchange.upstream.clone(),
            request: revealed,
            answer: observed.answer.clone(),
            timing: observed.timing.clone(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        let sent = now.request.clone();
        let now = (self.with.clean)(now);
        if trouble.is_none() && refused.is_none() {
            self.look(at, (&request, &sent), &now).await?;
        }
        if trouble.is_some() {
            let mut state = self.state();
            // What was edited by hand is no evidence, and nothing can be asked with what a trouble gives.
            match exchange.edited {
                true => state.skips[at] = trouble,
                false => (state.now[at], state.troubled[at]) = (Some(now), trouble),
            }
            return Ok(Ok(()));
        }
        let mut state = self.state();
        state.answers[at] = Some(observed.answer.clone());
        state.heard[at] = Some(Said::observed(*observed));
        // The cleaned request is what reports may show: no secret stands in it.
        if let Some(reason) = refused {
            state.refused.push(stood_in(&request, &reason));
            state.asked[at] = Some(request);
            return Ok(Err(Skip::Unjudged(reason)));
        }
        state.asked[at] = Some(request);
        if exchange.edited {
            return Ok(Err(Skip::Unjudged(Reason::Edited)));
        }
        state.now[at] = Some(now);
        Ok(Ok(()))
    }

    /// Asks another time at once, where what came is not what was recorded and a write may change or remove it before
    /// it would be asked again.
    async fn look(
        &self,
        at: usize,
        (asked, sent): (&Request, &Request),
        first: &Exchange,
    ) -> Result<(), NoAnswer> {
        let exchange = &self.plan.cassette.exchanges[at];
        let known = self.looks.as_ref().filter(|_| self.state().looked(at).is_none());
        let wanted = known.map_or(0, |looks| looks.wanted(at, first));
        if wanted == 0 {
            return Ok(());
        }
        let mut all = VecDeque::new();
        for _ in 0..wanted {
            let came = self.with.gate.ask(&exchange.upstream, sent, &exchange.answer).await;
            let (observed, moment) = match came {
                Ok(Came::Answered(observed, moment)) => (observed, moment),
                Err(no) if no.fatal => return Err(no),
                _ => break,
            };
            let now = Exchange {
                at: moment,
                answer: observed.answer.clone(),
                timing: observed.timing.clone(),
                request: sent.clone(),
                ..first.clone()
            };
            let now = (self.with.clean)(now);
            let is_as_it_was = known.is_some_and(|looks| looks.wanted(at, &now) == 0);
            all.push_back(Look { asked: asked.clone(), observed: *observed, now });
            if is_as_it_was {
                break;
            }
        }
        self.state().looks[at] = Some(all);
        Ok(())
    }

    /// Takes what came when it was asked at once for what comes now. Whether there was any.
    fn looked(&self, at: usize) -> bool {
        let mut state = self.state();
        let Some(look) = state.looks[at].as_mut().and_then(VecDeque::pop_front) else { return false };
        state.answers[at] = Some(look.observed.answer.clone());
        state.heard[at] = Some(Said::observed(look.observed));
        state.asked[at] = Some(look.asked);
        state.now[at] = Some(look.now);
        true
    }

    /// What was refused once because it only stands for a credential is not shown again and again.
    fn known_refusal(&self, at: usize, request: &Request) -> Option<Skip> {
        let exchange = &self.plan.cassette.exchanges[at];
        if !exchange.answer.reply().is_some_and(Response::is_success) {
            return None;
        }
        let shown: Vec<Credential> = credentials(request);
        let texts: BTreeSet<String> = shown.iter().map(|one| one.text.clone()).collect();
        let state = self.state();
        let known = state.refused.iter().find(|all| !all.is_empty() && all.is_subset(&texts))?;
        let one = shown.into_iter().find(|one| known.contains(&one.text))?;
        Some(Skip::Unjudged(Reason::Masked(one.place.0)))
    }

    /// The recorded request with what the real side gives now.
    fn bound(&self, at: usize) -> Result<Request, Skip> {
        let state = self.state();
        let exchanges = &self.plan.cassette.exchanges;
        // What is still listed is asked for by its own name, wherever it stands in the list now.
        let is_there =
            |link: &Link| state.heard[link.from].as_ref().is_some_and(|said| is_listed(link, said));
        let links: Vec<Link> = self.plan.links[at].iter().filter(|link| !is_there(link)).cloned().collect();
        let page = self.plan.page_before[at].as_ref();
        // Where no listing was recognised the links alone lead on.
        let page = page.filter(|(from, _)| self.with.listings.0.contains_key(&self.plan.operations[*from]));
        let bound = links::bind(at, exchanges, &links, &state.answers);
        let mints = self.with.options.keys.is_some();
        let missing = bound.unbound.iter().filter_map(|&link| links.get(link)).find(|link| {
            // The turning of the page is bound below; a token is made afresh.
            page.is_none_or(|(from, _)| *from != link.from) && !(mints && is_token(link))
        });
        if let Some(link) = missing {
            return Err(Skip::Unjudged(Reason::Unreachable { via: link.from }));
        }
        let Some((from, edge)) = page else { return Ok(bound.request) };
        // A URL as a whole may lead to another path: the links know how to follow it.
        let led =
            edge.slot == Slot::Target && links.iter().any(|l| l.from == *from) && bound.unbound.is_empty();
        let turned = match (&state.asked[*from], &state.heard[*from]) {
            (Some(asked), Some(said)) => {
                let listing = self.with.listings.0.get(&self.plan.operations[*from]);
                listing.and_then(|listing| turn(listing, edge, &bound.request, asked, said))
            }
            _ => None,
        };
        let turned = if led { turned.map(|_| bound.request) } else { turned };
        turned.ok_or(Skip::Unjudged(Reason::Unreachable { via: *from }))
    }
}

/// The credential that only stands for one; where it is none by itself, such as a signature, all that were shown.
fn stood_in(request: &Request, reason: &Reason) -> BTreeSet<String> {
    // Nobody knows what was wrong with that token: others are no worse for it.
    if *reason == Reason::Signature {
        return BTreeSet::new();
    }
    let shown = credentials(request);
    let masked = |one: &&Credential| matches!(reason, Reason::Masked(place) if *place == one.place.0);
    match shown.iter().find(masked) {
        Some(one) => BTreeSet::from([one.text.clone()]),
        None => shown.into_iter().map(|one| one.text).collect(),
    }
}

/// Whether a list that gave a value in one of its items gives it now, in whichever.
fn is_listed(link: &Link, said: &Said<'_>) -> bool {
    let SourcePlace::Json(place, _) = &link.source.place else { return false };
    let in_list = place.0.iter().any(|step| matches!(step, Step::Index(_)));
    let whole = link.source.part == Part::Whole;
    in_list
        && whole
        && said.json.as_ref().is_some_and(|json| {
            let mut found = place.generic().find_all(json).into_iter();
            found.any(|(_, value)| Json::scalar_text(value) == Some(link.value.as_str()))
        })
}
