//! Listings as they were walked: pages in order.

use super::edge::{Edge, edge};
use crate::codec;
use crate::json::Json;
use crate::model::{Exchange, Response};
use std::collections::HashMap;

/// How many earlier answers of the same path are looked at for the page before. Walks by hundreds of
/// interleaved clients are found; a poll repeated for hours costs no square of its length.
const LOOK_BACK: usize = 256;

/// One walk through a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The pages as indices into the exchanges, at least two.
    pub pages: Vec<usize>,
    /// How each page after the first was asked for; one fewer than there are pages.
    pub edges: Vec<Edge>,
}

/// Every walk of at least two pages, in the order of their first pages. A page may stand in several
/// walks when two of them share their beginning.
pub fn chains(exchanges: &[Exchange]) -> Vec<Chain> {
    let pages: Vec<Option<(&Response, Option<Json>)>> = exchanges
        .iter()
        .map(|exchange| {
            let reply = exchange.answer.reply().filter(|r| r.is_success())?;
            Some((reply, codec::json_of(&reply.headers, &reply.body)))
        })
        .collect();
    let leads = |from: usize, to: usize| -> Option<Edge> {
        let (reply, json) = pages[from].as_ref()?;
        let alike = exchanges[from].upstream == exchanges[to].upstream;
        alike.then(|| edge(&exchanges[from].request, reply, json.as_ref(), &exchanges[to].request)).flatten()
    };
    let mut before: Vec<Option<(usize, Edge)>> = vec![None; exchanges.len()];
    let mut alike: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (to, exchange) in exchanges.iter().enumerate() {
        if pages[to].is_none() {
            continue;
        }
        let group = alike.entry((&exchange.request.method, exchange.request.path())).or_default();
        before[to] =
            group.iter().rev().take(LOOK_BACK).find_map(|&from| leads(from, to).map(|edge| (from, edge)));
        group.push(to);
    }
    let mut leads_on = vec![false; exchanges.len()];
    for (from, _) in before.iter().flatten() {
        leads_on[*from] = true;
    }
    let mut found = Vec::new();
    for last in 0..exchanges.len() {
        if before[last].is_none() || leads_on[last] {
            continue;
        }
        let mut chain = Chain { pages: vec![last], edges: Vec::new() };
        let mut at = last;
        while let Some((from, edge)) = &before[at] {
            chain.pages.push(*from);
            chain.edges.push(edge.clone());
            at = *from;
        }
        chain.pages.reverse();
        chain.edges.reverse();
        found.push(chain);
    }
    found.sort_by_key(|chain| chain.pages.clone());
    found
}
