//! Listings that gave all they had whatever page size was asked for, and are cut into pages now.

use super::difference::{Change, Kind, Weight};
use crate::case::{Case, Said};
use crate::run::Run;
use crate::walk::items_in;
use cassettes::facets::pagination::{items_at, limit_of};
use cassettes::json::Pointer;
use std::collections::BTreeSet;

/// So many items in all, over different page sizes, are no list that happens to be as long as was asked for.
const ENOUGH: u64 = 3;

/// Operations whose lists held more than was asked for and hold just as many now; `run` has the older recording in the
/// place of the real side.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    run.operations().into_values().filter_map(|cases| change(&cases)).collect()
}

/// A list that held more than was asked for, and what it holds now.
struct Cut<'c, 'a> {
    case: &'c Case<'a>,
    at: Pointer,
    limit: u64,
    then: u64,
    now: u64,
}

fn change(cases: &[&Case<'_>]) -> Option<Change> {
    let all: Vec<Cut<'_, '_>> = cases.iter().filter_map(|case| cut(case)).collect();
    let full: Vec<&Cut<'_, '_>> = all.iter().filter(|one| one.now == one.limit).collect();
    let sizes: BTreeSet<u64> = full.iter().map(|one| one.limit).collect();
    // One that still holds more than it was asked for shows that the number is no page size.
    if sizes.iter().sum::<u64>() < ENOUGH || all.iter().any(|one| one.now > one.limit) {
        return None;
    }
    let first = full.first()?;
    Some(Change {
        kind: Kind::Pages,
        rule: "pagination-flattened",
        weight: Weight::Breaking,
        operation: first.case.operation.clone(),
        message: format!(
            "asked for {} items, the listing gave all {}, and gives {} now: it is cut into pages",
            first.limit, first.then, first.now
        ),
        place: first.at.to_string(),
        before: first.case.real.at(&first.at),
        after: first.case.other.at(&first.at),
    })
}

fn cut<'c, 'a>(case: &'c Case<'a>) -> Option<Cut<'c, 'a>> {
    let (_, limit) = limit_of(&case.exchange.request)?;
    let at = items_at(case.real.tree().filter(|_| case.real.is_success())?)?;
    let count = |said: &Said<'_>| -> Option<u64> { Some(items_in(said, &at)?.len() as u64) };
    let then = count(&case.real)?;
    let now = count(&case.other).filter(|_| case.other.is_success())?;
    (then > limit).then_some(Cut { case, at, limit, then, now })
}

#[cfg(test)]
mod tests {
    use crate::changes::{Kind, Weight, tests::told};

    fn list(count: usize) -> String {
        let items: Vec<String> = (1..=count).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        format!(r#"{{"items":[{}]}}"#, items.join(","))
    }

    fn asked(then: usize, now: usize) -> Vec<(Kind, Weight)> {
        let one = |count| format!("> GET /v1/things?limit=4\n< 200 {}\n", list(count));
        told(&format!("{}--- new.yaml\n{}", one(then), one(now)))
    }

    #[test]
    fn a_list_that_was_whole_is_cut() {
        assert_eq!(asked(9, 4), [(Kind::Pages, Weight::Breaking)]);
        assert_eq!(asked(9, 7), []);
        assert_eq!(asked(4, 3), []);
    }
}
