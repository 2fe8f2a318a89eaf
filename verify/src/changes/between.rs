//! The difference itself.

use super::answers;
use super::cut;
use super::decimals;
use super::difference::{Change, Difference, Kind, Pair, Weight};
use super::documents;
use super::epochs;
use super::headers;
use super::lens;
use super::moments;
use super::nothings;
use super::pairs::{Pairs, pair};
use super::presence;
use super::sizes;
use super::times;
use super::together::together;
use crate::ask::plan::Plan;
use crate::case::Said;
use crate::finding::Evidence;
use cassettes::model::{Cassette, Response};
use cassettes::operation::Operations;
use std::collections::BTreeSet;

/// What changed from one recording to another. Exchanges that were edited by hand are no evidence of either.
pub fn between(before: &Cassette, after: &Cassette) -> Difference {
    // What varies in a path is learned from both: an operation is the same one then and now.
    let known = Operations::learn(before.exchanges.iter().chain(&after.exchanges));
    let (old, new) = (Plan::of(0, before, &known), Plan::of(0, after, &known));
    let pairs = pair(&old, &new);
    compared(&old, &new, &pairs)
}

/// The same where it is known which exchange of `after` answers the question of which of `before`: for each of
/// these its position there. `known` are the operations of both.
pub(crate) fn paired(
    before: &Cassette,
    after: &Cassette,
    to: Vec<Option<usize>>,
    known: &Operations,
) -> Difference {
    let mut from = vec![None; after.exchanges.len()];
    for (old, new) in to.iter().enumerate() {
        if let Some(slot) = new.and_then(|new| from.get_mut(new)) {
            *slot = Some(old);
        }
    }
    let (old, new) = (Plan::of(0, before, known), Plan::of(0, after, known));
    compared(&old, &new, &Pairs { after: to, before: from })
}

fn compared(old: &Plan<'_>, new: &Plan<'_>, pairs: &Pairs) -> Difference {
    let forth = together(old, new, &pairs.after, &pairs.before);
    let back = together(new, old, &pairs.before, &pairs.after);
    let mut changes = answers::changes(&forth);
    let (seen, checks) = lens::changes(&forth, &back);
    changes.extend(seen);
    changes.extend(presence::changes(&forth));
    changes.extend(nothings::changes(&forth));
    changes.extend(moments::changes(&forth));
    changes.extend(decimals::changes(&forth));
    changes.extend(epochs::changes(&forth));
    changes.extend(documents::changes(&forth));
    changes.extend(headers::changes(&forth));
    changes.extend(cut::changes(&forth));
    changes.extend(sizes::changes(&forth));
    changes.extend(times::changes(&forth));
    changes.extend(lost_and_added(old, new, pairs));
    let mut difference = Difference { changes, pairs: listed(old, new, pairs), checks };
    difference.settle();
    difference
}

fn listed(old: &Plan<'_>, new: &Plan<'_>, pairs: &Pairs) -> Vec<Pair> {
    let of = |plan: &Plan<'_>, at: usize| plan.cassette.exchanges[at].id;
    let kept = pairs.after.iter().enumerate().map(|(at, to)| Pair {
        operation: old.operations[at].clone(),
        before: Some(of(old, at)),
        after: to.map(|to| of(new, to)),
    });
    let added = pairs.before.iter().enumerate().filter(|(_, from)| from.is_none()).map(|(at, _)| Pair {
        operation: new.operations[at].clone(),
        before: None,
        after: Some(of(new, at)),
    });
    kept.chain(added).collect()
}

/// Questions that only one recording has. Another answer to a question that both have, as of a poll that took
/// one turn more, is none.
fn lost_and_added(old: &Plan<'_>, new: &Plan<'_>, pairs: &Pairs) -> Vec<Change> {
    let alone = |from: &Plan<'_>, to: &Plan<'_>, joined: &[Option<usize>], kind: Kind| -> Vec<Change> {
        let like = |plan: &Plan<'_>, at: usize| {
            (plan.operations[at].clone(), plan.cassette.exchanges[at].answer.label())
        };
        let there: BTreeSet<_> = (0..to.operations.len()).map(|at| like(to, at)).collect();
        let lonely = joined.iter().enumerate().filter(|(_, other)| other.is_none());
        lonely
            .map(|(at, _)| {
                let exchange = &from.cassette.exchanges[at];
                let cite = from.cassette.cite(exchange.id);
                let said = Said::recorded(exchange, cite);
                let seen = there.contains(&like(from, at));
                let weight = match kind {
                    _ if seen || exchange.edited => Weight::Noise,
                    Kind::Lost if follows(old, new, &pairs.after, at) => Weight::Noise,
                    Kind::Lost => Weight::Breaking,
                    _ => Weight::Compatible,
                };
                let asked = format!("{} {}", exchange.request.method, exchange.request.target);
                let words = if kind == Kind::Lost { "was not asked again" } else { "was not asked before" };
                let (whole, none) =
                    (said.whole(), Evidence { excerpt: "absent".to_owned(), ..Evidence::default() });
                let (before, after) = if kind == Kind::Lost { (whole, none) } else { (none, whole) };
                Change {
                    kind,
                    rule: if kind == Kind::Lost { "unanswerable" } else { "never-seen" },
                    weight,
                    operation: from.operations[at].clone(),
                    message: format!("`{}` {words}", crate::excerpt::bounded(&asked)),
                    place: exchange.id.to_string(),
                    before,
                    after,
                }
            })
            .collect()
    };
    let mut changes = alone(old, new, &pairs.after, Kind::Lost);
    changes.extend(alone(new, old, &pairs.before, Kind::Added));
    changes
}

/// Whether a lost question follows from another change, which is told: what it was to be asked with came from an
/// answer that was lost, or is no success any more.
fn follows(old: &Plan<'_>, new: &Plan<'_>, after: &[Option<usize>], at: usize) -> bool {
    let succeeds = |plan: &Plan<'_>, at: usize| {
        plan.cassette.exchanges[at].answer.reply().is_some_and(Response::is_success)
    };
    old.links[at].iter().any(|link| match after[link.from] {
        None => true,
        Some(now) => succeeds(old, link.from) && !succeeds(new, now),
    })
}
