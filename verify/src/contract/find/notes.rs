//! What is to be said of a number besides disagreements: its forms, and what could not be compared.

use super::amount::Likeness;
use super::disagreements::Told;
use super::joins::Join;
use super::series::Verdict;
use std::collections::BTreeSet;

/// One note of each kind: for two forms whoever writes them, for roundings and units by reporters.
pub(super) fn notes(told: &Told<'_, '_>) -> Vec<String> {
    let mut forms = BTreeSet::new();
    let mut pairs = BTreeSet::new();
    let mut notes: Vec<(u8, String)> = Vec::new();
    for one in told.compared {
        let (x, y) = one.sightings;
        let (a, b) = (&told.seen.sightings[x], &told.seen.sightings[y]);
        let both = || {
            format!(
                "{} at {} and {} at {}",
                told.text(x),
                told.reporter(a.reporter),
                told.text(y),
                told.reporter(b.reporter)
            )
        };
        let (form, other) = (a.amount.form.told(), b.amount.form.told());
        let is_new = forms.insert((form.min(other), form.max(other)));
        match one.verdict {
            Verdict::Agree(Likeness::Equal) if form != other && is_new => {
                notes.push((2, format!("one value in two forms: {}", both())));
            }
            Verdict::Agree(Likeness::Rounded) if pairs.insert(one.reporters) => {
                notes.push((1, format!("one value, rounded: {}", both())));
            }
            Verdict::Agree(Likeness::Hundredfold) if pairs.insert(one.reporters) => {
                notes.push((0, format!("a hundredfold, and no name says in what it counts: {}", both())));
            }
            _ => {}
        }
    }
    notes.sort_by_key(|(weight, _)| *weight);
    let mut all: Vec<String> = told.joins.iter().map(Join::told).collect();
    all.extend(notes.into_iter().map(|(_, note)| note));
    let without =
        told.seen.places.iter().filter(|place| {
            place.sightings.iter().all(|number| told.seen.sightings[*number].entity.is_none())
        });
    match without.count() {
        0 => {}
        1 => all.push(
            "1 reporter does not say what its number is about, and is held against no other".to_owned(),
        ),
        n => all.push(format!(
            "{n} reporters do not say what their number is about, and are held against no other"
        )),
    }
    all
}
