//! Begins and ends a run.

use super::{Kind, ScheduleFlags, log, news::news, notify, state::State};
use crate::{
    commands::{
        picked::Picked,
        reporting,
        verify::{exit, view},
    },
    env,
    exit::{Exit, Outcome, Stop},
    settings::{Settings, Webhook},
    ui::{self, Flags, count},
};
use cassettes::model::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use verify::{
    Report, Verdict,
    changes::Weight,
    history::past::{Came, Past, weight},
};

/// So many findings of a run stand in the history by name.
const MOST: usize = 500;

/// What a run looks at.
#[derive(Clone, Copy)]
pub(crate) struct What<'a> {
    pub(crate) kind: Kind,
    /// As they were given; none: those of the settings.
    pub(crate) cassettes: &'a [PathBuf],
    /// By which rules.
    pub(crate) picked: &'a Picked,
}

/// A run that has begun.
pub(crate) struct Scheduled<'a> {
    flags: &'a ScheduleFlags,
    kind: Kind,
    picked: &'a Picked,
    /// By name, as far as it is known before anybody is asked.
    cassettes: Vec<String>,
    begun: Timestamp,
    state: Option<State>,
    /// Where a line is added, and the runs of this kind that stand there.
    history: Option<(PathBuf, Vec<Past>)>,
    hooks: Vec<Webhook>,
}

impl<'a> Scheduled<'a> {
    /// Begins a run, before anybody is asked: what it needs of the disk is read and checked now.
    pub(crate) fn begin(flags: &'a ScheduleFlags, what: What<'a>, settings: &Settings) -> Result<Self, Stop> {
        let What { kind, cassettes, picked } = what;
        let state = if flags.since_last {
            let path = flags.state.clone().unwrap_or_else(|| State::path(&settings.below("".as_ref()), kind));
            Some(State::read(path, kind)?)
        } else {
            None
        };
        let place = match &flags.history {
            _ if flags.no_history => None,
            Some(path) => Some(path.clone()),
            None => log::place(settings),
        };
        let history = match place {
            None => None,
            Some(path) => {
                let mut runs = log::read(&path)?.unwrap_or_default().runs;
                runs.retain(|run| run.kind == kind.as_str());
                Some((path, runs))
            }
        };
        let hooks = match flags.notify.as_slice() {
            [] => settings.notify.0.iter().map(|text| Webhook::parse(text, "notify")).collect(),
            urls => urls.iter().map(|text| Webhook::parse(text, "--notify")).collect::<Result<_, _>>(),
        };
        let name = |path: &PathBuf| Some(path.file_name()?.to_string_lossy().into_owned());
        let cassettes = settings.cassettes(cassettes).unwrap_or_default().iter().filter_map(name).collect();
        Ok(Scheduled { flags, kind, picked, cassettes, begun: env::now(), state, history, hooks: hooks? })
    }

    /// What this run finds somebody looks at and accepts: nobody else is told.
    pub(crate) fn tell_nobody(&mut self) {
        self.hooks.clear();
    }

    /// Ends the run: takes out what is known already, writes the report, sends word, keeps state and history.
    /// A run that was stopped stands in the history as well, and changes no state.
    pub(crate) async fn finish(mut self, came: Result<Report, Stop>, ui: &Flags) -> Outcome {
        let now = env::now();
        let mut past = self.past(&came, now);
        let mut report = match came {
            Ok(report) => report,
            // Whoever asked in a wrong way has not run anything.
            Err(stop) if stop.exit == Exit::Usage => return Err(stop),
            Err(stop) => {
                self.tell(&past, None, ui).await;
                self.remember(&past)?;
                return Err(stop);
            }
        };
        if let Some(state) = &mut self.state {
            let skipped = skipped(&report);
            state.settle(&mut report, &skipped, self.picked, now);
            past.new = report.since.as_ref().map(|since| since.new as u64);
            // What is known fails nothing.
            past.verdict = came_to(&report);
        }
        if let Some((_, runs)) = &self.history {
            report.past = runs.iter().chain([&past]).cloned().collect();
        }
        self.write(&report)?;
        self.tell(&past, Some(&report), ui).await;
        let remembered = self.remember(&past);
        if report.verdict != Verdict::Vacuous
            && let Some(state) = self.state.take()
        {
            state.write(self.kind)?;
        }
        remembered?;
        Ok(exit(&report))
    }

