//! Everything that an operation's evidence lacks.

use super::again::{identity, order, unkeyed};
use super::asked::untried;
use super::choices::choices;
use super::conflicts::conflicts;
use super::doors::{assertions, doors};
use super::empties::empties;
use super::gone::{called_again, gone};
use super::lack::{Lack, State};
use super::limits::{limit, limited};
use super::misses::{is_misnamed, misnamed, misses, named, unheard};
use super::pages::pages;
use super::questions::{cursors, questions};
use super::ranges::ranges;
use super::roles::{other_scheme, roles};
use super::seen::{Recorded, Seen};
use super::unverified::Unverified;
use super::versions::{guards, read_back, tags};
use super::whole::whole;
use super::wrong::{methods, rejections};
use cassettes::operation::Operation;

/// The kinds without which an operation was only seen when all goes well.
pub(crate) const CORE: [&str; 4] = ["not-found", "validation", "second-page", "last-page"];

/// What was never seen of an operation, in the order in which it is worth learning. Nothing of an operation
/// that never succeeded: nobody knows that there is one.
pub fn lacking(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Unverified> {
    let Some(seen) = recorded.seen(operation).filter(|seen| !is_misnamed(seen)) else { return Vec::new() };
    let mut lines: Vec<Unverified> = Vec::new();
    for line in every(&seen).into_iter().filter_map(|lack| lack.line()) {
        if !lines.iter().any(|known| (&known.kind, &known.lesson) == (&line.kind, &line.lesson)) {
            lines.push(line);
        }
    }
    // One limit may be for all.
    let of_limits = |line: &Unverified| line.kind == "rate-limit";
    if lines.iter().any(of_limits) && recorded.was_limited() {
        lines.retain(|line| !of_limits(line));
    }
    lines
}

/// What was never seen of the real side as a whole, at the operations that would be asked for it.
pub fn lacking_at_all(recorded: &Recorded<'_>) -> Vec<(Operation, Unverified)> {
    let all = whole(recorded).into_iter().chain(limit(recorded));
    all.filter_map(|(operation, lack)| Some((operation, lack.line()?))).collect()
}

/// The same with all lessons that would show it, but for those that were tried.
pub(crate) fn lacks(recorded: &Recorded<'_>, operation: &Operation) -> Vec<Lack> {
    let Some(seen) = recorded.seen(operation).filter(|seen| !is_misnamed(seen)) else { return Vec::new() };
    every(&seen).into_iter().filter(Lack::is_open).collect()
}

/// Everything that an operation lacks, and what was asked for in vain: what a plan asks is what is unknown.
fn every(seen: &Seen<'_>) -> Vec<Lack> {
    let mut found = Vec::new();
    if !seen.speaks_http() {
        doors(seen, &mut found);
        return found.into_iter().filter_map(|lack| settled(seen, lack)).collect();
    }
    misses(seen, &mut found);
    rejections(seen, &mut found);
    doors(seen, &mut found);
    assertions(seen, &mut found);
    pages(seen, &mut found);
    conflicts(seen, &mut found);
    limited(seen, &mut found);
    identity(seen, &mut found);
    gone(seen, &mut found);
    called_again(seen, &mut found);
    tags(seen, &mut found);
    order(seen, &mut found);
    read_back(seen, &mut found);
    methods(seen, &mut found);
    named(seen, &mut found);
    misnamed(seen, &mut found);
    empties(seen, &mut found);
    questions(seen, &mut found);
    choices(seen, &mut found);
    let mut found: Vec<Lack> = found.into_iter().filter_map(|lack| settled(seen, lack)).collect();
    // What tells these from what was recorded stands in fields, which they look at themselves.
    guards(seen, &mut found);
    ranges(seen, &mut found);
    unkeyed(seen, &mut found);
    cursors(seen, &mut found);
    roles(seen, &mut found);
    other_scheme(seen, &mut found);
    found
}

/// Without the lessons that were tried; where all were, and nothing showed, that is said.
fn settled(seen: &Seen<'_>, lack: Lack) -> Option<Lack> {
    let asked = lack.clone();
    untried(seen, lack).or_else(|| in_vain(seen, asked))
}

fn in_vain(seen: &Seen<'_>, lack: Lack) -> Option<Lack> {
    match (lack.kind.as_str(), lack.state) {
        (_, State::More) => None,
        ("not-found", _) => unheard(seen, lack),
        _ => Some(lack.stands(State::Vain)),
    }
}
