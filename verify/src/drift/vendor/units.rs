//! What has to stay in order: exchanges joined by links, pages, the same question, and writes.

use super::skip::Skip;
use crate::ask::plan::Plan;
use cassettes::operation::surely_reads;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The positions that are asked, in groups that may overlap; within each in recorded order.
pub(super) fn units(plan: &Plan<'_>, skips: &[Option<Skip>]) -> Vec<Vec<usize>> {
    let exchanges = &plan.cassette.exchanges;
    let mut joined = Joined::of(exchanges.len());
    let mut questions: HashMap<(&str, &str), usize> = HashMap::new();
    let mut writer = None;
    for (at, exchange) in exchanges.iter().enumerate() {
        for link in &plan.links[at] {
            joined.join(link.from, at);
        }
        if let Some((before, _)) = &plan.page_before[at] {
            joined.join(*before, at);
        }
        let request = &exchange.request;
        if let Some(first) = questions.insert((&request.method, &request.target), at) {
            joined.join(first, at);
        }
        // Whatever an allowed write changes, it does so before and after the same questions as it did.
        if skips[at].is_none() && !surely_reads(request) {
            writer = Some(at);
        }
    }
    if let Some(writer) = writer {
        (0..exchanges.len()).for_each(|at| joined.join(writer, at));
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in (0..exchanges.len()).filter(|at| skips[*at].is_none()) {
        groups.entry(joined.root(at)).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort();
    groups
}

/// These positions, what leads to them, and the whole of each listing that they are pages of.
pub(super) fn with_what_leads(plan: &Plan<'_>, wanted: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    let mut open: Vec<usize> = wanted.iter().copied().collect();
    let mut walked: BTreeMap<usize, &[usize]> = BTreeMap::new();
    for chain in &plan.chains {
        for page in &chain.pages {
            walked.insert(*page, &chain.pages);
        }
    }
    while let Some(at) = open.pop() {
        if !all.insert(at) {
            continue;
        }
        open.extend(
            plan.links[at]
                .iter()
                .flat_map(|link| std::iter::once(link.from).chain(link.others.iter().map(|(from, _)| *from))),
        );
        open.extend(walked.get(&at).into_iter().flat_map(|pages| pages.iter().copied()));
    }
    all
}

/// Positions that belong together, however many joined them.
struct Joined(Vec<usize>);

impl Joined {
    fn of(count: usize) -> Self {
        Joined((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}
