//! What is to be said of a number besides disagreements: its forms, and what could not be compared.

use super::amount::Likeness;
use super::disagreements::Told;
use super::series::Verdict;
use std::collections::BTreeSet;

/// So many names that are like it are told.
const MOST_LIKE: usize = 3;

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
            Verdict::Agree(fold @ (Likeness::Hundredfold | Likeness::Thousandfold))
                if pairs.insert(one.reporters) =>
            {
                let times = if fold == Likeness::Hundredfold { "hundredfold" } else { "thousandfold" };
                notes.push((0, format!("a {times}, and no name says in what it counts: {}", both())));
            }
            _ => {}
        }
    }
    notes.sort_by_key(|(weight, _)| *weight);
    let used = |at: &usize| told.compared.iter().any(|one| one.join == Some(*at));
    let mut all: Vec<String> =
        told.joins.iter().enumerate().filter(|(at, _)| used(at)).map(|(_, join)| join.told()).collect();
    all.extend(notes.into_iter().map(|(_, note)| note));
    let without =
        told.seen.places.iter().filter(|place| {
            place.sightings.iter().all(|number| told.seen.sightings[*number].entity.is_none())
        });
    all.extend(told.seen.nulls.iter().take(MOST_LIKE).map(|((route, pointer), answers)| {
        let plural = if answers.len() == 1 { "" } else { "s" };
        let route = told.recorded.route(*route);
        format!(
            "null, and held against nothing: `{pointer}` of `{route}` in {} answer{plural}",
            answers.len()
        )
    }));
    all.extend(also(told));
    match told.recorded.edited {
        0 => {}
        1 => all.push("1 exchange was edited by hand, and is no evidence: it is left out".to_owned()),
        n => all.push(format!("{n} exchanges were edited by hand, and are no evidence: they are left out")),
    }
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

/// Names that are like the one that was looked for, those in most answers first.
fn also(told: &Told<'_, '_>) -> Option<String> {
    let mut like: Vec<(&String, usize)> =
        told.seen.like.iter().map(|(name, answers)| (name, answers.len())).collect();
    like.sort_by_key(|(_, answers)| std::cmp::Reverse(*answers));
    let more = match like.len().saturating_sub(MOST_LIKE) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let named = like.iter().take(MOST_LIKE).map(|(name, answers)| match answers {
        1 => format!("{name} (1 answer)"),
        n => format!("{name} ({n} answers)"),
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| format!("also seen: {}{more}; --like looks there, too", named.join(", ")))
}
