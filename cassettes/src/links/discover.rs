//! Finds links by use: a value that an answer gave, that no request had carried before, and that a later
//! request carries. No field is known by its name alone.

use super::{
    fitness::{self, Carrier, Fitness},
    gives::{Give, Gives, Wanted},
    link::{Link, Source, SourcePlace, Target},
    naming, uses,
    uses::{Class, Use},
};
use crate::{json::Step, model::Exchange};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

/// So many other places of the same value are remembered.
const OTHERS: usize = 3;

/// Every link, ordered by the request that carries it, the request target's before the others.
pub fn discover(exchanges: &[Exchange]) -> Vec<Link> {
    among(&exchanges.iter().collect::<Vec<_>>())
}

/// The same for exchanges that are not side by side.
pub(crate) fn among(exchanges: &[&Exchange]) -> Vec<Link> {
    let mut search = Search::over(exchanges);
    for (number, exchange) in exchanges.iter().enumerate() {
        search.explain(number);
        search.wanted.note(number, exchange);
    }
    search.links
}

/// What one request carries.
struct Carried {
    method: String,
    whole: Option<String>,
    path: String,
    uses: Vec<Use>,
}

/// Who had a value first. What the client had before any answer gave it is its own, and no link.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Client,
    Answer,
}

struct Search {
    carried: Vec<Carried>,
    wanted: Wanted,
    owners: HashMap<(String, Class), Owner>,
    links: Vec<Link>,
    /// Per exchange, whether its answer was a redirect.
    redirects: Vec<bool>,
}

impl Search {
    fn over(exchanges: &[&Exchange]) -> Self {
        let mut wanted = Wanted::default();
        let mut carried = Vec::new();
        for exchange in exchanges {
            let (whole, path) = uses::urls(&exchange.request);
            let uses = uses::of(&exchange.request);
            for found in &uses {
                wanted.values.entry(found.value.clone()).or_default();
            }
            wanted.targets.entry(whole.clone().unwrap_or_else(|| path.clone())).or_default();
            wanted.paths.entry(path.clone()).or_default();
            if whole.is_some() {
                wanted.targets.entry(path.clone()).or_default();
            }
            carried.push(Carried { method: exchange.request.method.clone(), whole, path, uses });
        }
        let redirect = |e: &&Exchange| e.answer.head().is_some_and(|r| (300..400).contains(&r.status));
        let redirects = exchanges.iter().map(redirect).collect();
        Search { carried, wanted, owners: HashMap::new(), links: Vec::new(), redirects }
    }

    /// Finds what gave each value of a request.
    fn explain(&mut self, to: usize) {
        let mut claims: Vec<((String, Class), bool)> = Vec::new();
        let mut found: Vec<Link> = Vec::new();
        let mut parts: Vec<Link> = Vec::new();
        let Carried { method, whole, path, uses } = &self.carried[to];
        let carrier = Carrier { method, path };

        let whole_target = whole.as_ref().unwrap_or(path);
        let is_given = |target: &str| {
            self.owners.get(&(format!("url {target}"), Class::Segment)) != Some(&Owner::Client)
        };
        let by_url = |gives: Option<&Gives>, target: &str, name: Target| {
            let gives = gives.filter(|_| is_given(target))?;
            self.best(gives, to, name, target, |give| {
                let answered = &self.carried[give.from];
                // What the request had asked for, the answer only repeats.
                let echo = answered.path == target || answered.whole.as_deref() == Some(target);
                if echo { None } else { fitness::of_url(target, &carrier, give, &answered.path) }
            })
        };
        let followed = by_url(self.wanted.targets.get(whole_target), whole_target, Target::Whole);
        let mut followed_path = None;
        if whole.is_some() && followed.is_none() {
            followed_path = by_url(self.wanted.targets.get(path), path, Target::Path)
                .or_else(|| by_url(self.wanted.paths.get(path), path, Target::Path));
        }
        claims.push(((format!("url {whole_target}"), Class::Segment), followed.is_some()));
        if whole.is_some() {
            claims.push((
                (format!("url {path}"), Class::Segment),
                followed.is_some() || followed_path.is_some(),
            ));
        }

        for one in uses {
            let owner = one.thing(path);
            let in_followed = match one.target {
                Target::Segment(_) | Target::Segments(..) => followed.is_some() || followed_path.is_some(),
                Target::Query(..) => followed.is_some(),
                _ => false,
            };
            let link = if self.owners.get(&owner) == Some(&Owner::Client) {
                None
            } else {
                self.wanted.values.get(&one.value).and_then(|gives| {
                    let fit = |give: &Give| {
                        let answered = &self.carried[give.from];
                        let same = |u: &Use| u.value == one.value && u.thing(&answered.path) == owner;
                        let echo = answered.uses.iter().any(same);
                        let asked = Carrier { method: &answered.method, path: &answered.path };
                        if echo { None } else { fitness::of_value(one, &carrier, give, &asked) }
                    };
                    self.best(gives, to, one.target.clone(), &one.value, fit)
                })
            };
            claims.push((owner, in_followed || link.is_some()));
            (if in_followed { &mut parts } else { &mut found }).extend(link);
        }
        keep_longest(&mut parts);
        if let Some(mut url) = followed.or(followed_path) {
            url.parts = (!self.had_to_be_given(&url)).then_some(parts);
            found.push(url);
        }
        // One request may carry a value twice: what explains one place explains both.
        claims.sort_by_key(|(_, given)| !given);
        for (owner, given) in claims {
            self.owners.entry(owner).or_insert(if given { Owner::Answer } else { Owner::Client });
        }
        keep_longest(&mut found);
        found.sort_by(|a, b| a.target.cmp(&b.target).then_with(|| b.value.len().cmp(&a.value.len())));
        self.links.extend(found);
    }

