//! Listings as they were walked: pages in order.

use super::edge::{Edge, Page, leads};
use super::signal::Says;
use crate::facets::document;
use crate::json::Json;
use crate::model::{Exchange, pairs};
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
    let before = pages_before(exchanges);
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

/// For each exchange the latest page that it is the next one of.
fn pages_before(exchanges: &[Exchange]) -> Vec<Option<(usize, Edge)>> {
    let mut before: Vec<Option<(usize, Edge)>> = vec![None; exchanges.len()];
    let trees: Vec<Option<Json>> = exchanges
        .iter()
        .map(|exchange| {
            let reply = exchange.answer.reply().filter(|reply| reply.is_success())?;
            document::tree(&reply.headers, &reply.body)
        })
        .collect();
    let mut pages: HashMap<usize, Page<'_>> = HashMap::new();
    let mut alike: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
    let mut promised: HashMap<(&str, UrlKey), Vec<usize>> = HashMap::new();
    for (to, exchange) in exchanges.iter().enumerate() {
        let Some(reply) = exchange.answer.reply().filter(|r| r.is_success()) else { continue };
        let request = &exchange.request;
        let leads = |from: usize| -> Option<(usize, Edge)> {
            let page = pages.get(&from).filter(|_| exchanges[from].request != *request)?;
            Some((from, leads(page, request)?))
        };
        let same_path = (exchange.upstream.as_str(), request.method.as_str(), request.path());
        let group = alike.entry(same_path).or_default();
        let same_path = group.iter().rev().take(LOOK_BACK).find_map(|&from| leads(from));
        // A URL may lead to another path, which is why it is looked up by what it promises.
        let key = (exchange.upstream.as_str(), url_key(&request.target));
        let by_url = promised
            .get(&key)
            .and_then(|from| from.iter().rev().take(LOOK_BACK).find_map(|&from| leads(from)));
        before[to] = match (same_path, by_url) {
            (Some(a), Some(b)) => Some(if a.0 >= b.0 { a } else { b }),
            (a, b) => a.or(b),
        };
        let page = Page::of(request, reply, trees[to].as_ref());
        // Most answers lead nowhere, whatever is asked after them.
        if !page.may_lead_on() {
            continue;
        }
        group.push(to);
        for signal in page.signals() {
            if let Says::More(url) = &signal.says
                && url.contains('?')
            {
                promised.entry((exchange.upstream.as_str(), url_key(url))).or_default().push(to);
            }
        }
        pages.insert(to, page);
    }
    before
}

/// The last segment of a URL's path and its query in the order of its names.
type UrlKey = (String, Vec<(String, String)>);

fn url_key(url: &str) -> UrlKey {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut query = pairs(query.split('#').next().unwrap_or_default());
    query.sort();
    (path.rsplit('/').next().unwrap_or_default().to_owned(), query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Answer, Connection, ExchangeId, Headers, Request, Response, Timestamp, Timing};

    fn walk(steps: &[(&str, &str, &str)]) -> Vec<Vec<usize>> {
        let exchange = |(target, link, body): &(&str, &str, &str)| Exchange {
            id: ExchangeId(0),
            at: Timestamp(0),
            upstream: "https://a.test".into(),
            request: Request::new("GET", *target),
            answer: Answer::Reply(Response::new(
                200,
                Headers::from_pairs([("link", *link)]),
                (*body).to_owned(),
            )),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        let exchanges: Vec<Exchange> = steps.iter().map(exchange).collect();
        chains(&exchanges).into_iter().map(|chain| chain.pages).collect()
    }

    #[test]
    fn walks_interleave_and_change_their_path() {
        let next =
            |id: &str, page: u32| format!("<https://a.test/by-id/{id}/things?n=1&page={page}>; rel=\"next\"");
        let (a, b) = (next("1", 2), next("2", 2));
        let steps = [
            ("/users/x/things?n=1", a.as_str(), r#"[{"id":1}]"#),
            ("/users/y/things?n=1", b.as_str(), r#"[{"id":5}]"#),
            ("/by-id/2/things?page=2&n=1", "", r#"[{"id":6}]"#),
            ("/users/x/things?n=1", a.as_str(), r#"[{"id":1}]"#),
            ("/by-id/1/things?page=2&n=1", "", r#"[{"id":2}]"#),
        ];
        assert_eq!(walk(&steps), [vec![1, 2], vec![3, 4]]);
    }
}
