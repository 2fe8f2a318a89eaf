//! What is known already: the findings of earlier runs, in a file that is replaced whole or not at all.

use super::Kind;
use crate::{commands::picked::Picked, exit::Stop, ui};
use cassettes::model::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};
use verify::{
    Finding, Report, Severity, Verdict,
    changes::Weight,
    history::{
        past::weight,
        since::{Since, Standing},
        value::value,
    },
};

/// The version of the file's form.
const SCHEMA: u32 = 1;
/// What ignores itself in version control, and is the project's own.
const DIRECTORY: &str = ".truetape";

/// So many values of one finding are remembered.
const VALUES: usize = 8;
/// A value that stands for so many runs is steady.
const STEADY: u32 = 3;
/// After so many changes of a value that was not steady another one is no news.
const FLIPS: u32 = 2;

/// What no run has looked at for so long is forgotten: ninety days, in microseconds.
const FORGOTTEN: i64 = 90 * 86_400 * 1_000_000;

/// The state of a project.
#[derive(Debug)]
pub(super) struct State {
    path: PathBuf,
    written: Option<Written>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    schema: u32,
    kind: String,
    /// When the last run was that proved anything.
    last: String,
    /// By fingerprint.
    findings: BTreeMap<String, Known>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Known {
    rule: String,
    severity: String,
    operation: String,
    message: String,
    /// The exchange that showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exchange: Option<String>,
    first: String,
    last: String,
    /// Nobody has been told of it yet: the webhook did not take it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    untold: bool,
    /// What it was each time, as far as it is about that: digests, the last one last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    /// In how many runs on end it was the last of them.
    #[serde(default, skip_serializing_if = "is_zero")]
    stood: u32,
    /// How often on end it was another before it was steady.
    #[serde(default, skip_serializing_if = "is_zero")]
    flips: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl State {
    /// Where the state is kept that no flag names.
    pub(super) fn path(project: &Path, kind: Kind) -> PathBuf {
        project.join(DIRECTORY).join(format!("drift-{}.state.json", kind.as_str()))
    }

    /// Reads the state; a file that is not there is one of a project that has not been looked at. One that is
    /// broken is left as it is.
    pub(super) fn read(path: PathBuf, kind: Kind) -> Result<State, Stop> {
        let shown = path.display();
        let hint = "mend it, or move it away: then everything that is found is new";
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(State { path, written: None }),
            Err(e) => return Err(Stop::usage(format!("{shown}: reading the state: {e}"), "check the file")),
        };
        let written: Written = serde_json::from_str(&text).map_err(|e| {
            Stop::usage(format!("{shown}:{}: expected the state of earlier runs: {e}", e.line()), hint)
        })?;
        if written.schema != SCHEMA {
            let found = written.schema;
            return Err(Stop::usage(
                format!("{shown}: expected a state of schema {SCHEMA}, found {found}"),
                hint,
            ));
        }
        if written.kind != kind.as_str() {
            return Err(Stop::usage(
                format!(
                    "{shown}: expected the state of `drift {}`, found that of `drift {}`",
                    kind.as_str(),
                    written.kind
                ),
                "give each its own --state FILE",
            ));
        }
        Ok(State { path, written: Some(written) })
    }

    /// Takes what is known out of a report, and says so in it; its verdict is about what is new. A run that
    /// proved nothing changes nothing.
    pub(super) fn settle(
        &mut self,
        report: &mut Report,
        skipped: &BTreeSet<String>,
        picked: &Picked,
        now: Timestamp,
    ) {
        if report.verdict == Verdict::Vacuous {
            return;
        }
        let before = self.written.as_ref().and_then(|written| Timestamp::parse(&written.last));
        let mut earlier = self.written.take().map(|written| written.findings).unwrap_or_default();
        let mut kept = BTreeMap::new();
        let (mut known, mut unseen, mut gone, mut changed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        report.findings.retain(|finding| {
            if weight(finding) == Weight::Noise {
                return true;
            }
            let fingerprint = finding.fingerprint();
            let old = earlier.remove(&fingerprint);
            let first = old.as_ref().and_then(|old| Timestamp::parse(&old.first)).unwrap_or(now);
            let untold = old.as_ref().is_some_and(|old| old.untold);
            // What has become worse is news; nobody was told that it breaks.
            let worse = old.as_ref().is_some_and(|old| severity(&old.severity) > finding.severity);
            let mut is = Known { untold, ..Known::of(finding, first, now) };
            let another = is.follow(old.as_ref(), value(finding, now));
            if another && let Some(old) = &old {
                changed.extend(old.standing(&fingerprint));
                // As it is now it has not been before.
                is.first = now.to_string();
            }
            kept.insert(fingerprint, is);
            if old.is_none() || worse || another {
                return true;
            }
            known.push(Standing::of(finding, first, now));
            false
        });
        for (fingerprint, old) in earlier {
            // What was not looked at is as it was, until nobody can say any more.
            let age = now.0.saturating_sub(Timestamp::parse(&old.last).map_or(0, |last| last.0));
            if !old.was_looked_at(report, skipped, picked) && age < FORGOTTEN {
                unseen.extend(old.standing(&fingerprint));
                kept.insert(fingerprint, old);
            } else {
                gone.extend(old.standing(&fingerprint));
            }
        }
        known.sort_by(|a, b| (a.first, a.severity, &a.rule).cmp(&(b.first, b.severity, &b.rule)));
        let new = report.findings.iter().filter(|finding| weight(finding) != Weight::Noise).count();
        forget_cited(report);
        if report.verdict == Verdict::Findings && !report.findings.iter().any(Finding::fails) {
            report.verdict = Verdict::Agreed;
        }
        report.since = Some(Since { before, now, new, changed, known, unseen, gone });
        self.written =
            Some(Written { schema: SCHEMA, kind: String::new(), last: now.to_string(), findings: kept });
    }

    /// What earlier runs found and could tell nobody.
    pub(super) fn untold(&self) -> Vec<Standing> {
        let all = self.written.iter().flat_map(|written| &written.findings);
        let untold = all.filter(|(_, known)| known.untold);
        let mut all: Vec<Standing> =
            untold.filter_map(|(fingerprint, known)| known.standing(fingerprint)).collect();
        all.sort_by_key(|standing| standing.severity);
        all
    }

    /// Whether these have been told.
    pub(super) fn tell(&mut self, fingerprints: &BTreeSet<String>, told: bool) {
        let Some(written) = &mut self.written else { return };
        for (fingerprint, known) in &mut written.findings {
            if fingerprints.contains(fingerprint) {
                known.untold = !told;
            }
        }
    }

    /// Writes the state, whole or not at all.
    pub(super) fn write(mut self, kind: Kind) -> Result<(), Stop> {
        let Some(written) = &mut self.written else { return Ok(()) };
        written.kind = kind.as_str().to_owned();
        let failed = |e: io::Error| {
            let shown = self.path.display();
            Stop::usage(format!("{shown}: writing the state: {e}"), "check --state")
        };
        let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(directory) = directory {
            fs::create_dir_all(directory).map_err(failed)?;
            let ignore = directory.join(".gitignore");
            if directory.ends_with(DIRECTORY) && !ignore.exists() {
                fs::write(ignore, "*\n").map_err(failed)?;
            }
        }
        let mut text = serde_json::to_string_pretty(written).map_err(|e| failed(e.into()))?;
        text.push('\n');
        ui::write_report(Some(&self.path), |out, _| out.write_all(text.as_bytes()))
    }
}

/// Exchanges that only what is known cites are no part of the report.
fn forget_cited(report: &mut Report) {
    let sides = report.findings.iter().flat_map(|finding| [&finding.real, &finding.other]);
    let behaviours = report.coverage.operations.iter().flat_map(|operation| &operation.behaviours);
    let evidence = behaviours.flat_map(|behaviour| behaviour.evidence.iter().cloned());
    let cited: BTreeSet<String> = sides.filter_map(|side| side.exchange.clone()).chain(evidence).collect();
    report.about.exchanges.retain(|cite, _| cited.contains(cite));
}

impl Known {
    fn of(finding: &Finding, first: Timestamp, last: Timestamp) -> Known {
        Known {
            rule: finding.rule.to_owned(),
            severity: finding.severity.as_str().to_owned(),
            operation: finding.operation.to_string(),
            message: finding.message.clone(),
            exchange: finding.real.exchange.clone().or_else(|| finding.other.exchange.clone()),
            first: first.to_string(),
            last: last.to_string(),
            untold: false,
            values: Vec::new(),
            stood: 0,
            flips: 0,
        }
    }

    /// Takes over what it was before, and says whether it is another now, which is news: unless it was this one
    /// once, or is another each time.
    fn follow(&mut self, old: Option<&Known>, value: Option<String>) -> bool {
        if let Some(old) = old {
            self.values.clone_from(&old.values);
            (self.stood, self.flips) = (old.stood, old.flips);
        }
        let Some(value) = value else { return false };
        let is = Digest::of(value.as_bytes()).to_string()[..16].to_owned();
        if self.values.last() == Some(&is) {
            self.stood = self.stood.saturating_add(1);
            if self.stood >= STEADY {
                self.flips = 0;
            }
            return false;
        }
        let was_known = !self.values.is_empty();
        let before = self.values.iter().position(|known| *known == is);
        if let Some(at) = before {
            self.values.remove(at);
        }
        let news = was_known && before.is_none() && self.flips < FLIPS;
        if was_known && self.stood < STEADY {
            self.flips = self.flips.saturating_add(1);
        }
        self.stood = 1;
        self.values.push(is);
        if self.values.len() > VALUES {
            self.values.remove(0);
        }
        news
    }

    fn standing(&self, fingerprint: &str) -> Option<Standing> {
        Some(Standing {
            fingerprint: fingerprint.to_owned(),
            rule: self.rule.clone(),
            severity: severity(&self.severity),
            operation: self.operation.clone(),
            message: self.message.clone(),
            first: Timestamp::parse(&self.first)?,
            last: Timestamp::parse(&self.last)?,
        })
    }

    /// Whether the run looked where it was found, and by that rule: it was picked, its cassette was there, and its
    /// exchange was not skipped. How often the rule had something to compare says nothing: some have only where
    /// something is wrong.
    fn was_looked_at(&self, report: &Report, skipped: &BTreeSet<String>, picked: &Picked) -> bool {
        if !picked.has(&self.rule) {
            return false;
        }
        let Some(exchange) = &self.exchange else { return true };
        let cassette = exchange.rsplit_once('#').map_or(exchange.as_str(), |(cassette, _)| cassette);
        let known = &report.about.cassettes;
        (known.is_empty() || known.iter().any(|name| name == cassette)) && !skipped.contains(exchange)
    }
}

fn severity(text: &str) -> Severity {
    match text {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_value_is_news_and_one_that_is_another_each_time_soon_is_none() {
        let follow = |values: &str| {
            let mut old: Option<Known> = None;
            let came = values.chars().map(|value| {
                let mut is = Known {
                    rule: String::new(),
                    severity: String::new(),
                    operation: String::new(),
                    message: String::new(),
                    exchange: None,
                    first: String::new(),
                    last: String::new(),
                    untold: false,
                    values: Vec::new(),
                    stood: 0,
                    flips: 0,
                };
                let value = (value != '-').then(|| value.to_string());
                let news = is.follow(old.as_ref(), value);
                old = Some(is);
                if news { '!' } else { '.' }
            });
            came.collect::<String>()
        };
        assert_eq!(follow("abbc"), ".!.!");
        assert_eq!(follow("aaaabbbbcccc"), "....!...!...");
        assert_eq!(follow("-aa-b"), "....!", "an older state knows no value");
        assert_eq!(follow("abababab"), ".!......", "what it was once");
        assert_eq!(follow("abcdefghijklm"), ".!!..........");
        assert_eq!(follow("abcdefffffg"), ".!!.......!", "steady again");
    }
}
