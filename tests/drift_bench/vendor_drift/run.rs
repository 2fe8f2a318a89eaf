//! Every vendor with every change, in both directions, and what is told of each.

use super::extra;
use super::outcome::Outcome;
use super::told::{May, recorded, told};
use super::twin::Twin;
use super::unknowable::is_unknowable;
use super::verdicts::{Verdict, Way, right};
use super::weather::Weather;
use crate::kit::data::Rng;
use crate::kit::stage::Cast;
use crate::kit::world::{ASKED, REAL, RECORDED, World};
use crate::operators::{Mutant, Survey, mutants};
use crate::vendors::VENDORS;
use cassettes::model::Cassette;
use cassettes::model::Request;
use cassettes::operation::Operation;
use cassettes::subject::PathForm;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many places of each operator in as many vendors where it comes, and where it goes; TRUETAPE_WHOLE=1 takes all.
const EACH: [(Way, usize); 2] = [(Way::Came, 2), (Way::Went, 1)];

/// A vendor, what it was asked, and what it answered.
struct Known {
    survey: Survey,
    real: Vec<Cassette>,
}

struct Task<'k> {
    known: &'k Known,
    mutant: Mutant,
    way: Way,
    right: Verdict,
}

/// The vendor's own data at a moment, with the change.
fn at(mutant: &Mutant, start: i64) -> Cast {
    let mut world = World::new(REAL, start);
    world.lie = mutant.cast.world.lie;
    world.small_pages = mutant.cast.world.small_pages;
    Cast { world, stubs: Vec::new(), ..mutant.cast.clone() }
}

impl Task<'_> {
    /// None where no answer shows the change.
    fn outcome(&self) -> Option<Outcome> {
        let vendor = self.known.survey.vendor;
        let honest = |start: i64| Cast { world: World::new(REAL, start), ..Cast::real(vendor.make) };
        let changed = |start: i64| at(&self.mutant, start);
        let (before, now, then) = match self.way {
            Way::Came => (None, changed(ASKED), honest(ASKED)),
            Way::Went => (Some(recorded(vendor, &changed(RECORDED), 5)), honest(ASKED), changed(ASKED)),
        };
        let before = before.as_ref().unwrap_or(&self.known.real);
        let ask = |may: May| {
            let twin = Twin::new(&now, &then, Weather::new(9, None));
            let came = told(before, &twin, may);
            let shown = twin.shown();
            let right = (!is_unknowable(before, &twin.put())).then_some(self.right);
            (!shown.is_empty()).then_some((may, came, shown, right))
        };
        // What no reading shows, or not so that anybody could know, is asked for in writing.
        let read = ask(May::Read);
        let is_known = read.as_ref().is_some_and(|(.., right)| right.is_some());
        let written = if is_known { None } else { ask(May::Write) };
        let written = written.filter(|(.., right)| read.is_none() || right.is_some());
        let (may, came, shown, right) = written.or(read)?;
        let beside = came.seen.iter().filter(|s| !s.operations.iter().any(|o| is_of(o, &shown)));
        let beside = beside.map(|s| s.line.clone()).collect();
        Some(Outcome {
            vendor: vendor.name,
            operator: self.mutant.operator.clone(),
            at: self.mutant.at.clone(),
            way: self.way,
            right: right.unwrap_or(Verdict::Silent),
            rules: self.mutant.rules.clone(),
            may,
            seen: came.seen,
            skipped: came.skipped,
            beside,
        })
    }
}

/// Whether one of these questions may be of an operation.
fn is_of(operation: &Operation, shown: &[Request]) -> bool {
    let (path, call) = match operation.template.split_once(' ') {
        Some((path, call)) => (path, Some(call)),
        None => (operation.template.as_str(), None),
    };
    shown.iter().any(|request| {
        request.method == operation.method
            && PathForm::Exact(request.path().to_owned()).may_be(path)
            && call.is_none_or(|call| said(request).contains(call.rsplit('=').next().unwrap_or_default()))
    })
}

fn said(request: &Request) -> String {
    let headers = request.headers.iter().map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    let headers: Vec<String> = headers.collect();
    format!("{} {} {}", request.target, headers.join(" "), String::from_utf8_lossy(request.body.bytes()))
}

/// Runs on every core.
pub(crate) fn each<T: Sync, R: Send>(tasks: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(at) else { break };
            let came = run(task);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, came));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, came)| came).collect()
}

/// Each operator and direction with as many vendors as it may have, once each, by a draw that is always the same.
fn sample(mut all: Vec<(usize, Mutant, Way)>) -> Vec<(usize, Mutant, Way)> {
    Rng::new(17, "a sample").shuffle(&mut all);
    if std::env::var("TRUETAPE_WHOLE").is_err() {
        let mut taken: BTreeMap<(String, Way), BTreeSet<usize>> = BTreeMap::new();
        all.retain(|(vendor, mutant, way)| {
            let of_this = taken.entry((mutant.operator.clone(), *way)).or_default();
            let most = EACH.iter().find(|(of, _)| of == way).map_or(1, |(_, most)| *most);
            of_this.len() < most && of_this.insert(*vendor)
        });
    }
    all.sort_by(|(a, m, v), (b, n, w)| (a, &m.operator, &m.at, v).cmp(&(b, &n.operator, &n.at, w)));
    all
}

/// What is told of every change.
pub(crate) fn everything() -> Vec<Outcome> {
    let only = std::env::var("TRUETAPE_VENDOR").ok();
    let operator = std::env::var("TRUETAPE_OPERATOR").ok();
    let meant: Vec<_> =
        VENDORS.iter().filter(|v| only.as_deref().is_none_or(|only| only == v.name)).collect();
    let surveyed = each(&meant, |vendor| {
        let survey = Survey::of(vendor);
        let mut all = mutants(&survey);
        all.extend(extra::mutants(&survey));
        let real = recorded(vendor, &Cast::real(vendor.make), 5);
        (Known { survey, real }, all)
    });
    let mut known = Vec::new();
    let mut made = Vec::new();
    for (at, (one, mutants)) in surveyed.into_iter().enumerate() {
        known.push(one);
        for mutant in mutants.into_iter().filter(|m| operator.as_deref().is_none_or(|o| o == m.operator)) {
            for way in [Way::Came, Way::Went] {
                // A credential that nobody knows is not on the disk: that it is refused now says nothing.
                let masked = way == Way::Went && mutant.at.contains("Auth(Unknown)");
                if !masked && right(&mutant.operator, way).is_some() {
                    made.push((at, mutant.clone(), way));
                }
            }
        }
    }
    let tasks: Vec<Task<'_>> = sample(made)
        .into_iter()
        .filter_map(|(at, mutant, way)| {
            let right = right(&mutant.operator, way)?;
            Some(Task { known: &known[at], mutant, way, right })
        })
        .collect();
    each(&tasks, Task::outcome).into_iter().flatten().collect()
}
