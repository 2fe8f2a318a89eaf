//! What a plan cleans up: what it made is deleted again.

use super::doorway::Doorway;
use super::effect::deletes;
use super::fields::fields;
use super::led::{call, place, put};
use super::setup::{Key, Setups};
use crate::lacking::content_of;
use cassettes::links::Link;
use cassettes::plan::Lesson;
use std::collections::BTreeSet;

impl Setups<'_> {
    /// Lessons that delete what the setups made, last made first, where somebody was seen to delete such.
    pub(super) fn cleaning(&mut self, made: &[Key], doorway: &mut Doorway) -> Vec<(Lesson, BTreeSet<Key>)> {
        let mut found = Vec::new();
        let changes = |key: &&Key| self.get(**key).is_some_and(|s| !s.lesson.is_safe()) && !self.gives(**key);
        let made: Vec<Key> = made.iter().rev().filter(changes).copied().collect();
        for key in made {
            if self.is_put_anew(key.at) {
                let with = self.put_name(key);
                found.extend(self.taken_away(key, &with, doorway));
                continue;
            }
            let Some((at, link)) = self.deletion(key) else { continue };
            let Some(place) = place(&link.source) else { continue };
            let name = self.name(key, &place, &link);
            found.extend(self.deleted(at, &link, &name, doorway));
        }
        for leftover in self.leftovers.clone() {
            let key = Key { at: leftover.of, instance: 0 };
            match leftover.deletion {
                Some((at, link)) => found.extend(self.deleted(at, &link, &leftover.name, doorway)),
                None => {
                    let with = format!("{{{{{}}}}}{}", leftover.name, leftover.form);
                    found.extend(self.taken_away(key, &with, doorway));
                }
            }
        }
        found
    }

    /// A recorded deletion again, of what has this name.
    fn deleted(
        &mut self,
        at: (usize, usize),
        link: &Link,
        name: &str,
        doorway: &mut Doorway,
    ) -> Option<(Lesson, BTreeSet<Key>)> {
        let exchange = self.exchange(at)?;
        let mut lesson =
            Lesson::new("ask", exchange.request.method.as_str(), exchange.request.target.as_str());
        lesson.content = content_of(&exchange.request);
        lesson.headers =
            fields(exchange, &lesson.content).into_iter().map(|(name, value)| (name, Some(value))).collect();
        doorway.open(&mut lesson, exchange);
        if !put(&mut lesson, link, name, &exchange.request.target) {
            return None;
        }
        let needs = self.lead(&mut lesson, at, 0, doorway);
        (!self.harms(&lesson, at, &needs)).then_some((lesson, needs))
    }

    /// What was put under a name is deleted there, where somebody was seen to delete what stood beside it.
    fn taken_away(&mut self, key: Key, with: &str, doorway: &mut Doorway) -> Option<(Lesson, BTreeSet<Key>)> {
        let put = self.exchange(key.at)?;
        let beside = |path: &str| path.rsplit_once('/').map(|(before, _)| before.to_owned());
        let exchanges = &self.cassettes.get(key.at.0)?.exchanges;
        let at = exchanges.iter().enumerate().position(|(at, e)| {
            let alike = beside(e.request.path()) == beside(put.request.path());
            alike && self.operation((key.at.0, at)).is_some_and(|operation| deletes(e, operation))
        })?;
        let delete = exchanges.get(at).filter(|e| e.request.method == "DELETE")?;
        let mut lesson = Lesson::new("ask", "DELETE", put.request.path());
        let own = fields(delete, &lesson.content)
            .into_iter()
            .filter(|(name, _)| !["content-type", "if-match"].contains(&name.to_ascii_lowercase().as_str()));
        lesson.headers = own.map(|(name, value)| (name, Some(value))).collect();
        doorway.open(&mut lesson, delete);
        call(&mut lesson, put.request.path(), with);
        Some((lesson, BTreeSet::new()))
    }

    /// A recorded deletion of what an operation like a setup's had made.
    pub(super) fn deletion(&self, key: Key) -> Option<((usize, usize), Link)> {
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
