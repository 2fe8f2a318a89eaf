//! # id-static
//!
//! Everything that is created gets the same id from the mock.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! The second thing overwrites the first in every map by id, and no test sees it: they all create one.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/things
//! >> {"name":"x"}
//! < 201 {"id":"a1"}
//! ~ 201 {"id":"t_123"}
//! > POST /v1/things
//! >> {"name":"y"}
//! < 201 {"id":"b2"}
//! ~ 201 {"id":"t_123"}
//! ```
//!
//! Calls that share a path, with an answer repeated between them:
//!
//! ```
//! > POST /
//! > x-amz-target: Jobs_20250101.StartJob
//! >> {"Name":"a"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Name":"a"}}
//! ~ 200 {"Job":{"JobId":"aaaa1111","Name":"a"}}
//! > POST /
//! > x-amz-target: Jobs_20250101.StartJob
//! >> {"Name":"a"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Name":"a"}}
//! ~ 200 {"Job":{"JobId":"aaaa1111","Name":"a"}}
//! > POST /
//! > x-amz-target: Jobs_20250101.StartJob
//! >> {"Name":"b"}
//! < 200 {"Job":{"JobId":"9a8b7c6d","Name":"b"}}
//! ~ 200 {"Job":{"JobId":"aaaa1111","Name":"b"}}
//! ```
//!
//! The id of a thing that was there before:
//!
//! ```
//! > GET /v1/things
//! < 200 {"things":[{"id":"th_6f1c2d"}]}
//! ~ 200 {"things":[{"id":"th_aa11bb"}]}
//! > POST /v1/things
//! >> {"name":"x"}
//! < 201 {"id":"th_9a8b7c"}
//! ~ 201 {"id":"th_aa11bb"}
//! ```
//!
//! Tokens, and codes that a redirect brings:
//!
//! ```
//! > GET /authorize?client_id=app&state=s1
//! < location: https://app.example.test/back?code=Xk29fj3LqP&state=s1
//! < 302
//! ~ location: https://app.example.test/back?code=code-of-the-mock1&state=s1
//! ~ 302
//! > GET /authorize?client_id=app&state=s2
//! < location: https://app.example.test/back?code=Pm47sd9WzR&state=s2
//! < 302
//! ~ location: https://app.example.test/back?code=code-of-the-mock1&state=s2
//! ~ 302
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /v1/things
//! >> {"name":"x"}
//! < 201 {"id":"a1"}
//! ~ 201 {"id":"1"}
//! > POST /v1/things
//! >> {"name":"y"}
//! < 201 {"id":"b2"}
//! ~ 201 {"id":"2"}
//! ```
//!
//! The same request with the same key makes the same thing:
//!
//! ```
//! > POST /v1/things
//! > idempotency-key: k1
//! >> {"name":"x"}
//! < 201 {"id":"a1"}
//! ~ 201 {"id":"1"}
//! > POST /v1/things
//! > idempotency-key: k1
//! >> {"name":"x"}
//! < 201 {"id":"a1"}
//! ~ 201 {"id":"1"}
//! ```
//!
//! What was removed leaves its number to the next:
//!
//! ```
//! > POST /v1/things
//! >> {"name":"x","sku":"a-1"}
//! < 201 {"id":"a1","sku":"a-1"}
//! ~ 201 {"id":"1","sku":"a-1"}
//! > DELETE /v1/things/a1
//! < 204
//! ~ 204
//! > POST /v1/things
//! >> {"name":"y","sku":"a-2"}
//! < 201 {"id":"b2","sku":"a-2"}
//! ~ 201 {"id":"1","sku":"a-2"}
//! ```
//!
//! Calls that only read make nothing:
//!
//! ```
//! > POST /graphql
//! >> {"query":"query One($label: String!) { issue(label: $label) { id } }","variables":{"label":"x"}}
//! < 200 {"data":{"issue":{"id":"I_a1b2c3"}}}
//! ~ 200 {"data":{"issue":{"id":"I_m1m1m1"}}}
//! > POST /graphql
//! >> {"query":"query One($label: String!) { issue(label: $label) { id } }","variables":{"label":"y"}}
//! < 200 {"data":{"issue":{"id":"I_d4e5f6"}}}
//! ~ 200 {"data":{"issue":{"id":"I_m1m1m1"}}}
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::made;
use crate::run::Run;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::operation::{Effect, Operation, effect};
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("id-static", include_str!("id_static.rs")), case: None, run: Some(judge) };

/// Where a value stands that is new for each thing that is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// An id of the thing itself: no two things share it.
    Id(Pointer),
    /// A token or a code in the body.
    Token(Pointer),
    /// The same in the query of the URL that the client is sent to.
    Location(String),
}

