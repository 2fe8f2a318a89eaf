//! The very same things in both recordings: what changes of one of them while the rest of it stays is not that
//! another thing is seen.

use crate::case::Said;
use crate::excerpt;
use crate::finding::Evidence;
use crate::run::Run;
use crate::run::shape::{Group, is_plain, is_remains};
use cassettes::facets::time_form::{epoch_form, time_form};
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Request;
use cassettes::operation::surely_reads;
use std::collections::{BTreeMap, BTreeSet};

/// Names of members that tell things apart.
const NAMES: [&str; 4] = ["id", "_id", "uuid", "key"];

/// One member of the very same thing, then and now.
pub(super) struct Same<'r> {
    /// Which thing it is.
    pub(super) who: String,
    /// None where the thing lacks it.
    pub(super) then: Option<&'r Json>,
    /// The same now.
    pub(super) now: Option<&'r Json>,
    /// Whether three quarters of everything else of it are what they were.
    pub(super) stays: bool,
    real: (&'r Said<'r>, Pointer, &'r Json),
    other: (&'r Said<'r>, Pointer, &'r Json),
    name: String,
}

impl Same<'_> {
    /// What it was.
    pub(super) fn before(&self) -> Evidence {
        shown(&self.real, self.then, &self.name)
    }

    /// What it is.
    pub(super) fn after(&self) -> Evidence {
        shown(&self.other, self.now, &self.name)
    }
}

fn shown((said, at, thing): &(&Said<'_>, Pointer, &Json), value: Option<&Json>, name: &str) -> Evidence {
    match value {
        Some(value) => said.evidence(at.member(name).to_string(), excerpt::bounded(&value.to_string())),
        None => said.evidence(at.to_string(), excerpt::bounded(&format!("absent from {thing}"))),
    }
}

/// A member of every thing that both recordings show.
pub(super) fn same<'r>(run: &'r Run<'_>, group: &Group, place: &Pointer) -> Vec<Same<'r>> {
    let Some((Step::Member(name), parent)) = place.0.split_last() else { return Vec::new() };
    let parent = Pointer(parent.to_vec());
    let mut found = Vec::new();
    for case in run.of(&group.operation) {
        // How an error is told, or that there is nothing, is no matter of the things, nor is what is left of one.
        let tells = |said: &Said<'_>, asked: &Request| is_plain(said, asked) && !is_remains(said);
        if !tells(&case.real, &case.exchange.request) || !tells(&case.other, &case.asked) {
            continue;
        }
        let (Some(then), Some(now)) = (case.real.tree(), case.other.tree()) else { continue };
        let (then, now) = (objects(then, &parent), objects(now, &parent));
        let alone = then.len() == 1 && now.len() == 1 && !parent.0.contains(&Step::Every);
        let key = if alone { None } else { key(&then, &now, name) };
        let mut there: BTreeMap<&str, &Object<'_>> =
            now.iter().filter_map(|one| Some((one.called(key)?, one))).collect();
        for old in &then {
            let id = old.called(key);
            let new = if alone { now.first() } else { id.and_then(|id| there.remove(id)) };
            let Some(new) = new else { continue };
            // What has no id of its own is known by the question that it answers.
            let who = match id {
                Some(id) if new.called(key) == Some(id) => id.to_owned(),
                _ if surely_reads(&case.exchange.request) => case.exchange.request.target.clone(),
                _ => format!("#{}", case.position),
            };
            found.push(Same {
                who,
                then: old.value.get(name),
                now: new.value.get(name),
                stays: stays(old.value, new.value, name),
                real: (&case.real, old.at.clone(), old.value),
                other: (&case.other, new.at.clone(), new.value),
                name: name.clone(),
            });
        }
    }
    found
}

/// So many different things.
pub(super) fn count<'s>(things: impl Iterator<Item = &'s Same<'s>>) -> u32 {
    let all: BTreeSet<&str> = things.map(|same| same.who.as_str()).collect();
    u32::try_from(all.len()).unwrap_or(u32::MAX)
}

/// An object, and the id of it, or of the nearest one around it.
struct Object<'j> {
    at: Pointer,
    value: &'j Json,
    id: Option<&'j str>,
}

impl<'j> Object<'j> {
    /// What it is known by; `key` is the member that tells those without an id apart.
    fn called(&self, key: Option<&str>) -> Option<&'j str> {
        self.id.or_else(|| self.value.get(key?)?.scalar_text())
    }
}

/// The objects at a place.
fn objects<'j>(json: &'j Json, place: &Pointer) -> Vec<Object<'j>> {
    let own = |value: &'j Json| NAMES.iter().find_map(|name| value.get(name)?.scalar_text());
    let mut found = Vec::new();
    Pointer::walk(json, &mut |at, value| {
        if !matches!(value, Json::Object(_)) || at.generic() != *place {
            return;
        }
        let mut id = own(value);
        for depth in (0..at.0.len()).rev() {
            // Which of the items it stands in, nothing beyond the list says.
            if id.is_some() || matches!(at.0[depth], Step::Index(_)) {
                break;
            }
            id = Pointer(at.0[..depth].to_vec()).find(json).and_then(own);
        }
        found.push(Object { at: at.clone(), value, id });
    });
    found
}

/// The member that tells objects without an id apart: a text that no two of them share, and that most of them have
/// kept.
fn key<'j>(then: &[Object<'j>], now: &[Object<'j>], but: &str) -> Option<&'j str> {
    let first = then.first().filter(|first| first.id.is_none())?;
    let texts = |all: &[Object<'j>], name: &str| -> Option<BTreeSet<&'j str>> {
        let texts: BTreeSet<&str> =
            all.iter().map(|one| one.value.get(name)?.as_str()).collect::<Option<_>>()?;
        (texts.len() == all.len()).then_some(texts)
    };
    let tells = |name: &&str| {
        let (Some(then), Some(now)) = (texts(then, name), texts(now, name)) else { return false };
        then.intersection(&now).count() * 2 >= then.len()
    };
    let names = first.value.members().iter().map(|(name, _)| name.as_str());
    names.filter(|name| *name != but).find(tells)
}

/// Whether three quarters of everything else that could stay have stayed. Moments and ids of answers could not.
fn stays(old: &Json, new: &Json, name: &str) -> bool {
    let others = old.members().iter().filter(|(other, value)| {
        other != name && !is_id(other) && !(is_moment(value) && new.get(other).is_none_or(is_moment))
    });
    let (same, changed): (Vec<_>, Vec<_>) = others.partition(|(other, value)| new.get(other) == Some(value));
    // A thing with an id and nothing else beside is itself by its id.
    let by_id = || old.members().iter().any(|(other, value)| is_id(other) && new.get(other) == Some(value));
    (!same.is_empty() || changed.is_empty() && by_id()) && same.len() >= changed.len() * 3
}

fn is_id(name: &str) -> bool {
    let lower = name.to_lowercase();
    NAMES.contains(&lower.as_str()) || lower.ends_with("_id")
}

fn is_moment(value: &Json) -> bool {
    match value {
        Json::String(text) => time_form(text).is_some(),
        Json::Number(text) => epoch_form(text).is_some(),
        _ => false,
    }
}
