//! Which lessons stay in a plan: those that keep to its law, as what they need does.

use super::effect::{Effect, is_known};
use super::law::{Known, Varied, harms};
use super::setup::{Key, Setups};
use crate::lacking::is_version;
use cassettes::plan::{Content, Lesson, Place, names_in};
use std::collections::BTreeSet;

/// What needs what needs what: more than so much is not followed.
const DEEPEST: usize = 16;

impl Setups<'_> {
    /// Whether a lesson that varies an exchange, or what it needs before it, reaches for what the plan has not
    /// made.
    pub(super) fn harms(&self, lesson: &Lesson, of: (usize, usize), needs: &BTreeSet<Key>) -> bool {
        self.harms_itself(lesson, of) || needs.iter().any(|key| self.setup_harms(*key, 0))
    }

    fn setup_harms(&self, key: Key, depth: usize) -> bool {
        let Some(setup) = self.get(key).filter(|_| depth < DEEPEST) else { return true };
        self.harms_itself(&setup.lesson, key.at)
            || setup.needs.iter().any(|need| self.setup_harms(*need, depth + 1))
    }

    fn harms_itself(&self, lesson: &Lesson, of: (usize, usize)) -> bool {
        let (Some(exchange), Some(operation)) = (self.exchange(of), self.operation(of)) else { return true };
        let links = self.links(of);
        let varied = Varied { exchange, operation, effect: self.effect(of), links: &links };
        harms(lesson, &varied, &|name| self.known(name))
    }

    /// What a name of the plan stands for.
    pub(super) fn known(&self, name: &str) -> Known {
        if self.leftovers.iter().any(|leftover| leftover.name == name) {
            return Known::Made;
        }
        let Some(((key, place), _)) = self.names.iter().find(|(_, known)| *known == name) else {
            return Known::Other;
        };
        match (self.is_made(*key, place), is_version(leaf(place))) {
            (_, true) => Known::Other,
            (true, _) => Known::Made,
            (false, _) => Known::Found,
        }
    }

    /// Whether what stands at a place of an answer calls something that the request has made.
    fn is_made(&self, key: Key, place: &str) -> bool {
        let (Some(setup), Some(exchange)) = (self.get(key), self.exchange(key.at)) else { return false };
        if self.is_put_anew(key.at) {
            return names_in(&setup.lesson.target).contains(&"new.name");
        }
        let Some(reply) = exchange.answer.reply() else { return false };
        // What stands in a list was likely there.
        if self.effect(key.at) != Effect::Makes || is_in_list(place) {
            return false;
        }
        let found = Place::parse(place).ok().and_then(|place| place.find(reply));
        let Some(value) = found.as_ref().and_then(|value| value.scalar_text()) else { return false };
        let asked = match &setup.lesson.content {
            Content::Json(json) => json.to_string().contains(&format!("\"{value}\"")),
            Content::Form(pairs) => pairs.iter().any(|(_, own)| own == value),
            Content::Nothing | Content::Text(_) => false,
        };
        let asked = asked || setup.lesson.target.split(['/', '?', '&', '=']).any(|piece| piece == value);
        let before =
            self.cassettes.get(key.at.0).and_then(|c| c.exchanges.get(..key.at.1)).unwrap_or_default();
        let own = reply.status == 201 && ["id", "$", "location", "uuid"].contains(&leaf(place));
        !asked && (own || !is_known(value, before))
    }
}

fn is_in_list(place: &str) -> bool {
    place.split('[').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '*'))
}

fn leaf(place: &str) -> &str {
    place.rsplit(['.', '[']).next().unwrap_or_default().trim_matches(['\'', ']'])
}