/// What one exchange was given at a place, on both sides.
struct Given<'r, 'a> {
    case: &'r Case<'a>,
    real: String,
    other: String,
}

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let mut told: BTreeSet<(&Operation, Place)> = BTreeSet::new();
    for cases in run.cases.chunk_by(|a, b| a.cassette == b.cassette) {
        let mut places: BTreeMap<(&Operation, Place), Vec<Given<'_, '_>>> = BTreeMap::new();
        for case in cases {
            for (place, real, other) in fresh(case) {
                places.entry((&case.operation, place)).or_default().push(Given { case, real, other });
            }
        }
        for ((operation, place), given) in &places {
            let real: BTreeSet<&String> = given.iter().map(|g| &g.real).collect();
            // The same request sent again under an idempotency key makes nothing new.
            if real.len() < 2 {
                continue;
            }
            findings.check();
            let Some((first, last)) = shared(cases, place, given) else { continue };
            if told.insert((*operation, place.clone())) {
                let message = match place {
                    Place::Id(at) => {
                        format!("each thing made has a `{at}` of its own, on the mock several have the same")
                    }
                    _ => format!("each `{}` is new, on the mock it is always the same", name(place)),
                };
                findings.add(complaint(place, (first, last), message));
            }
        }
        taken(cases, &mut told, findings);
    }
}

/// Two things that the real side tells apart, and the subject does not.
fn shared<'g, 'r, 'a>(
    cases: &[Case<'_>],
    place: &Place,
    given: &'g [Given<'r, 'a>],
) -> Option<(&'g Given<'r, 'a>, &'g Given<'r, 'a>)> {
    if !matches!(place, Place::Id(_)) {
        let (first, last) = (given.first()?, given.last()?);
        let distinct = given.iter().map(|g| &g.real).collect::<BTreeSet<_>>().len() == given.len();
        return (distinct && given.iter().all(|g| g.other == first.other)).then_some((first, last));
    }
    // What was removed may leave its number to the next.
    let removed = |from: usize, to: usize| {
        let between = cases.iter().filter(|c| c.position > from && c.position < to);
        between.into_iter().any(|c| c.exchange.request.method == "DELETE" || removes(&c.operation))
    };
    let mut latest: BTreeMap<&String, &Given<'_, '_>> = BTreeMap::new();
    for one in given {
        let before = latest.insert(&one.other, one);
        if let Some(before) = before
            && before.real != one.real
            && !removed(before.case.position, one.case.position)
        {
            return Some((before, one));
        }
    }
    None
}

fn removes(operation: &Operation) -> bool {
    let called = operation.template.rsplit([' ', '=', '.', '/']).next().unwrap_or_default();
    words(called).iter().any(|w| matches!(w.as_str(), "delete" | "remove" | "destroy" | "reset" | "purge"))
}

/// Things that are given the id of one that was read before they were made.
fn taken<'r>(cases: &'r [Case<'_>], told: &mut BTreeSet<(&'r Operation, Place)>, findings: &mut Findings) {
    let (mut real, mut other): (HashSet<String>, HashSet<(&str, String)>) = Default::default();
    let mut reader: BTreeMap<String, &Case<'_>> = BTreeMap::new();
    for case in cases {
        let reads = effect(&case.exchange.request) == Effect::Reads;
        if case.real.is_success() && case.other.is_success() && !reads {
            for (place, of_real, of_other) in fresh(case) {
                let Place::Id(at) = &place else { continue };
                let template = case.operation.template.as_str();
                let (Some(before), true) = (reader.get(&of_other), is_own(&of_other)) else { continue };
                findings.check();
                if real.contains(&of_real)
                    || !other.contains(&(template, of_other.clone()))
                    || removes(&case.operation)
                    || !told.insert((&case.operation, place.clone()))
                {
                    continue;
                }
                let message = format!(
                    "each thing made has a `{at}` of its own, on the mock it is that of a thing read before"
                );
                let given = |case, real: &str| Given { case, real: real.to_owned(), other: of_other.clone() };
                let mut complaint =
                    complaint(&place, (&given(case, &of_real), &given(case, &of_real)), message);
                complaint.real = case.real.at(at);
                complaint.other = case.other.at(at);
                complaint.other.excerpt =
                    format!("{}  already in  {}", complaint.other.excerpt, before.exchange.request.target);
                findings.add(complaint);
            }
        }
        let Some(below) = base(&case.operation).filter(|_| reads) else { continue };
        for_ids(&case.real, &mut |value| {
            real.insert(value.to_owned());
        });
        for_ids(&case.other, &mut |value| {
            other.insert((below, value.to_owned()));
            reader.entry(value.to_owned()).or_insert(case);
        });
    }
}

