//! What is known of cassettes before anything is asked: operations, links, chains of pages.

use crate::case::Said;
use crate::walk::{Lesson, Listings};
use cassettes::facets::pagination::{self as pages, Chain, Edge};
use cassettes::links::{self, Link};
use cassettes::model::{Cassette, Exchange};
use cassettes::operation::{Operation, Operations};

/// What is known of a cassette before anything is asked.
pub(crate) struct Plan<'a> {
    pub(crate) number: usize,
    pub(crate) cassette: &'a Cassette,
    pub(crate) operations: Vec<Operation>,
    pub(crate) chains: Vec<Chain>,
    /// For each exchange the links into it.
    pub(crate) links: Vec<Vec<Link>>,
    /// For each exchange the page before it and how it was asked for.
    pub(crate) page_before: Vec<Option<(usize, Edge)>>,
    /// For each exchange how the page after it was asked for.
    pub(crate) edge_after: Vec<Option<Edge>>,
    /// For each exchange the chains that end with it.
    pub(crate) ends: Vec<Vec<usize>>,
}

pub(crate) fn plan(cassettes: &[Cassette]) -> Vec<Plan<'_>> {
    let known = Operations::learn(cassettes.iter().flat_map(|c| &c.exchanges));
    cassettes.iter().enumerate().map(|(number, cassette)| Plan::of(number, cassette, &known)).collect()
}

impl<'a> Plan<'a> {
    pub(crate) fn of(number: usize, cassette: &'a Cassette, known: &Operations) -> Self {
        let chains = pages::chains(&cassette.exchanges);
        let mut links: Vec<Vec<Link>> = cassette.exchanges.iter().map(|_| Vec::new()).collect();
        for link in links::discover(&cassette.exchanges) {
            if let Some(into) = links.get_mut(link.to) {
                into.push(link);
            }
        }
        let mut page_before = vec![None; cassette.exchanges.len()];
        let mut edge_after = vec![None; cassette.exchanges.len()];
        let mut ends = vec![Vec::new(); cassette.exchanges.len()];
        for (number, chain) in chains.iter().enumerate() {
            ends[chain.pages[chain.pages.len() - 1]].push(number);
            for (pair, edge) in chain.pages.windows(2).zip(&chain.edges) {
                page_before[pair[1]] = Some((pair[0], edge.clone()));
                edge_after[pair[0]] = Some(edge.clone());
            }
        }
        let operations = cassette.exchanges.iter().map(|e| known.of(&e.request)).collect();
        Plan { number, cassette, operations, chains, links, page_before, edge_after, ends }
    }
}

pub(crate) fn learn(plans: &[Plan<'_>]) -> Listings {
    let mut recorded = Vec::new();
    for plan in plans {
        for (position, exchange) in plan.cassette.exchanges.iter().enumerate() {
            if exchange.edited || exchange.answer.reply().is_none_or(|r| !r.is_success()) {
                continue;
            }
            let said = Said::recorded(exchange, plan.cassette.cite(exchange.id));
            recorded.push((&plan.operations[position], said, plan.edge_after[position].as_ref()));
        }
    }
    let mut listings = Listings::learn(recorded.iter().map(|(operation, said, edge)| Lesson {
        operation,
        said,
        edge: *edge,
    }));
    for plan in plans {
        for chain in &plan.chains {
            let exchanges: Vec<&Exchange> =
                chain.pages.iter().map(|&p| &plan.cassette.exchanges[p]).collect();
            let said: Vec<Said<'_>> =
                exchanges.iter().map(|e| Said::recorded(e, plan.cassette.cite(e.id))).collect();
            let walk: Vec<_> = said.iter().zip(exchanges.iter().map(|e| &e.request)).collect();
            listings.learn_totals(&plan.operations[chain.pages[0]], &walk, &chain.edges[0]);
        }
    }
    listings
}
