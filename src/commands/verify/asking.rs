//! Asks a subject and judges it, and lets no secret into the report.

use crate::{
    commands::replay,
    env,
    exit::{Exit, Stop},
    settings::Settings,
};
use cassettes::{
    model::{
        Answer, Body, Cassette, Connection, Exchange, ExchangeId, Headers, Micros, Request, Response, Timing,
    },
    redact::Policy,
    subject::Subject,
};
use std::path::Path;
use verify::{Options, Report, Rule};

/// By what a subject is judged.
#[derive(Clone, Copy)]
pub(crate) struct Judging<'a> {
    pub(crate) rules: &'a [&'static Rule],
    pub(crate) settings: &'a Settings,
    /// The key that its tokens are signed with.
    pub(crate) token_key: Option<&'a str>,
    /// Older evidence is too old.
    pub(crate) max_age: Option<Micros>,
    /// A file of the project, where there are no settings.
    pub(crate) beside: &'a Path,
}

/// Asks a subject and judges it.
pub(crate) async fn ask(
    cassettes: &[Cassette],
    subject: &dyn Subject,
    judging: Judging<'_>,
) -> Result<Report, Stop> {
    let Judging { rules, settings, token_key, max_age, beside } = judging;
    let keys = settings.keys(token_key)?;
    let policy = settings.policy(&replay::rules(settings, cassettes), None, beside, false)?;
    let reveal = |request: &mut Request| policy.reveal(request);
    let options =
        Options { command: "verify", now: env::now(), keys: keys.as_deref(), max_age, reveal: &reveal };
    match verify::compare(cassettes, subject, rules, &options).await {
        Ok(report) => Ok(without_secrets(report, &policy)),
        // What a mock says when it dies may hold what it was told.
        Err(no) => Err(Stop::new(
            Exit::CouldNotAsk,
            format!("could not ask {}: {}", subject.name(), clean(&policy, no.reason)),
            "start the mock first, and give the base URL it listens on",
        )),
    }
}

/// The mock may have said what it was told: a secret put back for it, a token minted for it, one of its own.
/// A report is read by more people than a cassette.
fn without_secrets(mut report: Report, policy: &Policy) -> Report {
    let clean = |text: &mut String| *text = clean(policy, std::mem::take(text));
    clean(&mut report.about.subject);
    for finding in &mut report.findings {
        clean(&mut finding.other.excerpt);
        clean(&mut finding.message);
        if let Some(hint) = &mut finding.hint {
            clean(hint);
        }
    }
    report
}

/// A text without what the policy takes out of bodies.
fn clean(policy: &Policy, text: String) -> String {
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
