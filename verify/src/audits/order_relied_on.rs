//! # order-relied-on
//!
//! What the client sends follows an order that the real side does not keep.
//!
//! Group: data
//!
//! ## Why it matters
//!
//! An order that nobody promised holds for years, and then a runtime, a database or a hash function changes. A
//! signature over members in the order in which they came no longer verifies; the first item is no longer the
//! one that was meant. `replay --shuffle SEED` serves the orders that the cassettes show to be possible.
//!
//! ## Fires
//!
//! A list, sent on in the order in which it came; the recorded client had sorted it:
//!
//! ```
//! > GET /v1/tags
//! < 200 {"tags":["b","c","a"]}
//! > PUT /v1/labels
//! >> {"labels":["a","b","c"]}
//! < 200 {}
//! > GET /v1/tags
//! < 200 {"tags":["c","a","b"]}
//! > PUT /v1/labels
//! >> {"labels":["a","b","c"]}
//! < 200 {}
//! + 0.0 c1 #1
//! + 0.1 c1 PUT /v1/labels
//! ++ {"labels":["b","c","a"]}
//! ```
//!
//! A signature that is another one whenever the order is; when it was recorded it was not:
//!
//! ```
//! > GET /v1/checkouts/co_1
//! < 200 {"amount":"100","currency":"USD","nonce":"abc"}
//! > POST /v1/confirmations
//! >> {"signature":"5f0c6a9d3b7e41a2"}
//! < 200 {}
//! > GET /v1/checkouts/co_1
//! < 200 {"nonce":"abc","amount":"100","currency":"USD"}
//! > POST /v1/confirmations
//! >> {"signature":"5f0c6a9d3b7e41a2"}
//! < 200 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/confirmations
//! ++ {"signature":"0d1187f0a2c3be52"}
//! + 0.2 c1 #3
//! + 0.3 c1 POST /v1/confirmations
//! ++ {"signature":"91c2d07e4455aa10"}
//! ```
//!
//! The first of a list, taken for the one that is meant; the recorded client took it by its name:
//!
//! ```
//! > GET /v1/tags
//! < 200 {"tags":["b","a","c"]}
//! > GET /v1/tags/a
//! < 200 {"tag":"a"}
//! > GET /v1/tags
//! < 200 {"tags":["c","b","a"]}
//! > GET /v1/tags/a
//! < 200 {"tag":"a"}
//! + 0.0 c1 #1
//! + 0.1 c1 GET /v1/tags/b
//! + 0.2 c1 #3
//! + 0.3 c1 GET /v1/tags/c
//! ```
//!
//! ## Quiet
//!
//! A client that wants all of them:
//!
//! ```
//! > GET /v1/tags
//! < 200 {"tags":["b","a"]}
//! > GET /v1/tags/a
//! < 200 {"tag":"a"}
//! > GET /v1/tags
//! < 200 {"tags":["a","b"]}
//! > GET /v1/tags/a
//! < 200 {"tag":"a"}
//! > GET /v1/tags/b
//! < 200 {"tag":"b"}
//! + 0.0 c1 #1
//! + 0.1 c1 #2
//! + 0.2 c1 #5
//! + 0.3 c1 #3
//! + 0.4 c1 #4
//! + 0.5 c1 #5 again
//! ```
//!
//! Another key gives other signatures, the same one for every order:
//!
//! ```
//! > GET /v1/checkouts/co_1
//! < 200 {"amount":"100","currency":"USD","nonce":"abc"}
//! > POST /v1/confirmations
//! >> {"signature":"5f0c6a9d3b7e41a2"}
//! < 200 {}
//! > GET /v1/checkouts/co_1
//! < 200 {"nonce":"abc","amount":"100","currency":"USD"}
//! > POST /v1/confirmations
//! >> {"signature":"5f0c6a9d3b7e41a2"}
//! < 200 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/confirmations = #2
//! ++ {"signature":"0d1187f0a2c3be52"}
//! + 0.2 c1 #3
//! + 0.3 c1 POST /v1/confirmations = #4
//! ++ {"signature":"0d1187f0a2c3be52"}
//! ```
//!
//! An order that the real side keeps:
//!
//! ```
//! > GET /v1/tags
//! < 200 {"tags":["b","c","a"]}
//! > PUT /v1/labels
//! >> {"labels":["a","b","c"]}
//! < 200 {}
//! + 0.0 c1 #1
//! + 0.1 c1 PUT /v1/labels = #2
//! ++ {"labels":["b","c","a"]}
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct};
use crate::excerpt;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::sent::{Counterparts, Differs, Picked, Unstable, in_order, picked, unstable};
use cassettes::links::Target;
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("order-relied-on", include_str!("order_relied_on.rs")), inspect };

