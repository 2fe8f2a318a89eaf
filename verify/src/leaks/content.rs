//! Things without ids: a line in a cart, an entry in a log. What one session wrote stands in its own list,
//! and not in another's.

use super::asked::{Asked, LOOK_AHEAD, kept_apart};
use super::leak::{Leak, Looked};
use super::made::{ids, items, sent};
use crate::case::Said;
use crate::finding::Severity;
use cassettes::json::{Json, Pointer};
use std::collections::BTreeSet;

/// A text of so many characters, or two values, tell what was written from what happens to be there.
const TELLING: usize = 4;

/// Looks for what was written in the lists of those who did not write it.
pub(super) fn content<'r, 'a>(all: &[Asked<'r, 'a>], looked: &mut Looked<'r, 'a>) {
    for (at, write) in all.iter().enumerate().filter(|(_, a)| !a.is_safe() && a.session.is_some()) {
        let done = write.judged.reading.real.success && write.judged.reading.other.success;
        if !done || ids(write.case).is_some() {
            continue;
        }
        let (wrote, told) = (sent(&write.case.exchange.request), sent(&write.case.asked));
        if wrote.len() < 2 && wrote.iter().all(|text| text.chars().count() < TELLING) {
            continue;
        }
        for later in all[at + 1..].iter().take(LOOK_AHEAD) {
            if !later.is_safe() || !later.is_of_another(write) {
                continue;
            }
            let (Some(real), Some(other)) = (items(&later.case.real), items(&later.case.other)) else {
                continue;
            };
            // Whoever wrote it was shown it by the same question.
            let shown = |a: &&Asked<'_, '_>| {
                a.session == write.session
                    && a.case.position > write.case.position
                    && a.case.exchange.request.target == later.case.exchange.request.target
                    && holding(&a.case.real, &wrote).is_some()
            };
            let Some(own) = all.iter().find(shown) else { continue };
            let may = all
                .iter()
                .any(|a| !a.is_of_another(later) && sent(&a.case.exchange.request).is_superset(&wrote));
            if may || real.iter().any(|item| holds(item, &wrote)) {
                continue;
            }
            kept_apart(write, later, looked);
            let Some(item) = holding(&own.case.other, &told).filter(|item| other.contains(item)) else {
                continue;
            };
            let target = &later.case.asked.target;
            let before = |a: &Asked<'_, '_>| a.case.asked.target == *target && has(&a.case.other, item);
            if all[..at].iter().any(before) {
                continue;
            }
            looked.leaks.push(Leak {
                case: later.case,
                severity: Severity::Error,
                place: "list",
                message:
                    "what one session writes is not in another's list on the real side; on the mock it is"
                        .to_owned(),
                real: later.case.real.whole(),
                other: later
                    .case
                    .other
                    .evidence("body".to_owned(), crate::excerpt::bounded(&item.to_string())),
            });
        }
    }
}

/// The item of an answer that holds all that was written.
fn holding<'s>(answer: &'s Said<'_>, wrote: &BTreeSet<String>) -> Option<&'s Json> {
    items(answer)?.iter().find(|item| holds(item, wrote))
}

fn holds(item: &Json, wrote: &BTreeSet<String>) -> bool {
    let mut found = BTreeSet::new();
    Pointer::walk(item, &mut |_, value| {
        found.extend(value.scalar_text().filter(|text| wrote.contains(*text)).map(str::to_owned));
    });
    found.len() == wrote.len()
}

fn has(answer: &Said<'_>, item: &Json) -> bool {
    items(answer).is_some_and(|items| items.contains(item))
}
