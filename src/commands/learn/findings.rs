//! What was told, as a report: beliefs that do not hold are findings.

use super::belief_broken::{BELIEF_BROKEN, Judged};
use cassettes::{
    model::{Cassette, ExchangeId},
    operation::{Operation, Operations},
    subject::Spot,
};
use recorder::{
    desk::Belief,
    teaching::{Outcome, Told},
};
use verify::{
    Findings, Report, Verdict,
    about::{About, Cited},
    report::Checks,
};

/// The report of a run. `cassette` is what it recorded, if anything, `file` the plan as the user named it.
pub(super) fn report(all: &[Told], cassette: Option<&Cassette>, file: &str, upstream: &str) -> Report {
    let operations = cassette.map(|cassette| Operations::learn(&cassette.exchanges)).unwrap_or_default();
    let cite = |id: ExchangeId| cassette.map_or_else(|| id.to_string(), |cassette| cassette.cite(id));
    let mut book = Findings::default();
    book.begin(BELIEF_BROKEN.meta.name);
    let mut about = About { subject: upstream.to_owned(), ..About::default() };
    about.cassettes.extend(cassette.map(|cassette| cassette.name.clone()));
    for told in all {
        for belief in &told.beliefs {
            book.check();
            let judged = Judged {
                told,
                belief,
                operation: operation(told, belief, cassette, &operations),
                spot: Spot { file: file.to_owned(), line: line(told, belief) },
                cite: &cite,
            };
            if let Some(complaint) = (BELIEF_BROKEN.judge)(&judged) {
                note(belief, told, cassette, &mut about);
                book.add(complaint);
            }
        }
    }
    let checks = Checks::of(book.checks());
    let findings = book.into_list();
    let asked = all.iter().any(|told| !matches!(told.outcome, Outcome::CouldNotAsk(_)));
    let verdict = match (findings.is_empty(), asked) {
        (false, _) => Verdict::Findings,
        (true, true) => Verdict::Agreed,
        (true, false) => Verdict::Vacuous,
    };
    Report { about, verdict, checks, findings, ..Report::empty("learn") }
}

/// Where in the plan a belief stands.
fn line(told: &Told, belief: &Belief) -> u32 {
    let lesson = &told.lesson;
    let (first, rest) = belief.name.split_once(' ').unwrap_or((&belief.name, ""));
    match first {
        "keep" => {
            lesson.lines.get(&format!("/keep/{rest}")).copied().unwrap_or_else(|| lesson.line_of("/keep"))
        }
        name => lesson.line_of(&format!("/believe/{name}")),
    }
}

/// What was asked, as an operation of the whole recording.
fn operation(
    told: &Told,
    belief: &Belief,
    cassette: Option<&Cassette>,
    operations: &Operations,
) -> Operation {
    let id = belief.exchanges.last().or(told.exchanges.first());
    let kept = id.and_then(|id| cassette?.exchanges.iter().find(|exchange| exchange.id == *id));
    match kept.map(|exchange| &exchange.request).or(told.request.as_ref()) {
        Some(request) => operations.of(request),
        None => Operation { method: told.lesson.method.clone(), template: told.lesson.target.clone() },
    }
}

/// Tells the report about the exchanges that a finding cites.
fn note(belief: &Belief, told: &Told, cassette: Option<&Cassette>, about: &mut About) {
    let Some(cassette) = cassette else { return };
    for id in belief.exchanges.iter().chain(&told.exchanges) {
        let Some(exchange) = cassette.exchanges.iter().find(|exchange| exchange.id == *id) else { continue };
        let request = format!("{} {}", exchange.request.method, exchange.request.target);
        let cited = Cited { request, answer: exchange.answer.label(), ..Cited::default() };
        about.exchanges.entry(cassette.cite(*id)).or_insert(cited);
    }
}
