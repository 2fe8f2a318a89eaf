//! Two recordings as one run, for everything that judges a run: what was recorded on one side stands where
//! the real side does, what was recorded on the other where the subject does.

use crate::ask::plan::{Plan, learn};
use crate::case::{Case, Reason, Said, Unjudged};
use crate::run::{Extra, Run};
use crate::walk::{Page, Stop, Walk};
use cassettes::model::{Cassette, Exchange, Timestamp};
use cassettes::subject::Observed;
use std::sync::OnceLock;

/// `from` in the place of the real side, `to` in that of the subject; `pairs` leads from each of the first to
/// one of the second, and `back` the other way.
pub(super) fn together<'a>(
    from: &Plan<'a>,
    to: &Plan<'_>,
    pairs: &[Option<usize>],
    back: &[Option<usize>],
) -> Run<'a> {
    let (mut cases, mut unjudged) = (Vec::new(), Vec::new());
    for (position, exchange) in from.cassette.exchanges.iter().enumerate() {
        let real = Said::recorded(exchange, from.cassette.cite(exchange.id));
        let operation = from.operations[position].clone();
        match pairs[position] {
            Some(at) if !exchange.edited => {
                let (asked, other) = (to.cassette.exchanges[at].request.clone(), said(to.cassette, at));
                cases.push(Case { cassette: 0, position, exchange, operation, asked, real, other });
            }
            _ => {
                let why = "it was not asked again".to_owned();
                let reason = if exchange.edited { Reason::Edited } else { Reason::Inexpressible(why) };
                unjudged.push(Unjudged { cassette: 0, position, exchange, operation, real, reason });
            }
        }
    }
    let added = back.iter().enumerate().filter(|(_, old)| old.is_none()).map(|(at, _)| Extra {
        operation: to.operations[at].clone(),
        asked: to.cassette.exchanges[at].request.clone(),
        other: said(to.cassette, at),
    });
    Run {
        cassettes: std::slice::from_ref(from.cassette),
        cases,
        unjudged,
        listings: learn(std::slice::from_ref(from)),
        walks: walks(from, to, pairs),
        extras: added.collect(),
        repertoire: None,
        together: Vec::new(),
        now: Timestamp(0),
        max_age: None,
        shapes: OnceLock::new(),
        fates: OnceLock::new(),
        places: OnceLock::new(),
    }
}

/// A recorded answer where the subject's would stand.
fn said(cassette: &Cassette, at: usize) -> Said<'static> {
    let exchange: &Exchange = &cassette.exchanges[at];
    let mut said = Said::observed(Observed::of(exchange.answer.clone()));
    said.timing = exchange.timing.clone();
    said.cite = Some(cassette.cite(exchange.id));
    said
}

/// Every listing that was walked, with the walk that answers the same question beside it.
fn walks<'a>(from: &Plan<'a>, to: &Plan<'_>, pairs: &[Option<usize>]) -> Vec<Walk<'a>> {
    let page_of = |plan: &Plan<'_>, position: usize| plan.cassette.exchanges[position].request.clone();
    let walk = |chain: &cassettes::facets::pagination::Chain| {
        let first = *chain.pages.first()?;
        let real: Vec<Page<'a>> = chain
            .pages
            .iter()
            .map(|&position| {
                let exchange: &'a Exchange = &from.cassette.exchanges[position];
                let said = Said::recorded(exchange, from.cassette.cite(exchange.id));
                Page { asked: page_of(from, position), said, position: Some(position) }
            })
            .collect();
        let start = pairs[first]?;
        let along = to.chains.iter().find_map(|chain| {
            let at = chain.pages.iter().position(|page| *page == start)?;
            Some(chain.pages[at..].to_vec())
        });
        let other = along.unwrap_or_else(|| vec![start]);
        let other = other
            .iter()
            .enumerate()
            .map(|(number, &at)| Page {
                asked: page_of(to, at),
                said: said(to.cassette, at),
                position: chain.pages.get(number).copied(),
            })
            .collect();
        Some(Walk {
            operation: from.operations[first].clone(),
            cassette: 0,
            real,
            // A client may stop wherever it likes; what a walk left out says nothing of the vendor.
            real_ended: false,
            other,
            stop: Stop::Itself,
            edges: chain.edges.clone(),
        })
    };
    from.chains.iter().filter_map(walk).collect()
}
