//! # request-mixed-up
//!
//! Headers of one request stand on another one that was under way at the same time.
//!
//! Group: data
//!
//! ## Why it matters
//!
//! An object that holds the headers of a request is shared by threads: one of them writes the length, the digest
//! or the tenant of its body, the other one sends them. Bodies are cut off, stored without encryption, or filed
//! under somebody else. One thread alone never does it, so no test shows it.
//!
//! ## Fires
//!
//! The encryption of one tenant is missing on its upload, as it should be on the other's:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > content-length: 4
//! > x-encryption: kms
//! >> acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > content-length: 4
//! > x-encryption: none
//! >> bolt
//! < 200 {}
//! + 0.000-0.010 c1 #1
//! + x-encryption: none
//! + 0.001-0.011 c2 #2
//! ```
//!
//! A body that was cut off at the other one's length:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > content-length: 10
//! >> acme, acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > content-length: 4
//! >> bolt
//! < 200 {}
//! + 0.000-0.010 c1 PUT /buckets/acme/a.csv
//! + content-length: 4
//! ++ acme
//! + 0.001-0.011 c2 #2
//! ```
//!
//! An answer from a cassette takes no time: what counts is that both connections were at work, each opened
//! before the request of the other one came. The tenant is named by the target, and by the digest:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > x-tenant: acme
//! > content-md5: rL0Y20zC+Fzt72VPzMSk2A==
//! >> acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > x-tenant: bolt
//! > content-md5: N7UdGUp1E+RbVvb1JL1KGw==
//! >> bolt
//! < 200 {}
//! + 0.000 c1 opened
//! + 0.001 c2 opened
//! + 0.020-0.021 c1 #1
//! + x-tenant: bolt
//! + content-md5: N7UdGUp1E+RbVvb1JL1KGw==
//! + 0.030-0.031 c2 #2
//! ```
//!
//! All of them have the headers of the one that was last, whose tenant none of the targets of the others names:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > x-tenant: acme
//! >> a
//! < 200 {}
//! > PUT /buckets/acme/b.csv
//! > x-tenant: acme
//! >> b
//! < 200 {}
//! > PUT /buckets/bolt/c.csv
//! > x-tenant: bolt
//! >> c
//! < 200 {}
//! + 0.000 c1 opened
//! + 0.001 c2 opened
//! + 0.002 c3 opened
//! + 0.020 c1 #1
//! + x-tenant: bolt
//! + 0.022 c2 #2
//! + x-tenant: bolt
//! + 0.024 c3 #3
//! ```
//!
//! Connections that are kept for long, and used by several at a time; the same target, two bodies:
//!
//! ```
//! > GET /health
//! < 200 {}
//! > POST /payments
//! > x-signature: 5f0c6a9d3b7e41a2
//! >> {"amount":1}
//! < 201 {}
//! > POST /payments
//! > x-signature: 0d1187f0a2c3be52
//! >> {"amount":2}
//! < 201 {}
//! + 0.000 c1 #1
//! + 0.000 c2 #1 again
//! + 9.0000-9.0005 c1 #2
//! + x-signature: 0d1187f0a2c3be52
//! + 9.0010-9.0015 c2 #3
//! ```
//!
//! A body that never came whole, as its length was another one's:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > content-length: 4
//! >> acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > content-length: 10
//! >> bolt, bolt
//! < 200 {}
//! + 0.000-5.000 c1 PUT /buckets/acme/a.csv
//! + content-length: 10
//! ++ acme
//! + 0.001-0.002 c2 #2
//! ```
//!
//! ## Quiet
//!
//! One after the other:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > x-encryption: kms
//! >> acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > x-encryption: none
//! >> bolt
//! < 200 {}
//! + 0.000-0.010 c1 #1
//! + x-encryption: none
//! + 0.020-0.030 c2 #2
//! ```
//!
//! Each with its own, and numbers that are counted in the order of sending:
//!
//! ```
//! > PUT /buckets/acme/a.csv
//! > x-encryption: kms
//! > x-number: 1
//! >> acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > x-encryption: none
//! > x-number: 2
//! >> bolt
//! < 200 {}
//! + 0.000-0.010 c1 #1
//! + x-number: 2
//! + 0.001-0.011 c2 #2
//! + x-number: 1
//! ```
//!
//! A client that sends everything for one tenant now, one thing after another:
//!
//! ```
//! > GET /health
//! < 200 {}
//! > PUT /buckets/acme/a.csv
//! > x-tenant: acme
//! >> acme
//! < 200 {}
//! > PUT /buckets/bolt/b.csv
//! > x-tenant: bolt
//! >> bolt
//! < 200 {}
//! + 0.000 c1 #1
//! + 0.500 c1 #2
//! + x-tenant: bolt
//! + 0.510 c1 #3
//! ```
//!
//! Another version of everything, many at a time:
//!
//! ```
//! > GET /things/1
//! > x-version: v1
//! < 200 {}
//! > GET /things/2
//! > x-version: v1
//! < 200 {}
//! > GET /others/1
//! > x-version: v2
//! < 200 {}
//! + 0.000 c1 opened
//! + 0.001 c2 opened
//! + 0.002 c3 opened
//! + 0.020 c1 #1
//! + x-version: v2
//! + 0.022 c2 #2
//! + x-version: v2
//! + 0.024 c3 #3
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::sent::{Fields, fields_of, together};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("request-mixed-up", include_str!("request_mixed_up.rs")), inspect };

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let together = together(conduct);
    let mine = Mine::of(conduct, &together);
    for (number, call) in conduct.calls.iter().enumerate() {
        let Some(own) = &mine.fields[number] else { continue };
        if !together[number].iter().any(|&other| mine.fields[other].is_some()) {
            continue;
        }
        findings.check();
        let others = together[number].iter().rev().filter_map(|&other| {
            let theirs = mine.fields[other].as_ref()?;
            Some((mixed(own, theirs, &mine)?, other))
        });
        if let Some((names, other)) = others.max_by_key(|(names, _)| names.len()) {
            findings.add(complain(conduct, (call, own), &conduct.calls[other], &names));
            if !own.exact {
                // Its body was cut off: no header alone keeps a request from its answer.
                findings.tell(call.line, usize::MAX);
            }
        }
    }
}

