//! What must be there before a lesson: the requests whose answers give the values that it carries.

use super::doorway::Doorway;
use super::fields::fields;
use super::fresh::freshen;
use super::led::{place, put};
use crate::lacking::content_of;
use cassettes::links::{Link, Source, discover};
use cassettes::model::{Cassette, Exchange, Response};
use cassettes::operation::{Operation, Operations};
use cassettes::plan::Lesson;
use std::collections::{BTreeMap, BTreeSet};

/// Values that depend on values that depend on values: more than so many are not followed.
const DEEPEST: usize = 8;

/// Which exchange is asked again, and in which instance: what a lesson deletes is nobody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) at: (usize, usize),
    pub(super) instance: u32,
}

/// A request whose answer gives values.
pub(super) struct Setup {
    pub(super) lesson: Lesson,
    /// What must come before it.
    pub(super) needs: BTreeSet<Key>,
}

impl Setup {
    /// Whether it changes nothing.
    fn is_safe(&self) -> bool {
        self.lesson.is_safe()
    }
}

/// Everything that lessons need before them.
pub(super) struct Setups<'a> {
    cassettes: &'a [Cassette],
    links: Vec<Vec<Vec<Link>>>,
    operations: Vec<Vec<Operation>>,
    all: BTreeMap<Key, Setup>,
    names: BTreeMap<(Key, String), String>,
}

