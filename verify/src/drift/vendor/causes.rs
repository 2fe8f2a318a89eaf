//! Changes that have one cause, told as one: a field renamed in forty answers is one finding with forty places.

use super::answers::Answers;
use super::at_all::{self, is_at_all};
use super::renamed::{Renamed, pointer};
use crate::changes::{Change, Kind, Weight};
use crate::finding::{Finding, Severity};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// So many operations are named in a sentence.
const NAMED: usize = 3;

/// One cause, and everything that it shows in.
pub(super) struct Cause {
    pub(super) changes: Vec<Change>,
    /// Answers that show it, by operation and number.
    places: BTreeSet<(Operation, usize)>,
    /// Which of several tells it.
    lead: Option<(Operation, String)>,
    key: String,
}

/// Changes by their causes, the heaviest first.
pub(super) fn causes(changes: Vec<Renamed>, answers: &Answers<'_>) -> Vec<Cause> {
    let mut causes: BTreeMap<(Weight, &'static str, String), Cause> = BTreeMap::new();
    for one in changes {
        let (places, text) = (answers.places(&one.change), key(&one));
        let cause = causes
            .entry((one.change.weight, one.change.rule, text.clone()))
            .or_insert_with(|| Cause { changes: Vec::new(), places: BTreeSet::new(), lead: None, key: text });
        cause.places.extend(places.into_iter().map(|at| (one.change.operation.clone(), at)));
        if one.joint.is_some_and(|joint| joint.leads) {
            cause.lead = Some((one.change.operation.clone(), one.change.place.clone()));
        }
        cause.changes.push(one.change);
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    for cause in &mut causes {
        let lead = cause.lead.take();
        cause.changes.sort_by_cached_key(|change| {
            let at = (change.operation.clone(), change.place.clone());
            (lead.as_ref() != Some(&at), at)
        });
    }
    causes
}

/// What is the same wherever one cause shows.
fn key(one: &Renamed) -> String {
    if let Some(joint) = &one.joint {
        return joint.key.clone();
    }
    let change = &one.change;
    let kind = change.kind.as_str();
    let name = pointer(&change.place).and_then(|at| at.name().map(str::to_owned)).unwrap_or_default();
    let plain = change.message.replace(&change.place, "{}");
    let (before, after) = (&change.before.excerpt, &change.after.excerpt);
    match change.kind {
        Kind::FieldGone | Kind::FieldOptional | Kind::FieldNew => {
            format!("{kind} {name} {}", one.to.as_deref().unwrap_or_default())
        }
        Kind::ValueKind => format!("{kind} {name} {} {}", first(before), first(after)),
        // Another way to write numbers or moments is one of the whole vendor.
        Kind::NumberForm | Kind::TimeForm => format!("{kind} {plain} {} {}", form(before), form(after)),
        Kind::IdForm => format!("{kind} {name}"),
        Kind::MediaType => format!("{kind} {plain}"),
        Kind::Word => format!("{kind} {name} {after}"),
        Kind::Code => format!("{kind} {before} {after}"),
        Kind::Timing => kind.to_owned(),
        Kind::Header => format!("{kind} {} {}", change.rule, family(change)),
        _ => format!("{kind} {plain}"),
    }
}

/// Fields that belong together go together: `x-ratelimit-limit` and `x-ratelimit-reset`.
fn family(change: &Change) -> String {
    let name = field(change);
    match name.rsplit_once('-') {
        Some((family, _)) if family.contains('-') => family.to_owned(),
        _ => name.to_owned(),
    }
}

/// What kind of value an excerpt begins: all numbers are of one.
fn first(excerpt: &str) -> char {
    match excerpt.chars().next() {
        Some('-' | '0'..='9') => '0',
        Some('t' | 'f') => 't',
        other => other.unwrap_or(' '),
    }
}

/// A text by its form: digits and letters of any number are one.
fn form(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(80) {
        let c = match c {
            '0'..='9' => '0',
            c if c.is_alphabetic() => 'a',
            c => c,
        };
        if !(matches!(c, '0' | 'a') && out.ends_with(c)) {
            out.push(c);
        }
    }
    out
}

impl Cause {
    /// The finding. `fails` says whether what is compatible is to make a run fail, too.
    pub(super) fn finding(&self, fails: bool) -> Option<Finding> {
        let first = self.changes.first()?;
        let mut operations: Vec<Operation> = self.changes.iter().map(|c| c.operation.clone()).collect();
        operations.sort();
        operations.dedup();
        let (alone, whole) = (self.changes.len() == 1, is_at_all(first));
        let message = if operations.len() > 1 {
            format!("{}, in {}", self.sentence(first), named(&operations))
        } else {
            self.sentence(first)
        };
        Some(Finding {
            rule: first.rule,
            severity: match first.weight {
                Weight::Breaking => Severity::Error,
                Weight::Compatible if fails => Severity::Warning,
                Weight::Compatible | Weight::Noise => Severity::Info,
            },
            operation: first.operation.clone(),
            message,
            place: if alone { first.place.clone() } else { self.key.clone() },
            real: first.before.clone(),
            other: first.after.clone(),
            hint: Some(if whole { at_all::hint(first) } else { hint(first) }),
            places: if whole { 1 } else { u32::try_from(self.places.len()).unwrap_or(u32::MAX).max(1) },
            change: Some(first.weight),
            wrong: None,
            operations: if operations.len() > 1 { operations } else { Vec::new() },
            cause: is_of_the_vendor(first.kind).then(|| format!("{} {}", first.weight.as_str(), self.key)),
        })
    }

    /// The sentence; where several places show it, with all their names.
    fn sentence(&self, first: &Change) -> String {
        if self.changes.iter().all(|change| change.place == first.place) {
            return first.message.clone();
        }
        if first.kind == Kind::Header {
            let names: BTreeSet<&str> = self.changes.iter().map(field).collect();
            let said = first.message.split(": ").next().unwrap_or_default();
            return format!("{said}: {}", listed(&names.into_iter().map(str::to_owned).collect::<Vec<_>>()));
        }
        let name = |at: &str| pointer(at).and_then(|at| at.name().map(str::to_owned));
        let names: BTreeSet<String> = self.changes.iter().filter_map(|c| name(&c.place)).collect();
        if names.is_empty() {
            return first.message.clone();
        }
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let own = format!("`{}`", first.place);
        let said = first.message.replace(&own, &listed(&quoted));
        // What it is called now stands there as well.
        let parts: Vec<&str> = said.split('`').collect();
        let plain = |(number, part): (usize, &&str)| match name(part).filter(|_| number % 2 == 1) {
            Some(name) => name,
            None => (*part).to_owned(),
        };
        parts.iter().enumerate().map(plain).collect::<Vec<_>>().join("`")
    }
}

/// Whether a change of this kind is named by what it is called or looks like, in whichever operation it shows.
fn is_of_the_vendor(kind: Kind) -> bool {
    use Kind::{
        Code, FieldGone, FieldNew, FieldOptional, Header, IdForm, NumberForm, TimeForm, ValueKind, Word,
    };
    matches!(
        kind,
        Code | FieldGone
            | FieldNew
            | FieldOptional
            | Header
            | IdForm
            | NumberForm
            | TimeForm
            | ValueKind
            | Word
    )
}

fn field(change: &Change) -> &str {
    let at = [&change.before.pointer, &change.after.pointer];
    at.into_iter().find_map(|at| at.strip_prefix("header ")).unwrap_or(&change.place)
}

pub(super) fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

fn named(operations: &[Operation]) -> String {
    let names: Vec<String> = operations.iter().map(Operation::to_string).collect();
    format!("{} operations: {}", operations.len(), listed(&names))
}

fn hint(change: &Change) -> String {
    let cassette = change.before.exchange.as_deref().and_then(|cite| Some(cite.rsplit_once('#')?.0));
    let cassette = cassette.unwrap_or("the cassette");
    match change.weight {
        Weight::Breaking => {
            format!(
                "mend the client that relies on it; once it is proposed, `truetape accept {cassette}` makes it the truth"
            )
        }
        Weight::Compatible => format!("once it is proposed, `truetape accept {cassette}` makes it the truth"),
        Weight::Noise => "nothing is to be done".to_owned(),
    }
}