/// The fields in which this request is as the other one should be, and is; none if nothing tells for sure
/// that they are the other one's.
fn mixed(own: &Fields, theirs: &Fields, mine: &Mine) -> Option<Vec<String>> {
    let is_same_body = !own.exact || !theirs.exact || own.recorded_at == theirs.recorded_at;
    if own.target == theirs.target && is_same_body {
        return None;
    }
    let names: BTreeSet<&String> =
        own.recorded.keys().chain(own.sent.keys()).chain(theirs.recorded.keys()).collect();
    let is = |name: &&String| {
        let (sent, recorded) = (own.sent.get(*name), own.recorded.get(*name));
        let other = theirs.recorded.get(*name);
        sent != recorded && sent == other && theirs.sent.get(*name) == other
    };
    let alone = mine.alone.get(own.target.as_str());
    let is_habit = |name: &str| alone.is_some_and(|all| all.contains(name));
    let names: Vec<String> = names.into_iter().filter(is).filter(|name| !is_habit(name)).cloned().collect();
    let is_sure = |name: &String| mine.echoes.contains(name) || !mine.is_changed(name, own);
    names.iter().any(is_sure).then_some(names)
}

/// What is known of each request.
struct Mine {
    /// None where the recorded request is not known for sure.
    fields: Vec<Option<Fields>>,
    /// Fields that are others than recorded where nothing else was under way: that is how this client is.
    alone: HashMap<String, BTreeSet<String>>,
    /// By field and what it was when it was recorded.
    kept: HashMap<(String, Option<String>), Kept>,
    /// Fields that always named something of their request's own target when they were recorded.
    echoes: BTreeSet<String>,
}

/// What became of a field that was recorded with one value.
#[derive(Default)]
struct Kept {
    /// How many requests have it still, of how many.
    right: usize,
    all: usize,
    /// What they have.
    sent: BTreeSet<Option<String>>,
}

