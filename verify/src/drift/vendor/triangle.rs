//! A mock between what was recorded and what is done now: who is wrong about what changed.

use super::again::Asked;
use super::seen::merged;
use crate::ask::ask;
use crate::changes::{Change, Kind, Weight};
use crate::drift::drifted::Wrong;
use crate::options::Options;
use cassettes::model::{Connection, Exchange};
use cassettes::operation::Operation;
use cassettes::subject::{NoAnswer, Subject};
use std::collections::BTreeSet;

/// What a mock does otherwise than was recorded, and otherwise than is done now. The empty one is of a mock that
/// could not be asked.
#[derive(Debug, Default)]
pub struct Triangle {
    from_then: BTreeSet<Key>,
    from_now: BTreeSet<Key>,
    /// In what it breaks with both where nothing changed.
    apart: BTreeSet<Key>,
    /// Operations that the mock answered at all.
    answered: BTreeSet<Operation>,
}

/// One thing about an operation.
type Key = (Operation, Kind, String);

/// In what a mock differs from one side.
struct Beside {
    all: BTreeSet<Key>,
    breaking: BTreeSet<Key>,
}

/// Asks a mock everything that was compared, and sets its answers beside both.
pub async fn triangle(
    asked: &Asked<'_>,
    mock: &dyn Subject,
    options: &Options<'_>,
    clean: super::Clean<'_>,
) -> Result<Triangle, NoAnswer> {
    let run = ask(asked.cassettes, mock, options).await?;
    let mut said: Vec<Vec<Option<Exchange>>> =
        asked.cassettes.iter().map(|cassette| vec![None; cassette.exchanges.len()]).collect();
    let mut answered = BTreeSet::new();
    for case in &run.cases {
        answered.insert(case.operation.clone());
        let exchange = Exchange {
            request: case.asked.clone(),
            answer: case.other.answer.as_ref().clone(),
            timing: case.other.timing.clone(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            ..case.exchange.clone()
        };
        said[case.cassette][case.position] = Some(clean(exchange));
    }
    let beside = |then: &dyn Fn(usize, usize) -> Option<Exchange>| -> Beside {
        let old: Vec<Vec<Option<Exchange>>> = asked
            .now
            .iter()
            .enumerate()
            .map(|(number, now)| {
                let both = |at: usize| now[at].is_some() && said[number][at].is_some();
                (0..now.len()).map(|at| if both(at) { then(number, at) } else { None }).collect()
            })
            .collect();
        let sides = asked.cassettes.iter().zip(&old).zip(&said).map(|((cassette, old), said)| {
            let old: Vec<Option<&Exchange>> = old.iter().map(Option::as_ref).collect();
            let said = said.iter().zip(&old).map(|(said, old)| old.and(said.as_ref())).collect();
            (cassette, old, said)
        });
        let difference = merged(&sides.collect::<Vec<_>>());
        let breaking = difference.changes.iter().filter(|change| change.weight == Weight::Breaking);
        Beside { breaking: breaking.map(key).collect(), all: difference.changes.iter().map(key).collect() }
    };
    let from_then = beside(&|number, at| Some(asked.cassettes[number].exchanges[at].clone()));
    let from_now = beside(&|number, at| asked.now[number][at].clone());
    let changed: BTreeSet<Key> = asked.difference.changes.iter().map(key).collect();
    let apart = from_then.breaking.intersection(&from_now.breaking);
    let apart = apart.filter(|key| !changed.contains(*key)).cloned().collect();
    Ok(Triangle { from_then: from_then.all, from_now: from_now.all, apart, answered })
}

/// Another way to say the same of one place, whichever way it is looked at.
fn key(change: &Change) -> Key {
    let kind = match change.kind {
        Kind::FieldGone | Kind::FieldOptional | Kind::FieldNew => Kind::FieldGone,
        Kind::NumberForm | Kind::TimeForm | Kind::IdForm | Kind::ValueKind => Kind::ValueKind,
        Kind::Class | Kind::Status | Kind::Token | Kind::Miss => Kind::Class,
        other => other,
    };
    // The place of these says what was and what is.
    let place = match kind {
        Kind::Class => change.place.split(' ').next().unwrap_or_default().to_owned(),
        Kind::Header | Kind::MediaType | Kind::RetryHint => {
            let at = [&change.before.pointer, &change.after.pointer]
                .into_iter()
                .find(|at| at.starts_with("header"));
            at.cloned().unwrap_or_default()
        }
        Kind::Code | Kind::ErrorShape | Kind::Order | Kind::Pages | Kind::Effect => String::new(),
        _ => change.place.clone(),
    };
    (change.operation.clone(), kind, place)
}

impl Triangle {
    /// In how many things the mock breaks with what was recorded and with what is done now, which are alike there.
    pub fn apart(&self) -> usize {
        self.apart.len()
    }

    /// Who is wrong about these changes, which have one cause.
    pub(super) fn wrong(&self, changes: &[Change]) -> Wrong {
        let known: Vec<Key> =
            changes.iter().map(key).filter(|(operation, ..)| self.answered.contains(operation)).collect();
        let names: Vec<Key> = changes.iter().filter_map(renamed).collect();
        let then = differs(&self.from_then, &known);
        let now = differs(&self.from_now, &known) || names.iter().any(|key| self.from_now.contains(key));
        match (then, now) {
            (true, true) => Wrong::Mock,
            (true, false) => Wrong::Cassette,
            (false, true) => Wrong::CassetteAndMock,
            (false, false) if known.is_empty() => Wrong::Unknown,
            (false, false) => Wrong::Neither,
        }
    }
}

/// What is renamed, under its name of now.
fn renamed(change: &Change) -> Option<Key> {
    let (above, old) = change.place.rsplit_once('/')?;
    let (beside, name) = change.after.pointer.rsplit_once('/')?;
    let as_deep = above.matches('/').count() == beside.matches('/').count();
    (change.kind == Kind::FieldGone && as_deep && name != old)
        .then(|| (change.operation.clone(), Kind::FieldGone, format!("{above}/{name}")))
}

/// Whether the mock differs in one of these, or answers in another form altogether, where nothing can be looked up.
fn differs(found: &BTreeSet<Key>, known: &[Key]) -> bool {
    let otherwise = |key: &Key| found.iter().any(|other| other.1 == Kind::MediaType && other.0 == key.0);
    known.iter().any(|key| found.contains(key) || key.1 != Kind::MediaType && otherwise(key))
}
