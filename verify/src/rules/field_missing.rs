//! # field-missing
//!
//! A member that every recorded answer has is not in the mock's.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! Code that reads the member is never run by the tests, or is written around its absence. In production it
//! is there, with whatever it makes the code do.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1","email":"a@b.test","livemode":false}
//! ~ 200 {"id":"cus_9","email":"x@y.test"}
//! ```
//!
//! In the items of a list:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[{"id":"a","price":{"amount":1,"currency":"eur"}},{"id":"b","price":{"amount":2,"currency":"usd"}}]}
//! ~ 200 {"data":[{"id":"m","price":{"amount":5}}]}
//! ```
//!
//! What only things of one type have:
//!
//! ```
//! > GET /v1/pets
//! < 200 [{"kind":"cat","indoor":true},{"kind":"fish","tank":5},{"kind":"fish","tank":9}]
//! ~ 200 [{"kind":"cat","indoor":true},{"kind":"fish"},{"kind":"fish"}]
//! ```
//!
//! What is left of a deleted thing has less, which says nothing of those that live:
//!
//! ```
//! > GET /v1/customers/a
//! < 200 {"id":"a","object":"customer","name":"x"}
//! ~ 200 {"id":"m","object":"customer"}
//! > GET /v1/customers/b
//! < 200 {"id":"b","object":"customer","deleted":true}
//! ~ 200 {"id":"n","object":"customer","deleted":true}
//! ```
//!
//! What many have, and none of as many:
//!
//! ```
//! > GET /v1/jobs
//! < 200 [{"id":1,"until":9},{"id":2},{"id":3,"until":8},{"id":4},{"id":5,"until":7},{"id":6}]
//! ~ 200 [{"id":7},{"id":8},{"id":9},{"id":10},{"id":11},{"id":12}]
//! ```
//!
//! All that there was:
//!
//! ```
//! > GET /v1/clock
//! < 200 {"now":"2026-01-02T03:04:05Z"}
//! ~ 200 {}
//! ```
//!
//! ## Quiet
//!
//! Another answer about such things shows that it may be absent:
//!
//! ```
//! > GET /v1/things
//! < 200 [{"id":"a","name":"x"},{"id":"b","name":"y","note":"z"}]
//! ~ 200 [{"id":"m","name":"x"},{"id":"n","name":"y","note":"z"}]
//! > POST /v1/things
//! < 201 {"id":"c","name":"u","note":"v"}
//! ~ 201 {"id":"o","name":"u"}
//! ```
//!
//! What some have, and none of a few:
//!
//! ```
//! > GET /v1/jobs
//! < 200 [{"id":1,"until":9},{"id":2},{"id":3,"until":8},{"id":4},{"id":5,"until":7},{"id":6}]
//! ~ 200 [{"id":7},{"id":8},{"id":9}]
//! ```
//!
//! Optional on the real side, absent on the mock:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[{"id":"a","note":"x"},{"id":"b"}]}
//! ~ 200 {"data":[{"id":"m","note":"z"},{"id":"n"}]}
//! > GET /v1/things?owner=z
//! < 200 {"data":[]}
//! ~ 200 {"data":[]}
//! ```
//!
//! Names that are data:
//!
//! ```
//! > GET /v1/balances
//! < 200 {"accounts":{"acct_1027391":{"cents":5},"acct_9920183":{"cents":7}}}
//! ~ 200 {"accounts":{"acct_5550001":{"cents":1}}}
//! ```
//!
//! No items to look into:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[{"id":"a"}]}
//! ~ 200 {"data":[]}
//! ```

use super::Rule;
use super::variant_missing::both_sides;
use crate::excerpt;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Group, Presence, expected, kin};
use cassettes::json::Pointer;
use cassettes::meta::Meta;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("field-missing", include_str!("field_missing.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for place in group.real.nodes.keys() {
            field(run.shapes(), group, place, findings);
        }
    }
    of_variants(run, findings);
}