impl<'a> Setups<'a> {
    pub(super) fn of(cassettes: &'a [Cassette]) -> Setups<'a> {
        let known = Operations::learn(cassettes.iter().flat_map(|c| &c.exchanges));
        let links = |cassette: &Cassette| {
            let mut into: Vec<Vec<Link>> = cassette.exchanges.iter().map(|_| Vec::new()).collect();
            for link in discover(&cassette.exchanges) {
                if let Some(all) = into.get_mut(link.to) {
                    all.push(link);
                }
            }
            into
        };
        let operations = |c: &Cassette| c.exchanges.iter().map(|e| known.of(&e.request)).collect();
        Setups {
            cassettes,
            links: cassettes.iter().map(links).collect(),
            operations: cassettes.iter().map(operations).collect(),
            all: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    pub(super) fn exchange(&self, (cassette, position): (usize, usize)) -> Option<&'a Exchange> {
        self.cassettes.get(cassette)?.exchanges.get(position)
    }

    fn links(&self, (cassette, position): (usize, usize)) -> Vec<Link> {
        self.links.get(cassette).and_then(|all| all.get(position)).cloned().unwrap_or_default()
    }

    fn operation(&self, (cassette, position): (usize, usize)) -> Option<&Operation> {
        self.operations.get(cassette)?.get(position)
    }

    pub(super) fn get(&self, key: Key) -> Option<&Setup> {
        self.all.get(&key)
    }

    /// Whether a setup and all that it needs change nothing.
    pub(super) fn is_safe(&self, key: Key) -> bool {
        self.all.get(&key).is_none_or(|s| s.is_safe() && s.needs.iter().all(|need| self.is_safe(*need)))
    }

    /// Puts the names of kept values into a lesson that varies an exchange; tells what it needs before it.
    pub(super) fn lead(
        &mut self,
        lesson: &mut Lesson,
        of: (usize, usize),
        instance: u32,
        doorway: &mut Doorway,
    ) -> BTreeSet<Key> {
        self.lead_from(lesson, of, instance, doorway, 0)
    }

    fn lead_from(
        &mut self,
        lesson: &mut Lesson,
        of: (usize, usize),
        instance: u32,
        doorway: &mut Doorway,
        depth: usize,
    ) -> BTreeSet<Key> {
        let mut needs = BTreeSet::new();
        if depth >= DEEPEST {
            return needs;
        }
        let recorded = self.exchange(of).map(|e| e.request.target.clone()).unwrap_or_default();
        for link in self.links(of) {
            let parts = link.parts.clone().unwrap_or_default();
            // Whoever put a URL together from ids does so again.
            let ways: Vec<Link> = if parts.is_empty() { vec![link] } else { parts };
            for link in ways {
                if !put(&mut lesson.clone(), &link, "probe", &recorded) {
                    continue;
                }
                let Some((from, place)) = self.best(of.0, &link, instance) else { continue };
                let key = Key { at: (of.0, from), instance };
                if !self.prepare(key, doorway, depth + 1) {
                    continue;
                }
                let name = self.name(key, &place, &link);
                put(lesson, &link, &name, &recorded);
                needs.insert(key);
            }
        }
        needs
    }

    /// The exchange that gives a link's value in a place that plans know: what only reads, and what itself
    /// needs little; for a thing of one's own, what makes it.
    fn best(&self, cassette: usize, link: &Link, instance: u32) -> Option<(usize, String)> {
        let all = std::iter::once((link.from, &link.source))
            .chain(link.others.iter().map(|(at, source)| (*at, source)));
        let fit = |(from, source): (usize, &Source)| {
            let exchange = self.exchange((cassette, from))?;
            let good = exchange.answer.reply().is_some_and(|reply| reply.status < 400);
            let place = place(source).filter(|_| good)?;
            let makes = !matches!(exchange.request.method.as_str(), "GET" | "HEAD");
            let needs = self.links((cassette, from)).len();
            let rank = (if instance > 0 { !makes } else { makes }, needs, from);
            Some((rank, (from, place)))
        };
        let found = all.filter_map(fit).min();
        // Nothing is taken for one's own that was there before.
        found.filter(|((strange, ..), _)| instance == 0 || !strange).map(|(_, found)| found)
    }

    /// Makes the lesson that asks for an exchange again.
    fn prepare(&mut self, key: Key, doorway: &mut Doorway, depth: usize) -> bool {
        if self.all.contains_key(&key) {
            return true;
        }
        let Some(exchange) = self.exchange(key.at) else { return false };
        let mut lesson =
            Lesson::new("ask", exchange.request.method.as_str(), exchange.request.target.as_str());
        lesson.content = content_of(&exchange.request);
        lesson.headers =
            fields(exchange, &lesson.content).into_iter().map(|(name, value)| (name, Some(value))).collect();
        doorway.open(&mut lesson, exchange);
        let needs = self.lead_from(&mut lesson, key.at, key.instance, doorway, depth);
        if !lesson.is_safe() {
            freshen(&mut lesson);
        }
        self.all.insert(key, Setup { lesson, needs });
        true
    }

    /// The name under which a value of a setup is kept.
    fn name(&mut self, key: Key, place: &str, link: &Link) -> String {
        if let Some(known) = self.names.get(&(key, place.to_owned())) {
            return known.clone();
        }
        let base = self.word(key.at, place, link);
        let mut name = base.clone();
        let mut count = 1;
        while self.names.values().any(|known| *known == name) {
            count += 1;
            name = format!("{base}-{count}");
        }
        self.names.insert((key, place.to_owned()), name.clone());
        if let Some(setup) = self.all.get_mut(&key) {
            setup.lesson.keep.push((name.clone(), place.to_owned()));
        }
        name
    }

    /// What to call a value: after the last word of the path that gave it, if it is that thing's id.
    fn word(&self, at: (usize, usize), place: &str, link: &Link) -> String {
        let path = self.exchange(at).map(|e| e.request.path().to_owned()).unwrap_or_default();
        let template = self.operation(at).map(|o| o.template.clone()).unwrap_or(path);
        let last = template.split(' ').next().unwrap_or_default();
        let word =
            last.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{')).unwrap_or("value");
        let plain: String = word
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let one = match plain.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => plain.strip_suffix('s').filter(|stem| !stem.ends_with('s')).unwrap_or(&plain).to_owned(),
        };
        let leaf = place.rsplit(['.', '[']).next().unwrap_or_default().trim_matches(['\'', ']']);
        let id =
            matches!(leaf, "id" | "_id" | "uuid" | "name" | "key" | "location") || link.target.is_in_url();
        let named = one.trim_matches('-');
        let base = if id || leaf.is_empty() { named.to_owned() } else { format!("{named}-{leaf}") };
        let clean: String =
            base.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        if clean.is_empty() { "value".to_owned() } else { clean }
    }

    /// Lessons that delete what the setups made, last made first, where somebody was seen to delete such.
    pub(super) fn cleaning(&mut self, made: &[Key], doorway: &mut Doorway) -> Vec<(Lesson, BTreeSet<Key>)> {
        let mut found = Vec::new();
        let changes = |key: &&Key| key.instance == 0 && self.get(**key).is_some_and(|s| !s.is_safe());
        let made: Vec<Key> = made.iter().rev().filter(changes).copied().collect();
        for key in made {
            let Some((at, link)) = self.deletion(key) else { continue };
            let Some(exchange) = self.exchange(at) else { continue };
            let mut lesson = Lesson::new("ask", "DELETE", exchange.request.target.as_str());
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
                found.push((lesson, needs));
            }
        }
        found
    }

    /// A recorded deletion of what an operation like a setup's had made.
    fn deletion(&self, key: Key) -> Option<((usize, usize), Link)> {
        let operation = self.operation(key.at)?;
        for (cassette, all) in self.links.iter().enumerate() {
            for link in all.iter().flatten().filter(|link| link.target.is_in_url()) {
                let at = (cassette, link.to);
                let deletes = self.exchange(at).is_some_and(|e| {
                    e.request.method == "DELETE" && e.answer.reply().is_some_and(Response::is_success)
                });
                if !deletes {
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