    /// The line for the history.
    fn past(&self, came: &Result<Report, Stop>, now: Timestamp) -> Past {
        let kind = self.kind.as_str();
        let mut past = match came {
            Err(stop) => {
                // Who could not be asked is whoever was asked about the same before.
                let alike = |last: &&Past| last.cassettes == self.cassettes;
                Past {
                    because: Some(stop.message.clone()),
                    cassettes: self.cassettes.clone(),
                    subject: self.last().filter(alike).map(|last| last.subject.clone()).unwrap_or_default(),
                    ..Past::at(now, kind, Came::CouldNotAsk)
                }
            }
            Ok(report) => of(report, now, kind),
        };
        past.milliseconds = u64::try_from(now.0.saturating_sub(self.begun.0) / 1000).unwrap_or_default();
        past
    }

    fn write(&self, report: &Report) -> Result<(), Stop> {
        for also in &self.flags.also {
            let by = reporting::reporter(also.form)?;
            ui::write_report(Some(&also.file), |out, _| (by.write)(report, &view(false), out))?;
        }
        reporting::write(report, &self.flags.report)
    }

    fn remember(&self, past: &Past) -> Result<(), Stop> {
        self.history.as_ref().map_or(Ok(()), |(path, _)| log::add(path, past))
    }

    /// Posts what is new, where there is somebody to post it to.
    async fn tell(&mut self, past: &Past, report: Option<&Report>, ui: &Flags) {
        if self.hooks.is_empty() {
            return;
        }
        let fresh = report.map_or(&[][..], |report| &report.findings);
        let mut fresh: BTreeSet<String> = fresh
            .iter()
            .filter(|finding| weight(finding) != Weight::Noise)
            .map(verify::Finding::fingerprint)
            .collect();
        let mut again = self.state.as_ref().map(State::untold).unwrap_or_default();
        again.retain(|standing| !fresh.contains(&standing.fingerprint));
        let is_news = match past.verdict {
            // Who has been told that nothing can be asked need not hear it every night.
            Came::Vacuous | Came::CouldNotAsk => self.last().is_none_or(|last| last.verdict.is_proof()),
            Came::Agreed | Came::Findings if self.state.is_some() => !fresh.is_empty() || !again.is_empty(),
            came => came == Came::Findings,
        };
        if !is_news && !self.flags.notify_always {
            return;
        }
        let told = match news(past, report, &again) {
            Ok(text) => notify::post(&self.hooks, &text, ui).await,
            Err(_) => false,
        };
        fresh.extend(again.into_iter().map(|standing| standing.fingerprint));
        if let Some(state) = &mut self.state {
            state.tell(&fresh, told);
        }
        if !told && self.state.is_some() && !fresh.is_empty() {
            let yellow = ui::YELLOW;
            ui.say(format!("{yellow}note:{yellow:#} what could not be told is told by the next run"));
        }
    }

    fn last(&self) -> Option<&Past> {
        self.history.as_ref().and_then(|(_, runs)| runs.last())
    }
}

fn came_to(report: &Report) -> Came {
    match report.verdict {
        Verdict::Agreed => Came::Agreed,
        Verdict::Findings => Came::Findings,
        Verdict::Vacuous => Came::Vacuous,
    }
}

/// A run that came to a report, before anything known is taken out of it.
fn of(report: &Report, now: Timestamp, kind: &str) -> Past {
    let came = came_to(report);
    let mut past = Past::at(now, kind, came);
    past.cassettes.clone_from(&report.about.cassettes);
    past.subject.clone_from(&report.about.subject);
    past.compared = report.checks.total;
    for finding in &report.findings {
        past.count(finding, MOST);
    }
    if came == Came::Vacuous {
        past.because = Some(idle(report));
    }
    if let Some(requests) = &report.requests {
        past.asked = requests.after as u64;
        past.because =
            requests.renewed.is_some().then(|| "the baseline was renewed".to_owned()).or(past.because);
    }
    if let Some(drift) = &report.drift {
        past.asked = drift.sent as u64;
        past.compared = drift.compared as u64;
        past.skipped = drift.skipped.len() as u64;
        // Most noise is counted alone.
        past.counts.noise = past.counts.noise.max(Some(drift.changes.noise as u64));
    }
    past
}

/// Why a run proves nothing: what kept it from comparing, the most frequent reasons first.
fn idle(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for skipped in report.drift.iter().flat_map(|drift| &drift.skipped) {
        *reasons.entry(skipped.reason.as_str()).or_default() += 1;
    }
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let named: Vec<String> = reasons
        .iter()
        .take(3)
        .map(|(reason, times)| format!("{} {reason}", count(*times, "exchange")))
        .collect();
    let why = if named.is_empty() { String::new() } else { format!(": {}", named.join("; ")) };
    format!("nothing was compared{why}")
}

/// The exchanges that were not looked at in this run.
fn skipped(report: &Report) -> BTreeSet<String> {
    let skipped = report.drift.iter().flat_map(|drift| &drift.skipped);
    skipped.map(|skipped| skipped.exchange.clone()).collect()
}
