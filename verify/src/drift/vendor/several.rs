//! Several real sides in one run: what one of them does says nothing of the others, though their paths are the same.

use super::seen::Sides;
use crate::changes::Difference;
use cassettes::model::Exchange;
use std::collections::BTreeSet;

/// The differences of each real side by itself, as one.
pub(super) fn of_each(sides: &[Sides<'_>], difference: impl Fn(&[Sides<'_>]) -> Difference) -> Difference {
    let vendors = vendors(sides);
    if vendors.len() < 2 {
        return difference(sides);
    }
    let mut all = Difference::default();
    for vendor in vendors {
        let part: Vec<Sides<'_>> = sides.iter().map(|side| only(side, &vendor)).collect();
        let own = difference(&part);
        all.changes.extend(own.changes);
        for (rule, times) in own.checks {
            *all.checks.entry(rule).or_default() += times;
        }
    }
    all.changes.sort_by_cached_key(|c| (c.weight, c.operation.clone(), c.kind, c.place.clone()));
    all
}

/// What one of them answered.
fn only<'e>((cassette, old, new): &Sides<'e>, vendor: &BTreeSet<&str>) -> Sides<'e> {
    let keep = |all: &[Option<&'e Exchange>]| -> Vec<Option<&'e Exchange>> {
        let is_of_it = |(at, _): &(usize, _)| vendor.contains(cassette.exchanges[*at].upstream.as_str());
        all.iter().enumerate().map(|one| is_of_it(&one).then_some(*one.1).flatten()).collect()
    };
    (*cassette, keep(old), keep(new))
}

/// The base URLs of each real side. Recorded on another port each time it is one, unless one cassette has both.
fn vendors<'e>(sides: &[Sides<'e>]) -> Vec<BTreeSet<&'e str>> {
    let upstreams = |(cassette, ..): &Sides<'e>| -> BTreeSet<&'e str> {
        cassette.exchanges.iter().map(|exchange| exchange.upstream.as_str()).collect()
    };
    let recorded: Vec<BTreeSet<&str>> = sides.iter().map(upstreams).collect();
    let apart = |a: &str, b: &str| recorded.iter().any(|all| all.contains(a) && all.contains(b));
    let mut vendors: Vec<BTreeSet<&str>> = Vec::new();
    for one in recorded.iter().flatten().copied().collect::<BTreeSet<&str>>() {
        let same = |other: &&str| host(one) == host(other) && !apart(one, other);
        match vendors.iter_mut().find(|vendor| vendor.iter().all(same)) {
            Some(vendor) => drop(vendor.insert(one)),
            None => vendors.push(BTreeSet::from([one])),
        }
    }
    vendors
}

/// The scheme and the host of a base URL, without its port.
fn host(upstream: &str) -> &str {
    match upstream.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => upstream,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Cassette, Request};

    fn recorded(upstreams: &[&str]) -> Cassette {
        let exchange = |upstream: &&str| Exchange {
            upstream: (*upstream).to_owned(),
            ..Exchange::alone(Request::new("GET", "/"))
        };
        Cassette { exchanges: upstreams.iter().map(exchange).collect(), ..Cassette::default() }
    }

    #[test]
    fn another_port_is_the_same_side_unless_both_were_recorded_together() {
        let count = |cassettes: &[&[&str]]| {
            let cassettes: Vec<Cassette> = cassettes.iter().map(|all| recorded(all)).collect();
            let sides: Vec<Sides<'_>> = cassettes.iter().map(|one| (one, Vec::new(), Vec::new())).collect();
            vendors(&sides).len()
        };
        let (a, b, c) = ("http://127.0.0.1:1", "http://127.0.0.1:2", "https://c.test");
        assert_eq!(count(&[&[a], &[b]]), 1);
        assert_eq!(count(&[&[a], &[b], &[a, b]]), 2);
        assert_eq!(count(&[&[a, c], &[b]]), 2);
    }
}
