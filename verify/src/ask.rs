//! Asks a subject what the real side was asked: in recorded order, with the subject's own cursors and
//! ids, with fresh tokens.

use crate::case::{Case, Reason, Said, Unjudged};
use crate::options::Options;
use crate::run::{Extra, Run};
use crate::tokens;
use crate::walk::{Listing, Listings, Page, Stop, Walk};
use cassettes::facets::pagination::{self as pages, Chain, Edge, Slot};
use cassettes::links;
use cassettes::model::{Answer, Cassette, Exchange, Request};
use cassettes::subject::{NoAnswer, Observed, Subject};
use instead::instead;
use plan::{Plan, learn, plan};

mod instead;
pub(crate) mod plan;
mod together;

/// A walk of the subject stops at twice the real pages and this many more.
const SPARE_PAGES: usize = 10;

/// Asks everything. Errs only where the subject cannot be asked at all.
pub(crate) async fn ask<'a>(
    cassettes: &'a [Cassette],
    subject: &dyn Subject,
    options: &Options<'_>,
) -> Result<Run<'a>, NoAnswer> {
    let plans: Vec<Plan<'a>> = plan(cassettes);
    let listings = learn(&plans);
    let mut run = Run {
        cassettes,
        listings,
        cases: Vec::new(),
        unjudged: Vec::new(),
        walks: Vec::new(),
        extras: Vec::new(),
        repertoire: subject.repertoire(),
        together: Vec::new(),
        now: options.now,
        max_age: options.max_age.cloned(),
        shapes: std::sync::OnceLock::new(),
        places: std::sync::OnceLock::new(),
        fates: std::sync::OnceLock::new(),
    };
    let mut fresh = true;
    for plan in &plans {
        fresh &= subject.reset().await?;
        let mut asking = Asking::of(plan, subject, options, &run.listings, true);
        for position in 0..plan.cassette.exchanges.len() {
            asking.ask(position).await?;
        }
        let done = asking.finish();
        run.walks.extend(done.walks);
        run.extras.extend(done.extras);
        run.cases.extend(done.cases);
        run.unjudged.extend(done.unjudged);
    }
    if fresh {
        run.together = together::ask(&plans, subject, options, &run.listings).await?;
    }
    Ok(run)
}

struct Asking<'p, 'a> {
    plan: &'p Plan<'a>,
    subject: &'p dyn Subject,
    options: &'p Options<'p>,
    listings: &'p Listings,
    /// Whether the subject's listings are followed beyond the recorded pages.
    follows: bool,
    asked: Vec<Option<Request>>,
    heard: Vec<Option<Said<'static>>>,
    answers: Vec<Option<Answer>>,
    reasons: Vec<Option<Reason>>,
    /// For each chain, the subject's pages after the last recorded one.
    tails: Vec<(Vec<Page<'static>>, Stop)>,
}

struct Done<'a> {
    cases: Vec<Case<'a>>,
    unjudged: Vec<Unjudged<'a>>,
    walks: Vec<Walk<'a>>,
    extras: Vec<Extra>,
}

impl<'p, 'a> Asking<'p, 'a> {
    fn of(
        plan: &'p Plan<'a>,
        subject: &'p dyn Subject,
        options: &'p Options<'p>,
        listings: &'p Listings,
        follows: bool,
    ) -> Self {
        let count = plan.cassette.exchanges.len();
        Asking {
            plan,
            subject,
            options,
            listings,
            follows,
            asked: vec![None; count],
            heard: (0..count).map(|_| None).collect(),
            answers: vec![None; count],
            reasons: vec![None; count],
            tails: plan.chains.iter().map(|_| (Vec::new(), Stop::Itself)).collect(),
        }
    }

