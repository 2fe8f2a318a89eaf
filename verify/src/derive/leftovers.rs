//! What lessons make that are not to make anything: a spoilt body that was taken after all, the same made twice.

use super::effect::Effect;
use super::led::place;
use super::setup::{Key, Setups};
use cassettes::json::Json;
use cassettes::links::Link;
use cassettes::plan::{Lesson, names_in};

/// Kinds of lessons that may make something in passing.
const KINDS: [&str; 6] = ["reject", "repeat", "idempotent", "concurrent", "tokens", "conditional"];

/// Something that a lesson may have made.
#[derive(Debug, Clone)]
pub(super) struct Leftover {
    /// What it is kept as.
    pub(super) name: String,
    /// What follows that name where it was put: `.png`.
    pub(super) form: String,
    /// The exchange that the lesson varies.
    pub(super) of: (usize, usize),
    /// The recorded deletion of its like, and what leads there; none: it was put where its name says.
    pub(super) deletion: Option<((usize, usize), Link)>,
}

impl Setups<'_> {
    /// Lets a lesson keep what it may make, where its like was seen to be deleted.
    pub(super) fn may_make(&mut self, lesson: &mut Lesson, of: (usize, usize)) {
        let same = self.exchange(of).is_some_and(|e| e.request.method == lesson.method);
        if lesson.is_safe() || !same || !KINDS.contains(&lesson.kind.as_str()) {
            return;
        }
        let name = format!("made-{}", self.leftovers.len() + 1);
        let key = Key { at: of, instance: 0 };
        let found = if lesson.method == "PUT" {
            names_in(&lesson.target).contains(&"new.name").then(|| ("new.name".to_owned(), None))
        } else if self.effect(of) == Effect::Makes {
            self.deletion(key).and_then(|(at, link)| Some((place(&link.source)?, Some((at, link)))))
        } else {
            None
        };
        let Some((place, deletion)) = found else { return };
        let made = Json::Object(vec![(name.clone(), Json::String(place))]);
        lesson.settings.push(("made".to_owned(), made));
        let put = lesson.target.split('?').next().unwrap_or_default();
        let form = put.rsplit_once("}}").map(|(_, form)| form.to_owned()).unwrap_or_default();
        self.leftovers.push(Leftover { name, form, of, deletion });
    }
}
