//! What was told, as a report: beliefs that do not hold are findings.

use super::{
    belief_broken::{BELIEF_BROKEN, Judged},
    lessons,
};
use crate::env;
use cassettes::{
    codec,
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
    let all = &safe(all, cassette);
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
    let coverage = cassette.map(|cassette| {
        let mut learned = verify::learned(std::slice::from_ref(cassette), env::now(), None);
        std::mem::take(&mut learned.coverage)
    });
    let mut report = Report {
        about,
        verdict,
        checks,
        findings,
        coverage: coverage.unwrap_or_default(),
        teaching: Some(lessons::teaching(all, file, &operations, &cite)),
        pages: vec![BELIEF_BROKEN.meta],
        ..Report::empty("learn")
    };
    if let Some(cassette) = cassette {
        note(cassette, &mut report);
    }
    report
}

/// What came is told as it is in the cassette: a value that redaction took out of the answer is not told at all,
/// for a report is read by more people.
fn safe(all: &[Told], cassette: Option<&Cassette>) -> Vec<Told> {
    let mut all = all.to_vec();
    let Some(cassette) = cassette else { return all };
    for told in &mut all {
        for belief in &mut told.beliefs {
            let value = belief.name.starts_with("json ") || belief.name.starts_with("header ");
            let id = belief.exchanges.last().or(told.exchanges.last());
            let kept = id.and_then(|id| cassette.exchanges.iter().find(|exchange| exchange.id == *id));
            let Some(kept) = kept.filter(|kept| value && !kept.redactions.is_empty()) else { continue };
            let Some(reply) = kept.answer.head() else { continue };
            let body = codec::text_of(&reply.headers, &reply.body).unwrap_or_default();
            let came = belief.came.trim_matches('"');
            let is_kept =
                body.contains(came) || reply.headers.0.iter().any(|(_, v)| v.as_slice() == came.as_bytes());
            if !is_kept && !came.contains(' ') {
                belief.came = "a value that redaction takes out".to_owned();
            }
        }
    }
    all
}

/// Where in the plan a belief stands.
pub(super) fn line(told: &Told, belief: &Belief) -> u32 {
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

/// Tells the report about the exchanges that it cites.
fn note(cassette: &Cassette, report: &mut Report) {
    let wanted = lessons::wanted(report);
    for exchange in &cassette.exchanges {
        let cite = cassette.cite(exchange.id);
        if wanted.contains(&cite) {
            let cited = Cited::recorded(exchange);
            report.about.exchanges.insert(cite, cited);
        }
    }
}