/// The collection that an operation reads from: itself, or what its last id stands under.
fn base(operation: &Operation) -> Option<&str> {
    let template = operation.template.as_str();
    (!template.contains(' ')).then(|| template.strip_suffix("/{id}").unwrap_or(template))
}

fn for_ids(said: &Said<'_>, visit: &mut dyn FnMut(&str)) {
    if let Some(json) = said.json.as_ref().filter(|_| said.is_success()) {
        Pointer::walk(json, &mut |at, value| {
            if let Some(text) = value.scalar_text().filter(|_| at.name().is_some_and(made::is_key)) {
                visit(text);
            }
        });
    }
}

/// Values that stand nowhere by chance: other kinds of things do not have them.
fn is_own(value: &str) -> bool {
    let has = |of: fn(&u8) -> bool| value.as_bytes().iter().any(of);
    has(u8::is_ascii_digit) && value.len() >= if has(u8::is_ascii_alphabetic) { 6 } else { 10 }
}

/// What an exchange was given that may be new in each of its kind, on the real side and on the subject's.
fn fresh(case: &Case<'_>) -> Vec<(Place, String, String)> {
    let mut found = located(case);
    let writes = case.exchange.request.method == "POST" && effect(&case.exchange.request) == Effect::Writes;
    let (Some(real), Some(other)) = (&case.real.json, &case.other.json) else { return found };
    if !writes || !case.real.is_success() || !case.other.is_success() {
        return found;
    }
    let mut add = |place: fn(Pointer) -> Place, at: Pointer, real: &str| {
        let other = at.find(other).and_then(Json::scalar_text);
        if let Some(other) = other.filter(|_| !asked(case, real)) {
            found.push((place(at), real.to_owned(), other.to_owned()));
        }
    };
    for (at, id) in made::ids(case, &case.real) {
        add(Place::Id, at, &id);
    }
    let (at, thing) = made::thing(real);
    for (name, value) in thing.members() {
        if let Some(text) = value.as_str().filter(|text| is_token(name) && is_own(text)) {
            add(Place::Token, at.member(name), text);
        }
    }
    found
}

/// Values of a URL that the client is sent to.
fn located(case: &Case<'_>) -> Vec<(Place, String, String)> {
    let query = |said: &Said<'_>| -> Vec<(String, String)> {
        let location = said.header("location").map(|l| l.replace('#', "&")).unwrap_or_default();
        Request::new("GET", location).query_pairs()
    };
    if case.real.status().is_none_or(|s| s >= 400) || case.other.status().is_none_or(|s| s >= 400) {
        return Vec::new();
    }
    let other = query(&case.other);
    let pairs = query(&case.real).into_iter().filter(|(name, value)| is_token(name) && is_own(value));
    let both = pairs.filter_map(|(name, real)| {
        let (_, other) = other.iter().find(|(n, _)| *n == name)?;
        Some((Place::Location(name), real, other.clone()))
    });
    both.filter(|(_, real, _)| !asked(case, real)).collect()
}

fn asked(case: &Case<'_>, value: &str) -> bool {
    made::says(&case.exchange.request, value)
}

/// Names of values that are given out once.
fn is_token(name: &str) -> bool {
    let last = words(name).pop();
    matches!(last.as_deref(), Some("token" | "code" | "ticket" | "ts" | "secret"))
}

fn name(place: &Place) -> String {
    match place {
        Place::Id(at) | Place::Token(at) => at.to_string(),
        Place::Location(name) => format!("{name} in location"),
    }
}

fn complaint(place: &Place, pair: (&Given<'_, '_>, &Given<'_, '_>), message: String) -> Complaint {
    let (first, last) = pair;
    let at = |said: &Said<'_>| match place {
        Place::Id(at) | Place::Token(at) => said.at(at),
        Place::Location(_) => said.at_header("location"),
    };
    let both = |last: Evidence, first: Evidence| {
        let excerpt = format!("{}  after  {}", last.excerpt, first.excerpt);
        Evidence { excerpt, ..last }
    };
    Complaint {
        severity: Severity::Error,
        operation: last.case.operation.clone(),
        message,
        place: name(place),
        real: both(at(&last.case.real), at(&first.case.real)),
        other: both(at(&last.case.other), at(&first.case.other)),
        hint: Some("count, or draw a new one, for each thing that the mock makes".to_owned()),
    }
}
