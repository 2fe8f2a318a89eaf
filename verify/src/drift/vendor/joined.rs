//! Answers of one call that became the same other answer: one cause, whatever they were before.

use super::again::Asked;
use super::causes::listed;
use super::renamed::Renamed;
use crate::case::Said;
use crate::changes::{Change, Kind, Weight, meaning};
use cassettes::operation::Operation;
use cassettes::subject::PathForm;

/// Which of several rules says it best; the rest come after these.
const PLAINEST: [&str; 4] =
    ["success-refused", "error-accepted", "retryability-swapped", "error-class-changed"];

/// What changes of one cause share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Joint {
    /// What it is known by.
    pub(super) key: String,
    /// Whether this is the one that tells it.
    pub(super) leads: bool,
}

/// What an answer was, and what it is, in words.
struct Turn {
    at: usize,
    was: String,
    is: String,
}

/// Joins them: each gets the rule and the sentence of the one that tells it.
pub(super) fn join(changes: &mut [Renamed], asked: &Asked<'_>) {
    let mut groups: Vec<Vec<Turn>> = Vec::new();
    for at in 0..changes.len() {
        let Some(turn) = turn(at, &changes[at].change, asked) else { continue };
        let fits = |group: &Vec<Turn>| group.iter().any(|other| is_one(changes, other, &turn));
        let (with, without): (Vec<_>, Vec<_>) = groups.into_iter().partition(fits);
        groups = without;
        groups.push(with.into_iter().flatten().chain([turn]).collect());
    }
    for mut group in groups.into_iter().filter(|group| group.len() > 1) {
        let rank = |turn: &Turn| PLAINEST.iter().position(|plain| *plain == changes[turn.at].change.rule);
        group.sort_by_key(|turn| (rank(turn).unwrap_or(PLAINEST.len()), turn.at));
        let Some(first) = group.first() else { continue };
        let (rule, lead) = (changes[first.at].change.rule, first.at);
        let message = sentence(&changes[lead].change, &group);
        let key = format!("{} {message}", changes[lead].change.kind.as_str());
        for turn in &group {
            let one = &mut changes[turn.at];
            one.joint = Some(Joint { key: key.clone(), leads: turn.at == lead });
            (one.change.rule, one.change.message) = (rule, message.clone());
        }
    }
}

/// What became of the answer that a change was first seen in.
fn turn(at: usize, change: &Change, asked: &Asked<'_>) -> Option<Turn> {
    let tells = matches!(change.kind, Kind::Class | Kind::Status | Kind::Token);
    if !(tells || change.rule == "not-found-restyled") || change.weight == Weight::Noise {
        return None;
    }
    let cite = change.before.exchange.as_deref()?;
    let all = asked.cassettes.iter().zip(&asked.now).flat_map(|(cassette, now)| {
        cassette.exchanges.iter().zip(now).map(move |(then, now)| (cassette, then, now))
    });
    let (_, then, now) = all.into_iter().find(|(cassette, then, _)| {
        cite.strip_prefix(cassette.name.as_str()).is_some_and(|id| id == then.id.to_string())
    })?;
    let of = |exchange| meaning(&Said::recorded(exchange, String::new()), &exchange.request);
    Some(Turn { at, was: of(then), is: of(now.as_ref()?) })
}

/// Whether two have one cause: the same comes of both, or the same came and has now another code; of one call, or
/// told in the same words. What lets somebody in is told by itself.
fn is_one(changes: &[Renamed], one: &Turn, other: &Turn) -> bool {
    let (a, b) = (&changes[one.at].change, &changes[other.at].change);
    let lets_in = |change: &Change| change.rule == "token-accepted";
    let status = |words: &str| words.rsplit('(').next().map(str::to_owned);
    let like = one.is == other.is || one.was == other.was && status(&one.is) == status(&other.is);
    a.weight == b.weight
        && lets_in(a) == lets_in(b)
        && (like && is_one_call(&a.operation, &b.operation) || a.rule == b.rule && a.message == b.message)
}

/// What was asked for by a name that is like no id is of the same call.
fn is_one_call(one: &Operation, other: &Operation) -> bool {
    let covers = |a: &Operation, b: &Operation| PathForm::Exact(a.template.clone()).may_be(&b.template);
    one == other || one.method == other.method && (covers(one, other) || covers(other, one))
}

/// What was and what is, of all of them.
fn sentence(lead: &Change, group: &[Turn]) -> String {
    let Some(first) = group.first() else { return lead.message.clone() };
    let words = |of: &dyn Fn(&Turn) -> Option<&String>| {
        let mut words: Vec<String> = group.iter().filter_map(of).cloned().collect();
        words.sort();
        words.dedup();
        words
    };
    let were = words(&|turn| (turn.was != first.was).then_some(&turn.was));
    let are = words(&|turn| (turn.is != first.is).then_some(&turn.is));
    let mut message = lead.message.clone();
    if !are.is_empty() {
        message.push_str(&format!(", or {}", listed(&are)));
    }
    if !were.is_empty() {
        message.push_str(&format!("; so is {}", listed(&were)));
    }
    message
}
