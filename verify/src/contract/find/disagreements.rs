//! Disagreements as complaints: one for each pair of definitions, with the smallest case as its evidence.

use super::agreement::Compared;
use super::amount::Amount;
use super::ids::Key;
use super::joins::Join;
use super::name::Name;
use super::recorded::Recorded;
use super::same::Same;
use super::series::Verdict;
use super::sightings::Seen;
use crate::excerpt::bounded;
use crate::finding::{Complaint, Evidence, Finding, Severity};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// So many that say the same are named.
const MOST: usize = 3;

/// What is told of.
pub(super) struct Told<'t, 'a> {
    pub(super) name: &'t Name,
    pub(super) seen: &'t Seen,
    pub(super) recorded: &'t Recorded<'a>,
    pub(super) compared: &'t [Compared],
    /// Kinds that are one by what their reporters say.
    pub(super) joins: &'t [Join],
    /// Kinds that are one by what the user says.
    pub(super) same: &'t Same,
}

/// Every complaint, each once, the smallest first.
pub(super) fn complaints(told: &Told<'_, '_>) -> Vec<Complaint> {
    let sides = definitions(told);
    let mut by_sides: BTreeMap<(usize, usize), Vec<&Compared>> = BTreeMap::new();
    for one in told.compared.iter().filter(|one| disagrees(one)) {
        let (a, b) = (sides[&one.reporters.0], sides[&one.reporters.1]);
        by_sides.entry((a.min(b), a.max(b))).or_default().push(one);
    }
    let mut all: Vec<(Severity, u64, Complaint)> = Vec::new();
    for ((a, b), mut cases) in by_sides {
        cases.sort_by(|x, y| {
            let key = |one: &Compared| (told.severity(one), told.size(one));
            key(x).cmp(&key(y)).then(told.amounts(x).total_cmp(&told.amounts(y)))
        });
        let Some(first) = cases.first() else { continue };
        all.push((told.severity(first), told.size(first), told.complaint(first, &cases, &sides, (a, b))));
    }
    all.sort_by_key(|(severity, size, _)| (*severity, *size));
    let mut complaints: Vec<Complaint> = all.into_iter().map(|(.., complaint)| complaint).collect();
    complaints.extend(told.absences());
    complaints
}

/// Puts into each finding how many things it is about.
pub(super) fn count(told: &Told<'_, '_>, findings: &mut [Finding]) {
    let sides = definitions(told);
    let mut things: BTreeMap<String, BTreeSet<&Key>> = BTreeMap::new();
    for one in told.compared.iter().filter(|one| disagrees(one)) {
        let (a, b) = (sides[&one.reporters.0], sides[&one.reporters.1]);
        things.entry(told.place(a.min(b), a.max(b))).or_default().insert(&one.key);
    }
    for finding in findings {
        if let Some(things) = things.get(&finding.place) {
            finding.places = u32::try_from(things.len()).unwrap_or(u32::MAX);
        }
    }
}

/// Reporters that never disagree and once agreed have one definition; each is called by its first reporter.
fn definitions(told: &Told<'_, '_>) -> BTreeMap<usize, usize> {
    let mut agree: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut differ: BTreeSet<(usize, usize)> = BTreeSet::new();
    for one in told.compared {
        if disagrees(one) { &mut differ } else { &mut agree }.insert(one.reporters);
    }
    let pair = |a: usize, b: usize| (a.min(b), a.max(b));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let all: BTreeSet<usize> =
        told.compared.iter().flat_map(|one| [one.reporters.0, one.reporters.1]).collect();
    for reporter in all {
        let fits = |group: &&mut Vec<usize>| {
            group.iter().any(|&other| agree.contains(&pair(reporter, other)))
                && !group.iter().any(|&other| differ.contains(&pair(reporter, other)))
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(reporter),
            None => groups.push(vec![reporter]),
        }
    }
    groups.iter().flat_map(|group| group.iter().map(|&reporter| (reporter, group[0]))).collect()
}

fn disagrees(one: &Compared) -> bool {
    !matches!(one.verdict, Verdict::Agree(_))
}

impl Told<'_, '_> {
    /// An error only where neither time nor chance may have made it.
    fn severity(&self, one: &Compared) -> Severity {
        let sure = self.join(one).is_none_or(|join| join.is_sure);
        if sure && matches!(one.verdict, Verdict::Disagree) { Severity::Error } else { Severity::Warning }
    }

