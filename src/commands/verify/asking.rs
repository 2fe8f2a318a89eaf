//! Asks a subject and judges it, and lets no secret into the report.

use crate::{
    commands::{cleaned, replay},
    env,
    exit::{Exit, Stop},
    settings::Settings,
};
use cassettes::{
    model::{Cassette, Request},
    subject::Subject,
};
use std::path::Path;
use verify::{Budget, Options, Report, Rule};

/// By what a subject is judged.
#[derive(Clone, Copy)]
pub(crate) struct Judging<'a> {
    pub(crate) rules: &'a [&'static Rule],
    pub(crate) settings: &'a Settings,
    /// The key that its tokens are signed with.
    pub(crate) token_key: Option<&'a str>,
    /// How old evidence may be.
    pub(crate) max_age: Option<&'a Budget>,
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
        Ok(report) => Ok(cleaned::report(report, &policy)),
        // What a mock says when it dies may hold what it was told.
        Err(no) => Err(Stop::new(
            Exit::CouldNotAsk,
            format!("could not ask {}: {}", subject.name(), cleaned::text(&policy, no.reason)),
            "start the mock first, and give the base URL it listens on",
        )),
    }
}