impl Mine {
    fn of(conduct: &Conduct<'_>, together: &[Vec<usize>]) -> Mine {
        let mut recorded: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (number, one) in conduct.recorded.iter().enumerate() {
            recorded.entry((&one.request().method, &one.request().target)).or_default().push(number);
        }
        let mut fields: Vec<Option<Fields>> = Vec::with_capacity(conduct.calls.len());
        let mut alone: HashMap<String, BTreeSet<String>> = HashMap::new();
        for (number, call) in conduct.calls.iter().enumerate() {
            let key = (call.served.method.as_str(), call.served.target.as_str());
            let known = recorded.get(&key).map_or(&[][..], Vec::as_slice);
            let own = fields_of(conduct, call, known);
            if let Some(own) = own.as_ref().filter(|_| together[number].is_empty()) {
                let names = own.recorded.keys().chain(own.sent.keys());
                let others = names.filter(|name| own.sent.get(*name) != own.recorded.get(*name));
                alone.entry(own.target.clone()).or_default().extend(others.cloned());
            }
            fields.push(own);
        }
        let known = fields.iter().flatten();
        let names: BTreeSet<String> =
            known.flat_map(|own| own.sent.keys().chain(own.recorded.keys())).cloned().collect();
        let mut kept: HashMap<(String, Option<String>), Kept> = HashMap::new();
        for own in fields.iter().flatten() {
            for name in &names {
                let recorded = own.recorded.get(name);
                let kept = kept.entry((name.clone(), recorded.cloned())).or_default();
                kept.right += usize::from(own.sent.get(name) == recorded);
                kept.all += 1;
                kept.sent.insert(own.sent.get(name).cloned());
            }
        }
        let echoes = names.into_iter().filter(|name| is_echo(name, &fields)).collect();
        Mine { fields, alone, kept, echoes }
    }

    /// Whether this client has another value in its place, always the same one, or one that is counted: none of
    /// its requests has the recorded one any more.
    fn is_changed(&self, name: &String, own: &Fields) -> bool {
        let key = (name.clone(), own.recorded.get(name).cloned());
        let Some(kept) = self.kept.get(&key).filter(|kept| kept.right == 0 && kept.all > 1) else {
            return false;
        };
        let is_counted = |sent: &Option<String>| {
            sent.as_ref().is_none_or(|sent| sent.trim_end().bytes().all(|b| b.is_ascii_digit()))
        };
        kept.sent.len() == 1 || kept.sent.iter().any(is_counted)
    }
}

/// Whether a field stood in the target of every recorded request that has it, with one value or another.
fn is_echo(name: &str, fields: &[Option<Fields>]) -> bool {
    let has = |own: &&Fields| own.recorded.contains_key(name);
    let value = |own: &Fields| own.recorded.get(name).map(|value| value.trim_end().to_owned());
    let is_named = |own: &Fields, value: &str| {
        let mut words = own.target.split(['/', '?', '&', '=', ' ']);
        value.len() >= 3 && words.any(|word| word == value)
    };
    let known = || fields.iter().flatten().filter(has);
    known().all(|own| value(own).is_some_and(|value| is_named(own, &value)))
        && known().map(value).collect::<BTreeSet<_>>().len() > 1
}

fn complain(
    conduct: &Conduct<'_>,
    (call, own): (&Call<'_>, &Fields),
    other: &Call<'_>,
    names: &[String],
) -> Complaint {
    let shown = |fields: &BTreeMap<String, String>| {
        let one = |name: &String| match fields.get(name) {
            Some(value) => format!("{name}: {}", value.trim_end().replace('\n', ", ")),
            None => format!("no {name}"),
        };
        names.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let both = if call.served.at <= other.served.at { [call, other] } else { [other, call] };
    Complaint {
        severity: Severity::Error,
        operation: call.operation.clone(),
        message: format!(
            "{} was sent with {}: that belongs to {} {}, which was under way at the same time",
            own.target,
            shown(&own.sent),
            other.served.method,
            other.served.target,
        ),
        place: format!("header {}", names.join(", ")),
        real: Evidence {
            exchange: Some(own.cite.clone()),
            pointer: format!("request header {}", names[0]),
            excerpt: crate::excerpt::bounded(&shown(&own.recorded)),
            location: None,
        },
        other: crate::conduct::quote(conduct.file, &both),
        hint: Some(
            "give every request an object of its own; share the connections, never the requests".to_owned(),
        ),
    }
}
