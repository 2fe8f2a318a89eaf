//! What operators know of a vendor: what it and an honest mock of it answered to the script.

use crate::kit::client::Client;
use crate::kit::service::{Told, What};
use crate::kit::stage::{Cast, Change};
use crate::kit::world::{ASKED, Place, World};
use crate::vendors::Vendor;
use cassettes::json::{Json, Pointer};
use cassettes::model::{Answer, Request};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The seed of the mock that mutants are made of.
pub(crate) const MOCK: u64 = 42;

/// One fake with one change.
#[derive(Clone)]
pub(crate) struct Mutant {
    /// The operator.
    pub(crate) operator: String,
    /// Where it was applied.
    pub(crate) at: String,
    /// The rules of which one must name it.
    pub(crate) rules: Vec<&'static str>,
    pub(crate) cast: Cast,
}

/// What operators know of a vendor.
pub(crate) struct Survey {
    pub(crate) vendor: &'static Vendor,
    /// The real side's answers, by session.
    pub(crate) real: Vec<Vec<(Request, Told)>>,
    /// An honest mock's.
    pub(crate) mock: Vec<Vec<(Request, Told)>>,
    /// Where the mock could have lied from within.
    pub(crate) places: BTreeSet<Place>,
}

/// The mock that mutants are made of.
pub(crate) fn mock_of(vendor: &Vendor) -> Cast {
    Cast { world: World::new(MOCK, ASKED), ..Cast::real(vendor.make) }
}

/// What a cast answers to the vendor's script.
pub(crate) fn act(vendor: &Vendor, cast: &Cast) -> Vec<Vec<(Request, Told)>> {
    let session = |script: &fn(&mut Client)| {
        let mut client = Client::new(cast.stage());
        script(&mut client);
        client.into_asked()
    };
    vendor.sessions.iter().map(session).collect()
}

impl Survey {
    pub(crate) fn of(vendor: &'static Vendor) -> Self {
        let cast = mock_of(vendor);
        let mock = act(vendor, &cast);
        Survey { vendor, real: act(vendor, &Cast::real(vendor.make)), mock, places: cast.world.consulted() }
    }

    /// Every answer of the honest mock.
    pub(crate) fn told(&self) -> impl Iterator<Item = &Told> {
        self.mock.iter().flatten().map(|(_, told)| told)
    }

    /// Every answer of the real side.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = &Told> {
        self.real.iter().flatten().map(|(_, told)| told)
    }

    /// The kinds of answers that both sides gave.
    pub(crate) fn kinds(&self) -> BTreeSet<(&'static str, What)> {
        let real: BTreeSet<_> = self.recorded().map(|t| (t.route, t.what)).collect();
        self.told().map(|t| (t.route, t.what)).filter(|kind| real.contains(kind)).collect()
    }

    /// The mock's last answer of that kind.
    pub(crate) fn sample(&self, route: &str, what: What) -> Option<&Told> {
        self.told().filter(|t| t.route == route && t.what == what).last()
    }

    /// The mock's last answer of a route with something in it.
    pub(crate) fn content(&self, route: &str) -> Option<&Told> {
        self.told().filter(|t| t.route == route && t.what.is_content()).last()
    }

    /// Every method and path that was asked.
    pub(crate) fn stubs(&self) -> Vec<(String, String)> {
        let asked = self.mock.iter().flatten().map(|(r, _)| (r.method.clone(), r.path().to_owned()));
        asked.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The routes that answered with documents, with every real and every fake document of theirs.
    pub(crate) fn documents(&self) -> BTreeMap<&'static str, (Vec<Json>, Vec<Json>)> {
        let mut all: BTreeMap<&'static str, (Vec<Json>, Vec<Json>)> = BTreeMap::new();
        for told in self.recorded().filter(|t| t.what.is_content()) {
            all.entry(told.route).or_default().0.push(told.document());
        }
        for told in self.told().filter(|t| t.what.is_content()) {
            all.entry(told.route).or_default().1.push(told.document());
        }
        all.retain(|_, (real, mock)| {
            real.iter().chain(mock.iter()).all(|d| matches!(d, Json::Object(_) | Json::Array(_)))
                && !real.is_empty()
                && !mock.is_empty()
        });
        all
    }

    /// A mutant that changes answers from outside.
    pub(crate) fn outside(
        &self,
        operator: &str,
        at: String,
        rules: &[&'static str],
        change: impl Fn(&Request, Told) -> Told + Send + Sync + 'static,
    ) -> Mutant {
        let change: Change = Arc::new(change);
        let cast = Cast { change: Some(change), ..mock_of(self.vendor) };
        Mutant { operator: operator.to_owned(), at, rules: rules.to_vec(), cast }
    }

    /// A mutant that answers something else to one kind of question.
    pub(crate) fn instead(
        &self,
        operator: &str,
        (route, what): (&'static str, What),
        rules: &[&'static str],
        answer: impl Fn(Told) -> Told + Send + Sync + 'static,
    ) -> Mutant {
        self.outside(operator, format!("{route} {what:?}"), rules, move |_, told| {
            if told.route == route && told.what == what { answer(told) } else { told }
        })
    }

    /// A mutant that changes the documents of a route's successes.
    pub(crate) fn redraw(
        &self,
        operator: &str,
        (route, at): (&'static str, &Pointer),
        rules: &[&'static str],
        change: impl Fn(&mut Json) + Send + Sync + 'static,
    ) -> Mutant {
        self.outside(operator, format!("{route} {at}"), rules, move |_, mut told| {
            if told.route == route && told.what.is_content() {
                let mut document = told.document();
                change(&mut document);
                told.redraw(&document);
            }
            told
        })
    }

    /// A mutant that changes every object of every success.
    pub(crate) fn everywhere(
        &self,
        operator: &str,
        (route, at): (&'static str, &Pointer),
        rules: &[&'static str],
        change: impl Fn(&mut Json) + Send + Sync + 'static,
    ) -> Mutant {
        self.outside(operator, format!("{route} {at}"), rules, move |_, mut told| {
            if told.what.is_content() && matches!(told.document(), Json::Object(_) | Json::Array(_)) {
                let mut document = told.document();
                each_object(&mut document, &change);
                told.redraw(&document);
            }
            told
        })
    }

    /// Whether anything of what it answers to the script is not what the honest mock answers.
    pub(crate) fn differs(&self, mutant: &Mutant) -> bool {
        let seen = |all: Vec<Vec<(Request, Told)>>| -> Vec<(Answer, u64)> {
            all.into_iter().flatten().map(|(_, told)| (told.answer, told.millis)).collect()
        };
        !mutant.cast.stubs.is_empty() || seen(act(self.vendor, &mutant.cast)) != seen(self.mock.clone())
    }
}

fn each_object(json: &mut Json, change: &dyn Fn(&mut Json)) {
    if matches!(json, Json::Object(_)) {
        change(json);
    }
    match json {
        Json::Object(members) => members.iter_mut().for_each(|(_, value)| each_object(value, change)),
        Json::Array(items) => items.iter_mut().for_each(|item| each_object(item, change)),
        _ => {}
    }
}

/// A reply with this status and document.
pub(crate) fn say(told: &Told, status: u16, document: Option<&Json>) -> Told {
    let fresh = Told { millis: told.millis, ..Told::new(told.route, told.what, status) };
    match document {
        Some(document) => fresh.json(document),
        None => fresh,
    }
}

/// The reply with other headers.
pub(crate) fn headers(mut told: Told, change: impl Fn(&mut cassettes::model::Headers)) -> Told {
    if let Answer::Reply(reply) = &mut told.answer {
        change(&mut reply.headers);
    }
    told
}
