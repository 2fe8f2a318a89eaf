//! What a plan cleans up: what it made is deleted again.

use super::doorway::Doorway;
use super::effect::deletes;
use super::fields::fields;
use super::led::{place, put};
use super::setup::{Key, Setups};
use crate::lacking::content_of;
use cassettes::links::Link;
use cassettes::plan::Lesson;
use std::collections::BTreeSet;

impl Setups<'_> {
    /// Lessons that delete what the setups made, last made first, where somebody was seen to delete such.
    pub(super) fn cleaning(&mut self, made: &[Key], doorway: &mut Doorway) -> Vec<(Lesson, BTreeSet<Key>)> {
        let mut found = Vec::new();
        let changes = |key: &&Key| self.get(**key).is_some_and(|s| !s.lesson.is_safe());
        let made: Vec<Key> = made.iter().rev().filter(changes).copied().collect();
        for key in made {
            let Some((at, link)) = self.deletion(key) else { continue };
            let Some(exchange) = self.exchange(at) else { continue };
            let mut lesson =
                Lesson::new("ask", exchange.request.method.as_str(), exchange.request.target.as_str());
            lesson.content = content_of(&exchange.request);
            lesson.headers = fields(exchange, &lesson.content)
                .into_iter()
                .map(|(name, value)| (name, Some(value)))
                .collect();
            doorway.open(&mut lesson, exchange);
            let Some(place) = place(&link.source) else { continue };
            let name = self.name(key, &place, &link);
            if put(&mut lesson, &link, &name, &exchange.request.target) {
                let needs = self.lead(&mut lesson, at, 0, doorway);
                if !self.harms(&lesson, at, &needs) {
                    found.push((lesson, needs));
                }
            }
        }
        found
    }

    /// A recorded deletion of what an operation like a setup's had made.
    fn deletion(&self, key: Key) -> Option<((usize, usize), Link)> {
        let operation = self.operation(key.at)?;
        for (cassette, all) in self.links.iter().enumerate() {
            for link in all.iter().flatten() {
                let at = (cassette, link.to);
                let known = self.exchange(at).zip(self.operation(at));
                if !known.is_some_and(|(exchange, operation)| deletes(exchange, operation)) {
                    continue;
                }
                let sources = std::iter::once((link.from, &link.source))
                    .chain(link.others.iter().map(|(a, s)| (*a, s)));
                for (from, source) in sources {
                    if self.operation((cassette, from)) == Some(operation) && place(source).is_some() {
                        return Some((at, Link { from, source: source.clone(), ..link.clone() }));
                    }
                }
            }
        }
        None
    }
}
