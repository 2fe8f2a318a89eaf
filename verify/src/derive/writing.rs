//! The order of a plan, and what its lessons share.

use super::setup::{Key, Setups};
use cassettes::plan::{Lesson, names_in};
use std::collections::{BTreeMap, BTreeSet};

/// A lesson on its way into the plan.
pub(super) struct Draft {
    pub(super) lesson: Lesson,
    pub(super) needs: BTreeSet<Key>,
    /// It is a step of a story: its place is after the step before it.
    pub(super) story: bool,
}

/// The lessons of a plan in their order, each after what it needs.
#[derive(Default)]
pub(super) struct Writing {
    pub(super) lessons: Vec<(Option<Key>, Lesson)>,
    pub(super) order: Vec<Key>,
    done: BTreeSet<Key>,
}

impl Writing {
    pub(super) fn add(&mut self, draft: &Draft, setups: &Setups<'_>) {
        // The same lesson would show the same again.
        let asked = plain(&draft.lesson);
        let alike = |known: &Lesson| plain(known) == asked;
        if !draft.story && self.lessons.iter().any(|(key, known)| key.is_none() && alike(known)) {
            return;
        }
        for key in &draft.needs {
            self.prepare(*key, setups, 0);
        }
        self.lessons.push((None, draft.lesson.clone()));
    }

    fn prepare(&mut self, key: Key, setups: &Setups<'_>, depth: usize) {
        let Some(setup) = setups.get(key).filter(|_| depth < 16) else { return };
        if !self.done.insert(key) {
            return;
        }
        for need in &setup.needs {
            self.prepare(*need, setups, depth + 1);
        }
        let mut lesson = setup.lesson.clone();
        lesson.note = Some(gives(&lesson));
        self.order.push(key);
        self.lessons.push((Some(key), lesson));
    }
}

/// What a lesson asks, whatever is said of it and kept of it.
fn plain(lesson: &Lesson) -> Lesson {
    let mut plain = Lesson { note: None, ..lesson.clone() };
    plain.settings.retain(|(name, _)| name != "made");
    plain
}

/// What a setup is for.
pub(super) fn gives(lesson: &Lesson) -> String {
    let names: Vec<String> = lesson.keep.iter().map(|(name, _)| format!("{{{{{name}}}}}")).collect();
    match names.is_empty() {
        true => "Makes what the next lessons need.".to_owned(),
        false => format!("Gives {}.", names.join(" and ")),
    }
}

/// The fields that most lessons send alike: they are stated once, and lessons without them leave them out.
pub(super) fn shared(lessons: &mut [Lesson], finally: &mut [Lesson]) -> Vec<(String, String)> {
    let kept: BTreeSet<String> = lessons.iter().flat_map(|l| &l.keep).map(|(name, _)| name.clone()).collect();
    let is_free =
        |value: &str| names_in(value).iter().all(|name| !name.starts_with("new.") && !kept.contains(*name));
    let mut votes: BTreeMap<(String, String), usize> = BTreeMap::new();
    for lesson in lessons.iter() {
        for (name, value) in &lesson.headers {
            if let Some(value) =
                value.as_ref().filter(|v| !name.eq_ignore_ascii_case("content-type") && is_free(v))
            {
                *votes.entry((name.clone(), value.clone())).or_default() += 1;
            }
        }
    }
    let count = lessons.len();
    let mut shared: Vec<(String, String)> = Vec::new();
    for ((name, value), _) in votes.into_iter().filter(|(_, times)| *times * 2 > count && *times > 1) {
        shared.push((name, value));
    }
    for lesson in lessons.iter_mut().chain(finally) {
        for (name, value) in &shared {
            let own = lesson.headers.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
            match own {
                Some(at) if lesson.headers[at].1.as_deref() == Some(value) => drop(lesson.headers.remove(at)),
                Some(_) => {}
                // What a lesson on credentials presents is its own affair.
                None if lesson.kind == "tokens" => {}
                None => lesson.headers.push((name.clone(), None)),
            }
        }
    }
    shared
}