    fn join(&self, one: &Compared) -> Option<&Join> {
        self.joins.get(one.join?)
    }

    fn complaint(
        &self,
        first: &Compared,
        cases: &[&Compared],
        sides: &BTreeMap<usize, usize>,
        definitions: (usize, usize),
    ) -> Complaint {
        // The side that was seen first stands first.
        let (x, y) = if sides[&first.reporters.0] <= sides[&first.reporters.1] {
            (first.sightings.0, first.sightings.1)
        } else {
            (first.sightings.1, first.sightings.0)
        };
        let name = &self.name.text;
        let mut message = format!(
            "`{name}` of {} is {} at {} and {} at {}",
            first.key,
            self.text(x),
            self.reporter(self.seen.sightings[x].reporter),
            self.text(y),
            self.reporter(self.seen.sightings[y].reporter),
        );
        if let Verdict::Perhaps(reason) = &first.verdict {
            message.push_str(&format!("; {reason}, so that it may have changed meanwhile"));
        }
        let both = |one: &&Compared| {
            let (a, b) = (sides[&one.reporters.0], sides[&one.reporters.1]);
            (a.min(b), a.max(b)) == definitions && !disagrees(one)
        };
        let agreed = self.compared.iter().filter(both).map(|one| &one.key).collect::<BTreeSet<_>>().len();
        let things = cases.iter().map(|one| &one.key).collect::<BTreeSet<_>>().len();
        if let Some(join) = self.join(first) {
            message.push_str(&format!("; {}", join.told()));
        } else if agreed > 0 {
            message.push_str(&format!("; they agree about {agreed} of {} that both report", agreed + things));
        }
        for (side, which, shown) in [(definitions.0, "first", x), (definitions.1, "second", y)] {
            let others = sides.iter().filter(|(_, of)| **of == side).map(|(reporter, _)| *reporter);
            let others: Vec<String> = others
                .filter(|reporter| *reporter != self.seen.sightings[shown].reporter)
                .map(|reporter| self.reporter(reporter))
                .collect();
            let more = others.len().saturating_sub(MOST);
            let named = others.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
            let verb = if others.len() == 1 { "goes" } else { "go" };
            if !others.is_empty() {
                message.push_str(&format!("; with the {which} {verb} {named}"));
            }
            if more > 0 {
                message.push_str(&format!(" and {more} more"));
            }
        }
        Complaint {
            severity: self.severity(first),
            operation: self.operation(),
            message,
            place: self.place(definitions.0, definitions.1),
            real: self.evidence(x),
            other: self.evidence(y),
            hint: Some(format!(
                "decide which definition of `{name}` is right, give it to every reporter, and hold them to it with \
                 `truetape contract run`; both are about {}: {} and {}{}",
                self.thing(first),
                self.by(x),
                self.by(y),
                self.joined(first),
            )),
        }
    }

    /// One side says that there is no such thing, the other has its number.
    fn absences(&self) -> Vec<Complaint> {
        let mut reporting: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (number, sighting) in self.seen.sightings.iter().enumerate() {
            for key in sighting
                .entity
                .iter()
                .filter(|entity| entity.scope.is_empty())
                .flat_map(|entity| &entity.keys)
            {
                reporting.entry(key).or_default().push(number);
            }
        }
        let reporters: BTreeSet<(usize, usize)> = self.seen.places.iter().map(|place| place.route).collect();
        let mut all = Vec::new();
        for (number, keys) in &self.seen.absent {
            let one = &self.recorded.ones[*number];
            // Only who reports the number of other things could have reported this one's.
            if !reporters.contains(&one.route) {
                continue;
            }
            let found = keys.iter().find_map(|key| {
                let numbers = reporting.get(key)?;
                let other = |number: &&usize| {
                    self.seen.places[self.seen.sightings[**number].reporter].route != one.route
                };
                // What it says itself of the thing at other times is another matter: it was made, or is gone.
                let knows = numbers.iter().any(|number| !other(&number));
                numbers.iter().find(other).filter(|_| !knows).map(|number| (key, *number))
            });
            let Some((key, sighting)) = found else { continue };
            let reporter = self.reporter(self.seen.sightings[sighting].reporter);
            let status =
                one.exchange.answer.reply().map(|reply| reply.status.to_string()).unwrap_or_default();
            all.push(Complaint {
                severity: Severity::Info,
                operation: self.operation(),
                message: format!(
                    "`{}` knows of no {key}, whose `{}` is {} at {reporter}",
                    self.recorded.route(one.route),
                    self.name.text,
                    self.text(sighting)
                ),
                place: format!(
                    "{} absent from {} {}",
                    self.lasting(self.seen.sightings[sighting].reporter),
                    one.cassette(),
                    self.recorded.operation(one)
                ),
                real: self.evidence(sighting),
                other: Evidence {
                    exchange: Some(one.cite()),
                    pointer: "status".to_owned(),
                    excerpt: status,
                    location: None,
                },
                hint: Some(
                    "say what a service that knows of no such thing is to report: nothing, or zero"
                        .to_owned(),
                ),
            });
        }
        all
    }

