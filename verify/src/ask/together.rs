//! Asks a second time, two cassettes of different sessions side by side: what the one does must not show in
//! the other's answers.

use super::Asking;
use super::plan::Plan;
use crate::options::Options;
use crate::run::Together;
use crate::sessions::{self, Session};
use crate::walk::Listings;
use cassettes::model::Timestamp;
use cassettes::subject::{NoAnswer, Subject};
use std::collections::BTreeSet;

/// Asks each pair of cassettes that sessions can tell apart once more; no cassette stands in two pairs, so
/// that nothing is asked more than twice. The subject must be able to begin anew.
pub(super) async fn ask(
    plans: &[Plan<'_>],
    subject: &dyn Subject,
    options: &Options<'_>,
    listings: &Listings,
) -> Result<Vec<Together>, NoAnswer> {
    let mut said = Vec::new();
    for pair in pairs(plans) {
        if !subject.reset().await? {
            return Ok(said);
        }
        let (first, second) = (&plans[pair.first], &plans[pair.second]);
        let mut sides = [first, second].map(|plan| Asking::of(plan, subject, options, listings, false));
        for (side, position) in pair.order(first, second) {
            sides[side].ask(position).await?;
        }
        let [one, other] = sides;
        said.extend(pair.heard(one, pair.first, pair.second));
        said.extend(pair.heard(other, pair.second, pair.first));
    }
    // Whoever is asked next finds it as it was.
    if !said.is_empty() {
        subject.reset().await?;
    }
    Ok(said)
}

/// Two cassettes, by number.
struct Pair {
    first: usize,
    second: usize,
    /// They were recorded at the same time.
    at_once: bool,
}

fn pairs(plans: &[Plan<'_>]) -> Vec<Pair> {
    let sessions: Vec<BTreeSet<Session>> = plans.iter().map(|p| sessions::of_cassette(p.cassette)).collect();
    let mut taken = BTreeSet::new();
    let mut pairs = Vec::new();
    for first in 0..plans.len() {
        let fits = |second: &usize| {
            !taken.contains(&first)
                && !taken.contains(second)
                && upstream(&plans[first]) == upstream(&plans[*second])
                && are_apart(&sessions[first], &sessions[*second])
        };
        let Some(second) = (first + 1..plans.len()).find(fits) else { continue };
        taken.extend([first, second]);
        let (a, b) = (span(&plans[first]), span(&plans[second]));
        pairs.push(Pair { first, second, at_once: a.0 <= b.1 && b.0 <= a.1 });
    }
    pairs
}

/// Whether nobody who asks in the one cassette can be somebody who asks in the other.
fn are_apart(a: &BTreeSet<Session>, b: &BTreeSet<Session>) -> bool {
    // Whoever keeps sessions by their credential alone, as a recording that is replayed does, is not asked
    // what it cannot know.
    let all = |a: &Session| b.iter().all(|b| a.is_other(b) && a.differs_in_credential(b));
    !a.is_empty() && !b.is_empty() && a.iter().all(all)
}

fn upstream<'a>(plan: &Plan<'a>) -> Option<&'a str> {
    plan.cassette.exchanges.first().map(|e| e.upstream.as_str())
}

fn span(plan: &Plan<'_>) -> (Timestamp, Timestamp) {
    let at = || plan.cassette.exchanges.iter().map(|e| e.at);
    (at().min().unwrap_or_default(), at().max().unwrap_or_default())
}

impl Pair {
    /// Which side's exchange is asked when: as recorded where both were at the same time, else by turns, the
    /// longer one more often.
    fn order(&self, first: &Plan<'_>, second: &Plan<'_>) -> Vec<(usize, usize)> {
        let mut order: Vec<(i128, usize, usize)> = Vec::new();
        for (side, plan) in [first, second].into_iter().enumerate() {
            let count = plan.cassette.exchanges.len().max(1) as i128;
            for (position, exchange) in plan.cassette.exchanges.iter().enumerate() {
                let turn = (position as i128 + 1) * 1_000_000_000 / count;
                order.push((if self.at_once { i128::from(exchange.at.0) } else { turn }, side, position));
            }
        }
        // Within a cassette the order stays, whatever its clock said.
        order.sort();
        let mut next = [0, 0];
        let numbered = order.into_iter().map(|(_, side, _)| {
            next[side] += 1;
            (side, next[side] - 1)
        });
        numbered.collect()
    }

    fn heard(&self, asking: Asking<'_, '_>, cassette: usize, beside: usize) -> Vec<Together> {
        let reasons = asking.reasons.into_iter().map(|reason| reason.is_none());
        let all = asking.asked.into_iter().zip(asking.heard).zip(reasons).enumerate();
        all.filter_map(|(position, ((asked, heard), judged))| {
            let (asked, other) = (asked?, heard.filter(|_| judged)?);
            Some(Together { cassette, position, beside, asked, other })
        })
        .collect()
    }
}
