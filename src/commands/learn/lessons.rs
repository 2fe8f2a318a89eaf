//! What was told of each lesson, as the report has it.

use super::findings::line;
use cassettes::{model::ExchangeId, operation::Operations};
use recorder::teaching::{Outcome as Came, Told};
use std::collections::{BTreeMap, BTreeSet};
use verify::lesson::{Belief, Lesson, Outcome, Teaching};

/// The lessons of a plan. `cite` names an exchange as people do.
pub(super) fn teaching(
    all: &[Told],
    plan: &str,
    operations: &Operations,
    cite: &dyn Fn(ExchangeId) -> String,
) -> Teaching {
    let mut lessons: Vec<Lesson> = all.iter().map(|told| lesson(told, operations, cite)).collect();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for lesson in &lessons {
        *times.entry(lesson.title()).or_default() += 1;
    }
    // What asks for something alone needs no word more.
    for lesson in lessons.iter_mut().filter(|lesson| times.get(&lesson.title()) == Some(&1)) {
        lesson.about = None;
    }
    Teaching { plan: plan.to_owned(), lessons }
}

fn lesson(told: &Told, operations: &Operations, cite: &dyn Fn(ExchangeId) -> String) -> Lesson {
    let (outcome, because) = match &told.outcome {
        Came::Shown => (Outcome::Shown, None),
        Came::Disagrees => (Outcome::Disagrees, told.not_shown.clone()),
        Came::NotShown(why) => (Outcome::NotShown, Some(why.clone())),
        Came::CouldNotAsk(why) => (Outcome::CouldNotAsk, Some(why.clone())),
    };
    let mut exchanges = told.exchanges.clone();
    exchanges.sort_unstable();
    let belief = |belief: &recorder::desk::Belief| Belief {
        name: belief.name.clone(),
        line: line(told, belief),
        expected: belief.expected.clone(),
        came: belief.came.clone(),
        held: belief.held,
        exchange: belief.exchanges.last().or(told.exchanges.last()).map(|id| cite(*id)),
    };
    Lesson {
        line: told.lesson.line,
        kind: told.lesson.kind.clone(),
        request: format!("{} {}", told.lesson.method, told.lesson.target),
        finally: told.finally,
        asked: told.asked,
        outcome,
        because,
        shown: std::iter::once(&told.seen)
            .filter(|seen| !seen.is_empty() || !told.details.is_empty())
            .chain(&told.details)
            .cloned()
            .collect(),
        beliefs: told.beliefs.iter().map(belief).collect(),
        exchanges: exchanges.into_iter().map(cite).collect(),
        call: call(told, operations),
        about: told.lesson.note.as_deref().and_then(about),
    }
}

/// The last line of a lesson's comment.
fn about(note: &str) -> Option<String> {
    const LONGEST: usize = 80;
    let line = note.lines().last()?.trim().trim_end_matches('.');
    let mut letters = line.chars();
    let small = letters.next().map(|c| c.to_ascii_lowercase());
    let line: String = small.into_iter().chain(letters).take(LONGEST).collect();
    (!line.is_empty()).then_some(line)
}

/// What was called, where one path serves many calls.
fn call(told: &Told, operations: &Operations) -> Option<String> {
    let operation = operations.of(told.request.as_ref()?);
    operation.template.split_once(' ').map(|(_, call)| call.to_owned())
}

/// The exchanges that the report is to tell of: those of lessons, as far as they are few, those that show what
/// was learned, and those that findings are about.
pub(super) fn wanted(report: &verify::Report) -> BTreeSet<String> {
    /// Of a lesson that asked often the first ones are enough.
    const MOST: usize = 20;
    let lessons = report.teaching.iter().flat_map(|teaching| &teaching.lessons);
    let behaviours = report.coverage.operations.iter().flat_map(|o| &o.behaviours);
    let mut wanted: BTreeSet<String> = behaviours.flat_map(|b| &b.evidence).cloned().collect();
    wanted.extend(lessons.flat_map(|lesson| lesson.exchanges.iter().take(MOST)).cloned());
    wanted.extend(report.findings.iter().filter_map(|finding| finding.real.exchange.clone()));
    wanted
}