    /// Whether the client cannot have put the URL together by itself: it was sent there, or to the next page.
    fn had_to_be_given(&self, url: &Link) -> bool {
        let sent = match &url.source.place {
            SourcePlace::Link(_) => true,
            SourcePlace::Header(..) => self.redirects[url.from],
            _ => false,
        };
        sent || (url.target == Target::Whole && url.value.contains('?'))
    }

    /// The link to the answer that explains the value best, with the next best as its others.
    fn best(
        &self,
        gives: &Gives,
        to: usize,
        target: Target,
        value: &str,
        fit: impl Fn(&Give) -> Option<Fitness>,
    ) -> Option<Link> {
        let mut fitting: Vec<(Fitness, &Give)> =
            gives.iter().filter_map(|give| fit(give).map(|fitness| (fitness, give))).collect();
        fitting.sort_by_key(|(fitness, _)| Reverse(*fitness));
        let mut sources = fitting.into_iter().map(|(_, give)| (give.from, source(give, &target)));
        let (from, source) = sources.next()?;
        let others = sources.take(OTHERS).collect();
        Some(Link { from, source, to, target, value: value.to_owned(), others, parts: None })
    }
}

/// A single item is the first one and the last one; it counts as the last where a cursor carries it.
fn source(give: &Give, target: &Target) -> Source {
    let mut source = give.source.clone();
    let name = match target {
        Target::Query(name, _) | Target::Form(name, _) => name.as_str(),
        Target::Json(pointer) => pointer.name().unwrap_or_default(),
        _ => "",
    };
    if let SourcePlace::Json(pointer, last @ true) = &mut source.place {
        let index = pointer.0.iter().rev().find(|step| matches!(step, Step::Index(_)));
        *last = index != Some(&Step::Index(0)) || naming::is_cursor(&naming::words(name));
    }
    source
}

/// Where a whole text is linked, the words in it are not linked again.
fn keep_longest(found: &mut Vec<Link>) {
    let longest: Vec<(Target, String)> =
        found.iter().map(|link| (link.target.clone(), link.value.clone())).collect();
    let mut seen = BTreeSet::new();
    found.retain(|link| {
        let within = longest
            .iter()
            .any(|(t, v)| covers(t, &link.target) && v.len() > link.value.len() && v.contains(&link.value));
        !within && seen.insert((link.target.clone(), link.value.clone()))
    });
}

/// Whether a place is the other one, or several path segments with the other among them.
fn covers(place: &Target, other: &Target) -> bool {
    let range = |target: &Target| match target {
        Target::Segment(at) => Some((*at, *at)),
        Target::Segments(from, to) => Some((*from, *to)),
        _ => None,
    };
    match (range(place), range(other)) {
        (Some((from, to)), Some((first, last))) => from <= first && last <= to,
        _ => place == other,
    }
}

#[cfg(test)]
#[path = "discover_tests.rs"]
mod tests;
