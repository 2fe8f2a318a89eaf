//! What came, as a report.

use super::again::Asked;
use super::answers::Answers;
use super::causes::{Cause, causes};
use super::elsewhere::elsewhere;
use super::follows::told;
use super::joined::join;
use super::pages;
use super::renamed::renamed;
use super::triangle::Triangle;
use crate::about::{About, Cited};
use crate::changes::{Change, Counts, Weight};
use crate::drift::drifted::{Drifted, Skipped};
use crate::finding::Finding;
use crate::report::{Checks, Report, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// How a report is made.
#[derive(Clone, Copy)]
pub struct Judging<'a> {
    /// The command that reports.
    pub command: &'static str,
    /// Who was asked, as the user named it.
    pub subject: &'a str,
    /// What is noise is a finding, too.
    pub noise: bool,
    /// What is compatible is a warning.
    pub compatible_fails: bool,
    /// What a mock does of it, where one was asked.
    pub triangle: Option<&'a Triangle>,
}

/// Judges what came.
pub fn judge(asked: &Asked<'_>, judging: &Judging<'_>) -> Report {
    let all = elsewhere(&asked.difference.changes);
    let changes: Vec<Change> =
        all.into_iter().filter(|change| judging.noise || change.weight != Weight::Noise).collect();
    let answers = Answers::of_changes(asked, &changes);
    let (telling, quiet): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| change.weight != Weight::Noise);
    let mut telling = renamed(told(telling, asked), &answers);
    join(&mut telling, asked);
    let mut all = causes(telling, &answers);
    let mut counts = Counts { noise: noises(asked), ..Counts::default() };
    for cause in &all {
        match cause.changes.first().map(|change| change.weight) {
            Some(Weight::Breaking) => counts.breaking += 1,
            Some(Weight::Compatible) => counts.compatible += 1,
            Some(Weight::Noise) | None => {}
        }
    }
    all.extend(causes(renamed(quiet, &answers), &answers));
    let finding = |cause: &Cause| -> Option<Finding> {
        let mut finding = cause.finding(judging.compatible_fails)?;
        finding.wrong = judging.triangle.map(|triangle| triangle.wrong(&cause.changes));
        Some(finding)
    };
    let findings: Vec<Finding> = all.iter().filter_map(finding).collect();
    let compared = asked.now.iter().flatten().flatten().count();
    let verdict = match compared {
        0 => Verdict::Vacuous,
        _ if findings.iter().any(Finding::fails) => Verdict::Findings,
        _ if !asked.unheard.is_empty() => Verdict::Vacuous,
        _ => Verdict::Agreed,
    };
    let checks = if compared == 0 { Checks::default() } else { Checks::of(&asked.difference.checks) };
    let drift = Drifted { changes: counts, compared, sent: asked.sent, skipped: skipped(asked) };
    Report {
        verdict,
        about: about(asked, judging.subject, &findings),
        checks,
        findings,
        drift: Some(drift),
        pages: pages::PAGES.iter().map(|page| page.meta).collect(),
        ..Report::empty(judging.command)
    }
}

/// How many things differ as they do in any two recordings.
fn noises(asked: &Asked<'_>) -> usize {
    asked.difference.counts().noise
}

fn skipped(asked: &Asked<'_>) -> Vec<Skipped> {
    let mut all = Vec::new();
    for (number, cassette) in asked.cassettes.iter().enumerate() {
        for (at, skip) in asked.skips[number].iter().enumerate() {
            let Some(skip) = skip else { continue };
            all.push(Skipped {
                exchange: cassette.cite(cassette.exchanges[at].id),
                operation: asked.operations[number][at].clone(),
                reason: skip.told(&cassette.exchanges),
            });
        }
    }
    all
}

/// Who was asked with which cassettes, and the exchanges that are cited.
fn about(asked: &Asked<'_>, subject: &str, findings: &[Finding]) -> About {
    let cited: BTreeSet<&str> = findings.iter().filter_map(|f| f.real.exchange.as_deref()).collect();
    let mut exchanges = BTreeMap::new();
    for (cassette, now) in asked.cassettes.iter().zip(&asked.now) {
        for (then, now) in cassette.exchanges.iter().zip(now) {
            let cite = cassette.cite(then.id);
            if cited.contains(cite.as_str()) {
                let other = now.as_ref().map(|now| now.answer.label());
                exchanges.entry(cite).or_insert_with(|| Cited { other, ..Cited::recorded(then) });
            }
        }
    }
    let cassettes = asked.cassettes.iter().map(|cassette| cassette.name.clone()).collect();
    About { cassettes, exchanges, ..About::named(subject) }
}
