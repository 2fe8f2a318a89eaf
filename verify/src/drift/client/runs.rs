//! Two runs, or three, laid side by side: requests that ask for the same thing stand in one slot.

use super::slots::{Slot, slots};
use crate::conduct::{Call, Conduct};
use crate::finding::Evidence;
use cassettes::model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// One run.
pub struct Run<'a> {
    /// What clients did in it.
    pub conduct: Conduct<'a>,
    /// When it began, in microseconds since 1970; none where its journal does not tell.
    started: Option<i64>,
    /// It is the recording, told as if it were a run.
    pub recorded: bool,
}

impl<'a> Run<'a> {
    /// A run from what clients did in it.
    pub(super) fn of(conduct: Conduct<'a>, recorded: bool) -> Self {
        let started = Timestamp::parse(&conduct.opening.started).map(|at| at.0);
        Run { conduct, started, recorded }
    }

    /// When a request came, in seconds since 1970.
    pub(super) fn moment(&self, call: &Call<'_>) -> Option<i64> {
        let at = i64::try_from(call.served.at).ok()?;
        Some(self.started?.checked_add(at)?.div_euclid(1_000_000))
    }

    /// A place in a request of this run, as evidence.
    pub(super) fn at(&self, call: usize, pointer: &str, excerpt: &str) -> Evidence {
        let call = &self.conduct.calls[call];
        let mut evidence = call.at(self.conduct.file, pointer, excerpt);
        self.cite(call, &mut evidence);
        evidence
    }

    /// Several requests of this run, as evidence.
    pub(super) fn quote(&self, calls: &[usize]) -> Evidence {
        let calls: Vec<&Call<'_>> = calls.iter().map(|&call| &self.conduct.calls[call]).collect();
        let mut evidence = crate::conduct::quote(self.conduct.file, &calls);
        if let Some(first) = calls.first() {
            self.cite(first, &mut evidence);
        }
        evidence
    }

    /// What was recorded stands in a cassette, and in no journal.
    fn cite(&self, call: &Call<'_>, evidence: &mut Evidence) {
        if self.recorded {
            evidence.exchange.clone_from(&call.served.exchange);
            evidence.location = None;
        }
    }
}

/// The runs that are compared.
pub struct Runs<'a> {
    /// The earlier one; where there are two, what differs between them is noise.
    pub before: Vec<Run<'a>>,
    /// The one that is judged.
    pub after: Run<'a>,
    /// Every request of every run, by what it asks for.
    pub slots: Vec<Slot>,
}

impl<'a> Runs<'a> {
    /// Lays runs side by side. There is at least one earlier one.
    pub(super) fn of(before: Vec<Run<'a>>, after: Run<'a>) -> Self {
        let slots = slots(&before, &after);
        Runs { before, after, slots }
    }

    /// The slots that the run and every earlier one has requests in.
    pub(super) fn shared(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|s| !s.after.is_empty() && s.before.iter().all(|b| !b.is_empty()))
    }

    /// Of the requests of one run (the judged one comes last), which slot each is in and the how-manieth of it it is.
    pub(super) fn steps(&self, run: usize) -> BTreeMap<usize, (usize, usize)> {
        let slots = self.slots.iter().enumerate();
        slots
            .flat_map(|(number, slot)| {
                let calls = slot.before.get(run).unwrap_or(&slot.after).iter().enumerate();
                calls.map(move |(nth, &call)| (call, (number, nth)))
            })
            .collect()
    }

    /// The earlier run that is quoted.
    pub(super) fn first(&self) -> &Run<'a> {
        &self.before[0]
    }

    /// The versions of HTTP that a run's requests came by.
    pub(super) fn spoken(run: &Run<'_>) -> BTreeSet<String> {
        run.conduct.calls.iter().map(Runs::version).collect()
    }

    /// The version of HTTP that a request came by.
    pub(super) fn version(call: &Call<'_>) -> String {
        call.served.connection.version.clone().unwrap_or_else(|| "1.1".to_owned())
    }

    /// Whether the requests come by another version of HTTP than before.
    pub(super) fn versions_changed(&self) -> bool {
        Runs::spoken(self.first()) != Runs::spoken(&self.after)
    }

    /// Whether a baseline is the recording itself.
    pub(super) fn is_against_recording(&self) -> bool {
        self.before.iter().any(|run| run.recorded)
    }
}