/// What every thing of one type has, though things of other types have not.
fn of_variants(run: &Run<'_>, findings: &mut Findings) {
    for (operation, real, other) in both_sides(run) {
        for ((at, tag), types) in real.iter().filter(|(_, types)| types.len() > 1) {
            for (name, variant) in types.iter().filter(|(_, variant)| variant.count > 1) {
                let Some(said) = other.get(&(at.clone(), *tag)).and_then(|types| types.get(name)) else {
                    continue;
                };
                findings.check();
                let optional = |member: &&String| types.values().any(|v| !v.members.contains_key(*member));
                let always = variant.members.iter().filter(|(_, count)| **count == variant.count);
                let lost = always.map(|(member, _)| member).filter(optional);
                let lost = lost.filter(|member| !said.members.contains_key(*member)).min();
                let (Some(member), Some(shown), Some(lacking)) = (lost, &variant.first, &said.first) else {
                    continue;
                };
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: operation.clone(),
                    message: format!(
                        "every recorded thing of {tag} `{name}` at `{at}` has `{member}` ({} seen), none of the mock's has",
                        variant.count
                    ),
                    place: format!("{at} {name} {member}"),
                    real: shown.clone(),
                    other: lacking.clone(),
                    hint: Some(format!("add `{member}` to the mock's things of {tag} `{name}`")),
                });
            }
        }
    }
}

/// What chance explains no more often than this is none.
const BY_CHANCE: f64 = 0.05;

const NEVER: &str = "is never in the mock's";

/// What many things have, and none of the mock's many has.
fn sometimes(groups: &[Group], group: &Group, place: &Pointer, findings: &mut Findings) {
    let parent = Pointer(place.0[..place.0.len() - 1].to_vec());
    if group.other.presence(place) != Some(Presence::Never) {
        return;
    }
    findings.check();
    let node = &group.real.nodes[place];
    let (with, of) = (node.within.len() as u32, group.real.things(&parent));
    let things = group.other.things(&parent);
    let without = 1.0 - f64::from(with) / f64::from(of.max(1));
    let chance = without.max(0.0).powf(f64::from(things));
    if with < 3 || !expected(with, of, things) || chance > BY_CHANCE {
        return;
    }
    // A mock that has it elsewhere knows of it.
    let elsewhere = kin(groups, group, place, |g| &g.other);
    let (Some((_, sample)), Some(lacking)) = (node.kinds.values().next(), group.other.object(&parent)) else {
        return;
    };
    if !elsewhere.is_empty() {
        return;
    }
    let mut other = lacking.clone();
    other.excerpt = excerpt::bounded(&format!("absent from {}", other.excerpt));
    findings.add(Complaint {
        severity: Severity::Warning,
        operation: group.operation.clone(),
        message: format!("`{place}` is in {with} of {of} recorded things and in none of the mock's {things}"),
        place: place.to_string(),
        real: sample.evidence.clone(),
        other,
        hint: Some(format!("give some of the mock's things `{place}`")),
    });
}

fn field(groups: &[Group], group: &Group, place: &Pointer, findings: &mut Findings) {
    match group.real.presence(place) {
        Some(Presence::Always) => {}
        Some(Presence::Sometimes(_)) => return sometimes(groups, group, place, findings),
        _ => return,
    }
    let parent = Pointer(place.0[..place.0.len() - 1].to_vec());
    let Some(presence) = group.other.presence(place) else { return };
    findings.check();
    let real = &group.real.nodes[place];
    let nullable = real.kinds.contains_key("null");
    let times = match presence {
        Presence::Always => return,
        Presence::Never => NEVER,
        // Null there and absent here is a confusion of its own.
        Presence::Sometimes(_) if nullable => return,
        Presence::Sometimes(_) => "is in only some of the mock's",
    };
    // Another answer showed that such things may lack it.
    let elsewhere = kin(groups, group, place, |g| &g.real);
    let count = i32::try_from(real.within.len()).unwrap_or(i32::MAX);
    let by_chance = |presence: &Option<Presence>| match presence {
        Some(Presence::Sometimes(rate)) => times != NEVER || rate.powi(count) > BY_CHANCE,
        _ => false,
    };
    if elsewhere.iter().any(|(_, presence)| by_chance(presence)) {
        return;
    }
    let (Some((_, sample)), Some(lacking)) = (real.kinds.values().next(), group.other.object(&parent)) else {
        return;
    };
    let mut other = lacking.clone();
    other.excerpt = excerpt::bounded(&format!("absent from {}", other.excerpt));
    findings.add(Complaint {
        severity: Severity::Error,
        operation: group.operation.clone(),
        message: format!("`{place}` is in every recorded answer ({} seen) and {times}", real.present),
        place: place.to_string(),
        real: sample.evidence.clone(),
        other,
        hint: Some(format!("add `{place}` to the mock's answer")),
    });
}