const HINT: &str = "sort before you sign or send, by a key that the things themselves have";

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let unstable = unstable(conduct);
    if unstable.is_empty() {
        return;
    }
    let counterparts = Counterparts::of(conduct);
    // What was sent in one place of one recorded request.
    let mut opaque: BTreeMap<(usize, Target), Vec<(usize, String)>> = BTreeMap::new();
    for (number, call) in conduct.calls.iter().enumerate() {
        let Some(known) = served(conduct, number, &unstable) else { continue };
        findings.check();
        let Some((recorded, differing)) = counterparts.find(call) else { continue };
        if let Some(complaint) = listed(conduct, call, recorded, known) {
            findings.tell(call.line, usize::MAX);
            findings.add(complaint);
        } else if let [Differs { target, sent, recorded: known }] = &differing[..]
            && is_opaque(sent)
            && is_opaque(known)
        {
            let first = counterparts.recorded(&conduct.recorded[recorded].operation)[0];
            opaque.entry((first, target.clone())).or_default().push((number, sent.clone()));
        }
    }
    for ((recorded, target), sent) in &opaque {
        let values: BTreeSet<&str> = sent.iter().map(|(_, value)| value.as_str()).collect();
        let kept = kept(conduct, &counterparts, *recorded, target);
        if let (true, Some(value)) = (values.len() > 1, kept) {
            let calls: Vec<&Call<'_>> = sent.iter().map(|(number, _)| &conduct.calls[*number]).collect();
            let known = served(conduct, sent[0].0, &unstable);
            calls.iter().for_each(|call| findings.tell(call.line, usize::MAX));
            findings.add(signed(conduct, &calls, (*recorded, target, &value, values.len()), known));
        }
    }
    for picked in picked(conduct, &counterparts, |number| latest(conduct, number, &unstable)) {
        picked.picks.iter().for_each(|pick| findings.tell(conduct.calls[pick.call].line, usize::MAX));
        findings.add(taken(conduct, &counterparts, &picked));
    }
}

/// The latest answer of the session that has no order of its own.
fn served<'u>(
    conduct: &Conduct<'_>,
    number: usize,
    unstable: &'u BTreeMap<usize, Unstable>,
) -> Option<&'u Unstable> {
    latest(conduct, number, unstable).map(|(_, known)| known)
}

/// The same with the request that it answered.
fn latest<'u>(
    conduct: &Conduct<'_>,
    number: usize,
    unstable: &'u BTreeMap<usize, Unstable>,
) -> Option<(usize, &'u Unstable)> {
    let session = conduct.sessions.get(conduct.calls[number].served.session.as_str())?;
    let before = session.partition_point(|&other| other < number);
    let mut earlier = session[..before].iter().rev();
    earlier.find_map(|&other| Some((other, unstable.get(&conduct.calls[other].exchange?)?)))
}

/// One thing of a list, which was the same for every order, and is now one or another.
fn taken(conduct: &Conduct<'_>, counterparts: &Counterparts<'_, '_>, picked: &Picked<'_>) -> Complaint {
    let place = picked.place.to_string();
    let values: BTreeSet<&str> = picked.picks.iter().map(|pick| pick.value.as_str()).collect();
    let values = values.into_iter().collect::<Vec<_>>().join(", ");
    let calls: Vec<&Call<'_>> = picked.picks.iter().map(|pick| &conduct.calls[pick.call]).collect();
    let known = picked.known;
    Complaint {
        severity: Severity::Error,
        operation: conduct.recorded[picked.recorded].operation.clone(),
        message: format!(
            "{place} was {} for every order when it was recorded, and is one of {} now, of what {} and {} show to be served in no order",
            picked.value,
            excerpt::bounded(&values),
            known.first,
            known.second
        ),
        place: format!("{place} taken by order"),
        real: counterparts.evidence(picked.recorded, place, &picked.value),
        other: crate::conduct::quote(conduct.file, &calls),
        hint: Some("take things by what they are, never by where they stand in a list".to_owned()),
    }
}

/// A list or a text of the same things in another order than recorded, which were served in no order.
fn listed(conduct: &Conduct<'_>, call: &Call<'_>, recorded: usize, known: &Unstable) -> Option<Complaint> {
    let asked = conduct.recorded[recorded].request();
    let request = call.request();
    let (place, sent, before) = in_order(&request, asked, &known.things)?;
    Some(Complaint {
        severity: Severity::Error,
        operation: call.operation.clone(),
        message: format!(
            "the {} of {place} are in another order than when they were recorded; {} and {} show that they are served in no order",
            "things", known.first, known.second
        ),
        place: format!("{place} order"),
        real: Evidence {
            exchange: Some(conduct.recorded[recorded].cite.clone()),
            pointer: place.clone(),
            excerpt: excerpt::bounded(&before.join(", ")),
            location: None,
        },
        other: call.at(conduct.file, place, &sent.join(", ")),
        hint: Some(HINT.to_owned()),
    })
}

/// What stood in a place in every recording of an operation, if it was always the same, twice at least.
fn kept(
    conduct: &Conduct<'_>,
    counterparts: &Counterparts<'_, '_>,
    recorded: usize,
    target: &Target,
) -> Option<String> {
    let all = counterparts.recorded(&conduct.recorded[recorded].operation);
    let values: BTreeSet<&String> = all.iter().filter_map(|&n| counterparts.values(n).get(target)).collect();
    (all.len() > 1 && values.len() == 1).then(|| values.first().map(|value| (*value).clone())).flatten()
}

fn signed(
    conduct: &Conduct<'_>,
    calls: &[&Call<'_>],
    (recorded, target, value, count): (usize, &Target, &str, usize),
    known: Option<&Unstable>,
) -> Complaint {
    let shown = known.map_or_else(String::new, |known| {
        format!(" (what was served before has no order: {} and {})", known.first, known.second)
    });
    let place = target.to_string();
    Complaint {
        severity: Severity::Error,
        operation: calls[0].operation.clone(),
        message: format!(
            "{place} was the same for every order when it was recorded, and is one of {count} now{shown}"
        ),
        place: format!("{place} depends on order"),
        real: Evidence {
            exchange: Some(conduct.recorded[recorded].cite.clone()),
            pointer: place,
            excerpt: excerpt::bounded(value),
            location: None,
        },
        other: crate::conduct::quote(conduct.file, calls),
        hint: Some(HINT.to_owned()),
    }
}

/// A digest or a signature: letters and digits that say nothing.
fn is_opaque(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    text.len() >= 16
        && digits >= 2
        && letters >= 2
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-:".contains(&b))
}
