//! Changing values of a JSON tree at the places that a path names.

use super::{JsonPath, trace::Trace};
use crate::json::Json;
use std::collections::HashSet;

/// What a path names, by where each value lies while the tree stays as it is.
struct Marks(HashSet<usize, foldhash::fast::RandomState>);

impl Marks {
    fn of(path: &JsonPath, json: &Json) -> Self {
        Marks(path.find(json).into_iter().map(address).collect())
    }

    fn has(&self, json: &Json) -> bool {
        self.0.contains(&address(json))
    }
}

fn address(json: &Json) -> usize {
    std::ptr::from_ref(json).addr()
}

/// Takes out what stands there: members with their names, items so that the others move up.
pub(super) fn remove(json: &mut Json, path: &JsonPath, trace: &mut Trace) {
    let marks = Marks::of(path, json);
    if marks.has(json) {
        trace.json(json);
        *json = Json::Null;
    } else if !marks.0.is_empty() {
        take(json, &marks, trace);
    }
}

fn take(json: &mut Json, marks: &Marks, trace: &mut Trace) {
    // Marks hold as long as nothing has moved.
    match json {
        Json::Array(items) => {
            let out: Vec<bool> = items.iter().map(|item| marks.has(item)).collect();
            for (item, out) in items.iter_mut().zip(&out) {
                if *out { trace.json(item) } else { take(item, marks, trace) }
            }
            let mut out = out.into_iter();
            items.retain(|_| !out.next().unwrap_or_default());
        }
        Json::Object(members) => {
            let out: Vec<bool> = members.iter().map(|(_, value)| marks.has(value)).collect();
            for ((_, value), out) in members.iter_mut().zip(&out) {
                if *out { trace.json(value) } else { take(value, marks, trace) }
            }
            let mut out = out.into_iter();
            members.retain(|_| !out.next().unwrap_or_default());
        }
        _ => {}
    }
}

/// Calls `change` for each value that stands there, what stands below it first.
pub(super) fn change(json: &mut Json, path: &JsonPath, change: &mut dyn FnMut(&mut Json)) {
    let marks = Marks::of(path, json);
    if !marks.0.is_empty() {
        visit(json, &marks, change);
    }
}

fn visit(json: &mut Json, marks: &Marks, change: &mut dyn FnMut(&mut Json)) {
    let here = marks.has(json);
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| visit(item, marks, change)),
        Json::Object(members) => members.iter_mut().for_each(|(_, value)| visit(value, marks, change)),
        _ => {}
    }
    if here {
        change(json);
    }
}

/// Calls `change` for a value, or for each that is no list and no object below it.
pub(super) fn leaves(json: &mut Json, change: &mut dyn FnMut(&mut Json)) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| leaves(item, change)),
        Json::Object(members) => members.iter_mut().for_each(|(_, value)| leaves(value, change)),
        leaf => change(leaf),
    }
}
