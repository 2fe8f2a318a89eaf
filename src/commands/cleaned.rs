//! Reports without secrets: they are read by more people than a cassette.

use crate::env;
use cassettes::{
    model::{Answer, Body, Connection, Exchange, ExchangeId, Headers, Request, Response, Timing},
    redact::Policy,
};
use verify::Report;

/// Whoever was asked may have said what it was told: a secret put back for it, a token minted for it, one of
/// its own.
pub(crate) fn report(mut report: Report, policy: &Policy) -> Report {
    let clean = |told: &mut String| *told = text(policy, std::mem::take(told));
    clean(&mut report.about.subject);
    for finding in &mut report.findings {
        clean(&mut finding.other.excerpt);
        clean(&mut finding.message);
        finding.hint.iter_mut().for_each(clean);
    }
    // Here both sides were asked; elsewhere one is what a cassette holds.
    if let Some(matrix) = &mut report.matrix {
        report.findings.iter_mut().for_each(|finding| clean(&mut finding.real.excerpt));
        for cell in matrix.cases.iter_mut().flat_map(|case| &mut case.answers) {
            [&mut cell.answer, &mut cell.request, &mut cell.excerpt].into_iter().for_each(clean);
            cell.detail.iter_mut().for_each(clean);
        }
        matrix.question.iter_mut().for_each(clean);
    }
    for lesson in report.teaching.iter_mut().flat_map(|teaching| &mut teaching.lessons) {
        clean(&mut lesson.request);
        lesson.because.iter_mut().for_each(clean);
        lesson.shown.iter_mut().for_each(clean);
        for belief in &mut lesson.beliefs {
            clean(&mut belief.expected);
            clean(&mut belief.came);
        }
    }
    report
}

/// A text without what the policy takes out of bodies.
pub(crate) fn text(policy: &Policy, text: String) -> String {
    let mut reply = Response::new(200, Headers::new(), Body::empty());
    reply.body = Body::from(text);
    let exchange = Exchange {
        id: ExchangeId(0),
        at: env::now(),
        upstream: String::new(),
        request: Request::default(),
        answer: Answer::Reply(reply),
        timing: Timing::default(),
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    };
    let cleaned = policy.clean(exchange).into_exchange();
    let bytes = cleaned.answer.head().map(|head| head.body.bytes()).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}
