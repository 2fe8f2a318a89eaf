//! The engine: reads what was recorded, finds the reporters of a number, and holds them against each other.

use super::agreement::compare;
use super::disagreements::{self, Told};
use super::ids::Key;
use super::joins::join;
use super::name::Name;
use super::near::near;
use super::notes::notes;
use super::parents;
use super::recorded::{Recorded, writes};
use super::reporters_disagree::REPORTERS_DISAGREE;
use super::same::{Same, SameError};
use super::scales::settle;
use super::series::Verdict as Came;
use super::sightings::{Seen, read};
use crate::about::{About, Cited};
use crate::excerpt::bounded;
use crate::finding::{Finding, Findings};
use crate::numbers::{Example, Numbers, Reporter};
use crate::report::{Checks, Report, Verdict};
use cassettes::model::Cassette;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The name stands nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a number called {name:?} in {exchanges} recorded {}, found none", if *.exchanges == 1 { "answer" } else { "answers" })]
pub struct Unknown {
    /// The name that was looked for.
    pub name: String,
    /// In how many exchanges.
    pub exchanges: usize,
    /// Names of numbers that are like it, and how many answers have each; the likeliest first.
    pub near: Vec<(String, usize)>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Search<'s> {
    /// The number as its reporters call it.
    pub name: &'s str,
    /// Whether members that contain the name's words are reporters, too.
    pub like: bool,
    /// Kinds of things that are one, as `item=stock`.
    pub same: &'s [String],
}

/// Why nothing could be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// The name stands nowhere.
    #[error(transparent)]
    Nowhere(#[from] Unknown),
    /// What is said of kinds is wrong.
    #[error(transparent)]
    Same(#[from] SameError),
}

/// Finds every reporter of a number, and where two of them disagree.
pub fn find(cassettes: &[Cassette], search: &Search<'_>) -> Result<Report, FindError> {
    let same = Same::read(search.same)?;
    let recorded = Recorded::of(cassettes);
    let unknown = |near| Unknown { name: search.name.to_owned(), exchanges: recorded.ones.len(), near };
    let Some(wanted) = Name::parse(search.name, search.like) else { return Err(unknown(Vec::new()).into()) };
    let mut seen = read(&recorded, &wanted);
    if seen.places.is_empty() {
        return Err(unknown(near(&recorded, search.name)).into());
    }
    let mut writes = writes(&recorded);
    same.apply(&mut seen, &mut writes)?;
    let mut compared = compare(&seen, &recorded, &wanted, &writes);
    let (joins, joined) = join(&seen, &recorded, &wanted, &writes, &same);
    // What has two names for one thing has said it already.
    let told: HashSet<(usize, usize)> = compared.iter().map(|one| one.sightings).collect();
    compared.extend(joined.into_iter().filter(|one| !told.contains(&one.sightings)));
    settle(&seen, &mut compared);
    let apart = parents::part(&seen, &mut compared);
    let mut findings = Findings::default();
    findings.begin(REPORTERS_DISAGREE.meta.name);
    compared.iter().for_each(|_| findings.check());
    let told = Told {
        name: &wanted,
        seen: &seen,
        recorded: &recorded,
        compared: &compared,
        joins: &joins,
        same: &same,
    };
    let mut order: Vec<String> = Vec::new();
    for complaint in disagreements::complaints(&told) {
        order.push(complaint.place.clone());
        findings.add(complaint);
    }
    let checks = Checks::of(findings.checks());
    let mut findings = findings.into_list();
    // The smallest first, which is easiest to look into.
    findings
        .sort_by_key(|finding| (finding.severity, order.iter().position(|place| *place == finding.place)));
    disagreements::count(&told, &mut findings);
    let agreed = compared.iter().filter(|one| matches!(one.verdict, Came::Agree(_))).count();
    let mut notes = notes(&told);
    notes.extend(parents::told(&told, &apart));
    let numbers = Numbers {
        name: wanted.text.clone(),
        reporters: reporters(&seen, &recorded, &same),
        compared: compared.len(),
        agreed,
        notes,
    };
    let fails = findings.iter().any(Finding::fails);
    Ok(Report {
        about: about(cassettes, &recorded, &findings, &numbers),
        verdict: if fails { Verdict::Findings } else { Verdict::Agreed },
        checks,
        findings,
        numbers: Some(numbers),
        pages: vec![REPORTERS_DISAGREE.meta],
        ..Report::empty("contract find")
    })
}

/// The reporters, those that report the most things first.
fn reporters(seen: &Seen, recorded: &Recorded<'_>, same: &Same) -> Vec<Reporter> {
    // Of a thing's names the one that most reporters know tells people most.
    let mut known: HashMap<&Key, HashSet<usize>> = HashMap::new();
    for sighting in &seen.sightings {
        for key in sighting.entity.iter().flat_map(|entity| &entity.keys) {
            known.entry(key).or_default().insert(sighting.reporter);
        }
    }
    let name = |number: usize| {
        let keys = &seen.sightings[number].entity.as_ref()?.keys;
        let spread = |key: &Key| known.get(key).map_or(0, HashSet::len);
        // What the user calls it is not what the service calls it.
        let own = keys
            .iter()
            .enumerate()
            .filter(|(at, key)| keys[..*at].iter().all(|k| !same.says(&k.kind, &key.kind)));
        own.map(|(_, key)| key).rev().max_by_key(|key| (spread(key), !key.kind.is_empty()))
    };
    let mut all: Vec<Reporter> = seen
        .places
        .iter()
        .filter_map(|place| {
            // Event 3 of one tenant is another one than event 3 of the next.
            let belongs = |number: usize| seen.sightings[number].entity.as_ref().map(|entity| &entity.scope);
            let things: HashSet<_> = place
                .sightings
                .iter()
                .filter_map(|number| Some((name(*number)?, belongs(*number))))
                .collect();
            let first = &seen.sightings[*place.sightings.first()?];
            Some(Reporter {
                operation: recorded.operation_of(place.route).to_string(),
                service: recorded.upstreams[place.route.0].to_owned(),
                pointer: place.pointer.clone(),
                forms: place.forms.iter().map(ToString::to_string).collect(),
                exchanges: place.exchanges,
                entities: things.len(),
                example: Example {
                    exchange: recorded.ones[first.one].cite(),
                    pointer: first.pointer.clone(),
                    text: bounded(&first.amount.text),
                    about: name(*place.sightings.first()?).map(ToString::to_string),
                },
            })
        })
        .collect();
    all.sort_by(|a, b| {
        (b.entities, b.exchanges, &a.operation, &a.service, &a.pointer).cmp(&(
            a.entities,
            a.exchanges,
            &b.operation,
            &b.service,
            &b.pointer,
        ))
    });
    all
}

/// The exchanges that the findings and the table cite.
fn about(cassettes: &[Cassette], recorded: &Recorded<'_>, findings: &[Finding], numbers: &Numbers) -> About {
    let sides = findings.iter().flat_map(|finding| [&finding.real, &finding.other]);
    let mut cited: BTreeSet<&str> = sides.filter_map(|side| side.exchange.as_deref()).collect();
    cited.extend(numbers.reporters.iter().map(|reporter| reporter.example.exchange.as_str()));
    let exchanges = recorded.ones.iter().map(|one| (one.cite(), one));
    About {
        subject: String::new(),
        cassettes: cassettes.iter().map(|cassette| cassette.name.clone()).collect(),
        exchanges: exchanges
            .filter(|(cite, _)| cited.contains(cite.as_str()))
            .map(|(cite, one)| (cite, Cited::recorded(one.exchange)))
            .collect(),
    }
}