    /// A disagreement is about the number, and not about one of the operations that report it.
    fn operation(&self) -> Operation {
        Operation { method: "NUMBER".to_owned(), template: self.name.text.clone() }
    }

    /// The number as it stands; texts in quotes.
    pub(super) fn text(&self, sighting: usize) -> String {
        let amount = &self.seen.sightings[sighting].amount;
        match amount.form.written {
            super::amount::Written::Number => amount.text.clone(),
            _ => format!("\"{}\"", bounded(&amount.text)),
        }
    }

    fn evidence(&self, sighting: usize) -> Evidence {
        let sighting = &self.seen.sightings[sighting];
        Evidence {
            exchange: Some(self.recorded.ones[sighting.one].cite()),
            pointer: sighting.pointer.clone(),
            excerpt: bounded(&sighting.amount.text),
            location: None,
        }
    }

    fn by(&self, sighting: usize) -> String {
        let sighting = &self.seen.sightings[sighting];
        let by = sighting.entity.as_ref().map_or("", |entity| entity.by.as_str());
        format!("by {by} in {}", self.recorded.ones[sighting.one].cite())
    }

    /// What both numbers are about, by both its names where it has two.
    fn thing(&self, one: &Compared) -> String {
        match self.join(one) {
            Some(join) => format!("{}, which is also {} {}", one.key, join.kinds.1, one.key.value),
            None => one.key.to_string(),
        }
    }

    /// Why two names of a thing are names of one, where they differ.
    fn joined(&self, one: &Compared) -> String {
        if let Some(Join { kinds: (a, b), is_sure, .. }) = self.join(one) {
            let sure = if *is_sure { "" } else { ", and makes it an error" };
            return format!("; `--same {a}={b}` says that their things are one{sure}");
        }
        let kind = |sighting: usize| Some(&self.seen.sightings[sighting].entity.as_ref()?.keys.first()?.kind);
        match (kind(one.sightings.0), kind(one.sightings.1)) {
            (Some(a), Some(b)) if self.same.says(a, b) => format!("; `{a}` and `{b}` are one by `--same`"),
            _ => String::new(),
        }
    }

    /// A reporter, as people would say where it stands.
    pub(super) fn reporter(&self, reporter: usize) -> String {
        let place = &self.seen.places[reporter];
        format!("`{}` of `{}`", place.pointer, self.recorded.route(place.route))
    }

    /// Names a pair of definitions across runs.
    fn place(&self, a: usize, b: usize) -> String {
        format!("{} {} {}", self.name.text, self.lasting(a), self.lasting(b))
    }

    /// A reporter by what stays the same from run to run: services under test listen on another port each time.
    fn lasting(&self, reporter: usize) -> String {
        let place = &self.seen.places[reporter];
        let first = place.sightings.first().map(|number| self.seen.sightings[*number].one);
        let cassette = first.map_or("", |one| self.recorded.ones[one].cassette());
        format!("{cassette} {} {}", self.recorded.operation_of(place.route), place.pointer)
    }

    /// How much there is to read: the bytes of both answers.
    fn size(&self, one: &Compared) -> u64 {
        let bytes = |sighting: usize| {
            let exchange = self.recorded.ones[self.seen.sightings[sighting].one].exchange;
            exchange.answer.reply().map_or(0, cassettes::model::Response::len)
        };
        bytes(one.sightings.0) + bytes(one.sightings.1)
    }

    fn amounts(&self, one: &Compared) -> f64 {
        let amount = |sighting: usize| -> &Amount { &self.seen.sightings[sighting].amount };
        amount(one.sightings.0).size() + amount(one.sightings.1).size()
    }
}