    async fn ask(&mut self, position: usize) -> Result<(), NoAnswer> {
        let exchange = &self.plan.cassette.exchanges[position];
        if exchange.answer.head().is_some_and(|reply| reply.status == 101) {
            self.reasons[position] = Some(Reason::Socket);
            return Ok(());
        }
        let request = match self.bound(position) {
            Ok(request) => request,
            Err(reason) => {
                self.reasons[position] = Some(reason);
                return Ok(());
            }
        };
        let mut revealed = request.clone();
        let minted = tokens::renew(exchange, &mut revealed, self.options);
        if let Some(name) = (self.options.reveal)(&mut revealed).into_iter().next() {
            self.reasons[position] = Some(Reason::Secret(name));
            return Ok(());
        }
        let heard = self.subject.answer(&revealed).await;
        match heard.and_then(|heard| instead(self.subject, self.plan, position, &revealed, heard)) {
            Ok(observed) if observed.untaken => {
                self.reasons[position] = Some(Reason::Untaken(Said::nothing(observed)));
            }
            Ok(observed) if observed.call && is_about_credentials(exchange, &observed) => {
                self.reasons[position] = Some(Reason::Inexpressible(
                    "a call within a program carries no credential that it could refuse".to_owned(),
                ));
            }
            Ok(observed) => {
                self.answers[position] = Some(observed.answer.clone());
                self.heard[position] = Some(Said::observed(observed));
            }
            Err(no) if no.fatal => return Err(no),
            Err(no) => self.reasons[position] = Some(Reason::Inexpressible(no.reason)),
        }
        // The cleaned request is what reports may show: no secret stands in it.
        self.asked[position] = Some(request);
        if self.reasons[position].is_none() {
            self.reasons[position] = match (exchange.edited, minted) {
                (true, _) => Some(Reason::Edited),
                (false, false) => Some(Reason::Token),
                (false, true) => self.answers[position].as_ref().and_then(|a| tokens::refused(exchange, a)),
            };
        }
        if !self.follows {
            return Ok(());
        }
        for &chain in &self.plan.ends[position] {
            self.follow(chain, position).await?;
        }
        Ok(())
    }

    /// The recorded request with what the subject itself gave.
    fn bound(&self, position: usize) -> Result<Request, Reason> {
        let exchanges = &self.plan.cassette.exchanges;
        let links = &self.plan.links[position];
        // Where no listing was recognised the links alone lead on.
        let page = self.plan.page_before[position].as_ref();
        let page = page.filter(|(from, _)| self.listings.0.contains_key(&self.plan.operations[*from]));
        let bound = links::bind(position, exchanges, links, &self.answers);
        let missing = bound.unbound.iter().filter_map(|&link| links.get(link)).find(|l| {
            // Where the page before stands, the turning of the page is bound below.
            page.is_none_or(|(from, _)| *from != l.from)
        });
        if let Some(link) = missing {
            return Err(Reason::Unreachable { via: link.from });
        }
        let Some((from, edge)) = page else { return Ok(bound.request) };
        // A URL as a whole may lead to another path: the links know how to follow it.
        let led =
            edge.slot == Slot::Target && links.iter().any(|l| l.from == *from) && bound.unbound.is_empty();
        let turned = self.turn(*from, edge, &bound.request);
        let turned = if led { turned.map(|_| bound.request) } else { turned };
        turned.ok_or(Reason::Unreachable { via: *from })
    }

    /// The request for the page after the subject's answer, if its listing goes on there.
    fn turn(&self, from: usize, edge: &Edge, template: &Request) -> Option<Request> {
        let (asked, said) = (self.asked[from].as_ref()?, self.heard[from].as_ref()?);
        let listing = self.listings.0.get(&self.plan.operations[from])?;
        turn(listing, edge, template, asked, said)
    }

