//! Members that are gone and come back under another name beside where they stood.

use super::answers::Answers;
use super::joined::Joint;
use crate::changes::{Change, Kind};
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use std::collections::BTreeMap;

/// A change, the name that its member has now, and the cause that it shares with others.
pub(super) struct Renamed {
    pub(super) change: Change,
    pub(super) to: Option<String>,
    pub(super) joint: Option<Joint>,
}

/// Joins what is gone with what has come in its place.
pub(super) fn renamed(changes: Vec<Change>, answers: &Answers<'_>) -> Vec<Renamed> {
    let of =
        |kind: Kind| -> Vec<usize> { (0..changes.len()).filter(|at| changes[*at].kind == kind).collect() };
    let (gone, new) = (of(Kind::FieldGone), of(Kind::FieldNew));
    let mut fits: Vec<(u32, usize, usize)> = Vec::new();
    for &old in &gone {
        for &now in &new {
            let (old_change, new_change) = (&changes[old], &changes[now]);
            if old_change.operation == new_change.operation
                && let Some(fit) = fit(old_change, new_change, answers)
            {
                fits.push((fit, old, now));
            }
        }
    }
    // The best first; each is joined once.
    fits.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut joined: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, old, now) in fits {
        if !joined.contains_key(&old) && !joined.values().any(|taken| *taken == now) {
            joined.insert(old, now);
        }
    }
    // What was renamed in one operation was in others, too, where other things are seen.
    let name = |at: usize| pointer(&changes[at].place).and_then(|at| at.name().map(str::to_owned));
    let known: Vec<_> = joined.iter().map(|(old, now)| (name(*old), name(*now))).collect();
    for &old in &gone {
        let beside = |now: &&usize| {
            changes[**now].operation == changes[old].operation
                && known.contains(&(name(old), name(**now)))
                && !joined.values().any(|taken| taken == *now)
        };
        if !joined.contains_key(&old)
            && let Some(now) = new.iter().find(beside).copied()
        {
            joined.insert(old, now);
        }
    }
    let names: BTreeMap<usize, (String, Change)> = joined
        .iter()
        .filter_map(|(old, now)| {
            Some((*old, (pointer(&changes[*now].place)?.name()?.to_owned(), changes[*now].clone())))
        })
        .collect();
    let absorbed: Vec<usize> = joined.into_values().collect();
    let all = changes.into_iter().enumerate().filter(|(at, _)| !absorbed.contains(at));
    all.map(|(at, mut change)| match names.get(&at) {
        Some((to, new)) => {
            let new_place = &new.place;
            change.message = format!("`{}` is renamed: it is `{new_place}` now", change.place);
            change.after = new.after.clone();
            Renamed { change, to: Some(to.clone()), joint: None }
        }
        None => Renamed { change, to: None, joint: None },
    })
    .collect()
}

/// How well one member stands for the other; none: not at all.
fn fit(gone: &Change, new: &Change, answers: &Answers<'_>) -> Option<u32> {
    let (old, now) = (pointer(&gone.place)?, pointer(&new.place)?);
    let (old_step, old_parent) = old.0.split_last()?;
    let (now_step, now_parent) = now.0.split_last()?;
    if old_parent != now_parent || old_step == now_step {
        return None;
    }
    let (mut same, mut all, mut alike) = (0_u32, 0_u32, true);
    for (then, is) in answers.of(&gone.operation) {
        let (mut was, mut stands) = (texts(then, &old), texts(is, &now));
        if was.is_empty() && stands.is_empty() {
            continue;
        }
        alike &= kinds(then, &old) == kinds(is, &now);
        was.sort();
        stands.sort();
        all += u32::try_from(was.len().max(stands.len())).unwrap_or(u32::MAX);
        for value in was {
            if let Ok(at) = stands.binary_search(&value) {
                stands.remove(at);
                same += 1;
            }
        }
    }
    let share = same * 100 / all.max(1);
    let (Some(a), Some(b)) = (old.name(), now.name()) else { return None };
    let related = words(a).iter().any(|word| words(b).contains(word));
    (all > 0 && (share >= 50 || alike && related)).then_some(share + u32::from(related) * 10)
}

fn texts(json: &Json, place: &Pointer) -> Vec<String> {
    place.find_all(json).into_iter().map(|(_, value)| value.to_string()).collect()
}

fn kinds(json: &Json, place: &Pointer) -> Option<&'static str> {
    place.find_all(json).into_iter().map(|(_, value)| value.kind()).find(|kind| *kind != "null")
}

/// A place in any answer as changes spell it, `*` for every item.
pub(super) fn pointer(place: &str) -> Option<Pointer> {
    let rest = place.strip_prefix('/')?;
    let step = |text: &str| match text {
        "*" => Step::Every,
        name => Step::Member(name.replace("~1", "/").replace("~0", "~")),
    };
    Some(Pointer(rest.split('/').map(step).collect()))
}
