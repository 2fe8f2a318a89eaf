//! What must be there before a lesson: the requests whose answers give the values that it carries.

use super::doorway::Doorway;
use super::effect::{Effect, effect};
use super::fields::fields;
use super::fresh::freshen;
use super::led::{call, json_path, place, put};
use super::leftovers::Leftover;
use super::named::{echo, form_of, is_put_anew, last, rename};
use crate::lacking::content_of;
use cassettes::json::Json;
use cassettes::links::{Link, Source, discover};
use cassettes::model::{Cassette, Exchange, Response};
use cassettes::operation::{Operation, Operations};
use cassettes::plan::{Content, Lesson, Place};
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

/// Says what is kept under a name where the answer does not give it.
pub(super) fn otherwise(lesson: &mut Lesson, name: &str, value: Json) {
    let member = (name.to_owned(), value);
    match lesson.settings.iter_mut().find(|(own, _)| own == "else") {
        Some((_, Json::Object(members))) => members.push(member),
        _ => lesson.settings.push(("else".to_owned(), Json::Object(vec![member]))),
    }
}

/// Everything that lessons need before them.
pub(super) struct Setups<'a> {
    pub(super) cassettes: &'a [Cassette],
    pub(super) links: Vec<Vec<Vec<Link>>>,
    operations: Vec<Vec<Operation>>,
    all: BTreeMap<Key, Setup>,
    pub(super) names: BTreeMap<(Key, String), String>,
    /// The operations of which something is left out: it would reach for what the plan has not made.
    pub(super) left_out: BTreeSet<String>,
    /// What lessons may make in passing.
    pub(super) leftovers: Vec<Leftover>,
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
            left_out: BTreeSet::new(),
            leftovers: Vec::new(),
        }
    }

    pub(super) fn exchange(&self, (cassette, position): (usize, usize)) -> Option<&'a Exchange> {
        self.cassettes.get(cassette)?.exchanges.get(position)
    }

    pub(super) fn links(&self, (cassette, position): (usize, usize)) -> Vec<Link> {
        self.links.get(cassette).and_then(|all| all.get(position)).cloned().unwrap_or_default()
    }

    pub(super) fn operation(&self, (cassette, position): (usize, usize)) -> Option<&Operation> {
        self.operations.get(cassette)?.get(position)
    }

    pub(super) fn get(&self, key: Key) -> Option<&Setup> {
        self.all.get(&key)
    }

    /// What an exchange did to the real side.
    pub(super) fn effect(&self, at: (usize, usize)) -> Effect {
        let before = self.cassettes.get(at.0).and_then(|c| c.exchanges.get(..at.1)).unwrap_or_default();
        match (self.exchange(at), self.operation(at)) {
            (Some(exchange), Some(operation)) => effect(exchange, before, operation),
            _ => Effect::Changes,
        }
    }

    /// Whether an exchange put something new under a name of the client's own.
    pub(super) fn is_put_anew(&self, at: (usize, usize)) -> bool {
        let template = self.operation(at).map(|o| o.template.as_str()).unwrap_or_default();
        self.cassettes.get(at.0).is_some_and(|c| is_put_anew(&c.exchanges, at.1, template))
    }

    /// Whether a setup and all that it needs change nothing.
    pub(super) fn is_safe(&self, key: Key) -> bool {
        self.all.get(&key).is_none_or(|s| {
            (s.is_safe() || self.gives(key)) && s.needs.iter().all(|need| self.is_safe(*need))
        })
    }

    /// Puts the names of kept values into a lesson that varies an exchange; tells what it needs before it.
    pub(super) fn lead(
        &mut self,
        lesson: &mut Lesson,
        of: (usize, usize),
        instance: u32,
        doorway: &mut Doorway,
    ) -> BTreeSet<Key> {
        let mut needs = self.lead_from(lesson, of, instance, doorway, 0);
        self.put_there(lesson, of, instance, doorway, &mut needs);
        needs
    }

    /// What was there only once somebody had put it there, under a name of their own, is put there first.
    fn put_there(
        &mut self,
        lesson: &mut Lesson,
        of: (usize, usize),
        instance: u32,
        doorway: &mut Doorway,
        needs: &mut BTreeSet<Key>,
    ) {
        let Some(cassette) = self.cassettes.get(of.0) else { return };
        let exchanges = &cassette.exchanges;
        let path = lesson.target.split('?').next().unwrap_or_default().to_owned();
        let is_below = |whole: &str| {
            path.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        };
        let names = |whole: &str| match &lesson.content {
            Content::Json(json) => json.members().iter().any(|(_, v)| v.as_str() == Some(last(whole))),
            Content::Form(pairs) => pairs.iter().any(|(_, value)| value == last(whole)),
            Content::Nothing | Content::Text(_) => false,
        };
        let first = |at: usize, whole: &str| !exchanges[..at].iter().any(|e| e.request.path() == whole);
        let good = |e: &Exchange| e.answer.reply().is_some_and(Response::is_success);
        let puts = |e: &Exchange| e.request.method == "PUT" && good(e);
        let put = exchanges.iter().take(of.1 + 1).enumerate().filter(|(at, e)| {
            let whole = || e.request.path();
            puts(e) && (is_below(whole()) || names(whole())) && first(*at, whole())
        });
        for (at, made) in put.map(|(at, e)| (at, e.request.path())).collect::<Vec<_>>() {
            let key = Key { at: (of.0, at), instance };
            if self.is_put_anew(key.at) && self.prepare(key, doorway, 1) {
                let with = self.put_name(key);
                call(lesson, made, &with);
                needs.insert(key);
            }
        }
    }

    /// What stands for the name under which something was put: as the answer says it, or as the plan made it up.
    pub(super) fn put_name(&mut self, key: Key) -> String {
        let exchange = self.exchange(key.at);
        let base = self.word(key.at, "id", None);
        match exchange.and_then(echo) {
            Some(place) => format!("{{{{{}}}}}", self.named(key, &json_path(&place), &base)),
            None => {
                let form = exchange.map(|e| form_of(last(e.request.path()))).unwrap_or_default();
                format!("{{{{{}}}}}{form}", self.named(key, "new.name", &base))
            }
        }
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
                // What was there before is there for all.
                let own = self.best(of.0, &link, instance).map(|found| (found, instance));
                let there = || Some((self.best(of.0, &link, 0)?, 0));
                let Some(((from, place), instance)) = own.or_else(there) else { continue };
                let key = Key { at: (of.0, from), instance };
                let key = if self.gives(key) { Key { instance: 0, ..key } } else { key };
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
    pub(super) fn best(&self, cassette: usize, link: &Link, instance: u32) -> Option<(usize, String)> {
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
    pub(super) fn prepare(&mut self, key: Key, doorway: &mut Doorway, depth: usize) -> bool {
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
        if !lesson.is_safe() && self.effect(key.at) != Effect::Reads {
            freshen(&mut lesson, exchange, false);
            if self.is_put_anew(key.at) {
                rename(&mut lesson, exchange.request.path());
            }
        }
        self.all.insert(key, Setup { lesson, needs });
        true
    }

    /// The name under which a value of a setup is kept.
    pub(super) fn name(&mut self, key: Key, place: &str, link: &Link) -> String {
        let base = self.word(key.at, place, Some(link));
        self.named(key, place, &base)
    }

    pub(super) fn named(&mut self, key: Key, place: &str, base: &str) -> String {
        if let Some(known) = self.names.get(&(key, place.to_owned())) {
            return known.clone();
        }
        let mut name = base.to_owned();
        let mut count = 1;
        while self.names.values().any(|known| *known == name) {
            count += 1;
            name = format!("{base}-{count}");
        }
        self.names.insert((key, place.to_owned()), name.clone());
        if let Some(setup) = self.all.get_mut(&key) {
            setup.lesson.keep.push((name.clone(), place.to_owned()));
        }
        self.stand_in(key, &name, place);
        name
    }

    /// What serves where a setup gives no value: the recorded one. A story is told of a thing of its own, or not.
    fn stand_in(&mut self, key: Key, name: &str, place: &str) {
        let Some(exchange) = self.exchange(key.at).filter(|_| key.instance == 0) else { return };
        // Nothing serves in the place of what could not be made, or of somebody's credential.
        if self.effect(key.at) != Effect::Reads || self.gives(key) {
            return;
        }
        let reply = exchange.answer.reply();
        let value = reply.and_then(|reply| Place::parse(place).ok()?.find(reply));
        // What was taken out of the cassette is nobody's.
        let kept = |value: &Json| {
            let text = value.scalar_text().unwrap_or_default();
            !text.is_empty()
                && !text.contains("{{")
                && !exchange.redactions.iter().any(|r| r.place.0.starts_with("response"))
        };
        if let (Some(value), Some(setup)) = (value.filter(kept), self.all.get_mut(&key)) {
            otherwise(&mut setup.lesson, name, value);
        }
    }

    /// What to call a value: after the last word of the path that gave it, if it is that thing's id.
    fn word(&self, at: (usize, usize), place: &str, link: Option<&Link>) -> String {
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
        // A token is called what it is.
        if leaf.to_ascii_lowercase().ends_with("token") {
            return leaf.to_ascii_lowercase().replace('_', "-");
        }
        let id = matches!(leaf, "id" | "_id" | "uuid" | "name" | "key" | "location")
            || link.is_some_and(|link| link.target.is_in_url());
        let named = one.trim_matches('-');
        let base = if id || leaf.is_empty() { named.to_owned() } else { format!("{named}-{leaf}") };
        let clean: String =
            base.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        if clean.is_empty() { "value".to_owned() } else { clean }
    }
}