    /// Goes on where the subject's listing does after the real one has ended.
    async fn follow(&mut self, chain: usize, last: usize) -> Result<(), NoAnswer> {
        let plan = self.plan;
        let pages = &plan.chains[chain].pages;
        let (Some(listing), Some(edge)) =
            (self.listings.0.get(&plan.operations[last]), plan.chains[chain].edges.last())
        else {
            return Ok(());
        };
        let (Some(asked), Some(said)) = (self.asked[last].clone(), self.heard[last].clone()) else {
            return Ok(());
        };
        let exchange = &plan.cassette.exchanges[last];
        if listing.goes_on(&Said::recorded(exchange, String::new()), &exchange.request) {
            return Ok(());
        }
        let mut page = Page { asked, said, position: None };
        let mut seen = vec![page.asked.clone()];
        while let Some(next) = turn(listing, edge, &page.asked, &page.asked, &page.said) {
            if seen.contains(&next)
                || pages.len() + self.tails[chain].0.len() >= pages.len() * 2 + SPARE_PAGES
            {
                self.tails[chain].1 = Stop::Bound;
                break;
            }
            let mut revealed = next.clone();
            tokens::renew(exchange, &mut revealed, self.options);
            if !(self.options.reveal)(&mut revealed).is_empty() {
                break;
            }
            let observed = match self.subject.answer(&revealed).await {
                Ok(observed) if !observed.untaken => observed,
                Err(no) if no.fatal => return Err(no),
                Ok(_) | Err(_) => {
                    self.tails[chain].1 = Stop::Broken;
                    break;
                }
            };
            seen.push(next.clone());
            page = Page { asked: next, said: Said::observed(observed), position: None };
            self.tails[chain].0.push(page.clone());
            if !page.said.is_success() {
                self.tails[chain].1 = Stop::Broken;
                break;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Done<'a> {
        let plan = self.plan;
        let walks = (0..plan.chains.len()).map(|chain| self.walk(chain)).collect();
        let mut extras = Vec::new();
        for (chain, (pages, _)) in plan.chains.iter().zip(&self.tails) {
            let operation = &plan.operations[chain.pages[0]];
            extras.extend(pages.iter().map(|page| Extra {
                operation: operation.clone(),
                asked: page.asked.clone(),
                other: page.said.clone(),
            }));
        }
        let (mut cases, mut unjudged) = (Vec::new(), Vec::new());
        for (position, exchange) in plan.cassette.exchanges.iter().enumerate() {
            let real = Said::recorded(exchange, plan.cassette.cite(exchange.id));
            let operation = plan.operations[position].clone();
            let cassette = plan.number;
            match (self.reasons[position].take(), self.heard[position].take(), self.asked[position].take()) {
                (None, Some(other), Some(asked)) => {
                    cases.push(Case { cassette, position, exchange, operation, asked, real, other });
                }
                (reason, ..) => {
                    let reason =
                        reason.unwrap_or_else(|| Reason::Inexpressible("it was not asked".to_owned()));
                    unjudged.push(Unjudged { cassette, position, exchange, operation, real, reason });
                }
            }
        }
        Done { cases, unjudged, walks, extras }
    }

    fn walk(&self, chain: usize) -> Walk<'a> {
        let plan = self.plan;
        let Chain { pages, edges } = &plan.chains[chain];
        let recorded = |&position: &usize| -> Page<'a> {
            let exchange: &'a Exchange = &plan.cassette.exchanges[position];
            let said = Said::recorded(exchange, plan.cassette.cite(exchange.id));
            Page { asked: exchange.request.clone(), said, position: Some(position) }
        };
        let real: Vec<Page<'a>> = pages.iter().map(recorded).collect();
        let operation = plan.operations[pages[0]].clone();
        let listing = self.listings.0.get(&operation);
        let goes_on = |page: &Page<'_>| listing.is_some_and(|l| l.goes_on(&page.said, &page.asked));
        let mut other: Vec<Page<'static>> = Vec::new();
        let mut stop = self.tails[chain].1;
        for &position in pages {
            let (Some(asked), Some(said)) = (&self.asked[position], &self.heard[position]) else {
                stop = if other.last().is_some_and(|p| !goes_on(p)) { Stop::Itself } else { Stop::Broken };
                break;
            };
            other.push(Page { asked: asked.clone(), said: said.clone(), position: Some(position) });
            if !said.is_success() {
                stop = Stop::Broken;
                break;
            }
        }
        if other.len() == pages.len() {
            other.extend(self.tails[chain].0.iter().cloned());
        }
        let real_ended = real.last().is_some_and(|page| !goes_on(page));
        Walk { operation, cassette: plan.number, real, real_ended, other, stop, edges: edges.clone() }
    }
}

/// Whether the real side refused the credential, and the subject did not.
fn is_about_credentials(exchange: &Exchange, observed: &Observed) -> bool {
    let refuses = |answer: &Answer| answer.reply().is_some_and(|r| matches!(r.status, 401 | 403 | 407));
    refuses(&exchange.answer) && !refuses(&observed.answer)
}

pub(crate) fn turn(
    listing: &Listing,
    edge: &Edge,
    template: &Request,
    asked: &Request,
    said: &Said<'_>,
) -> Option<Request> {
    if !said.is_success() || !listing.goes_on(said, asked) {
        return None;
    }
    pages::advance(edge, template, asked, said.reply()?, said.tree())
}

#[cfg(test)]
#[path = "ask_tests.rs"]
mod tests;
