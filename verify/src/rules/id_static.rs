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

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("id-static", include_str!("id_static.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, cases) in run.operations() {
        if operation.method != "POST" {
            continue;
        }
        let made: Vec<&Case<'_>> =
            cases.into_iter().filter(|c| c.real.is_success() && c.other.is_success()).collect();
        let mut places: BTreeMap<Pointer, Vec<(&Case<'_>, String, String)>> = BTreeMap::new();
        for case in made {
            for (place, real) in ids(&case.real) {
                let other = case.other.json.as_ref().and_then(|j| place.find(j)).and_then(Json::scalar_text);
                if let Some(other) = other {
                    places.entry(place).or_default().push((case, real, other.to_owned()));
                }
            }
        }
        for (place, seen) in places.into_iter().filter(|(_, seen)| seen.len() > 1) {
            let real: BTreeSet<&String> = seen.iter().map(|(_, real, _)| real).collect();
            let other: BTreeSet<&String> = seen.iter().map(|(_, _, other)| other).collect();
            // The same request sent again under an idempotency key makes nothing new.
            if real.len() < 2 {
                continue;
            }
            findings.check();
            let (Some((first, ..)), Some((last, ..)), 1) = (seen.first(), seen.last(), other.len()) else {
                continue;
            };
            let mut shown = last.real.at(&place);
            shown.excerpt = format!("{}  after  {}", shown.excerpt, first.real.at(&place).excerpt);
            let mut same = last.other.at(&place);
            same.excerpt = format!("{}  after  {}", same.excerpt, first.other.at(&place).excerpt);
            findings.add(Complaint {
                severity: Severity::Error,
                operation: operation.clone(),
                message: format!(
                    "each thing made has a `{place}` of its own, on the mock all {} have the same",
                    seen.len()
                ),
                place: place.to_string(),
                real: shown,
                other: same,
                hint: Some("count, or draw a new id, for each thing that the mock makes".to_owned()),
            });
        }
    }
}

/// Ids of the thing that was made: at the root or one object below it.
fn ids(said: &Said<'_>) -> Vec<(Pointer, String)> {
    let Some(json) = &said.json else { return Vec::new() };
    let mut found = Vec::new();
    let is_id = |name: &str| {
        matches!(
            name.to_ascii_lowercase().as_str(),
            "id" | "uid" | "uuid" | "guid" | "ulid" | "number" | "reference"
        )
    };
    for (name, value) in json.members() {
        let at = Pointer::root().member(name);
        if is_id(name) {
            found.extend(value.scalar_text().map(|text| (at.clone(), text.to_owned())));
        }
        for (inner, value) in value.members().iter().filter(|(inner, _)| is_id(inner)) {
            // A customer or an account inside of a thing is the same for many.
            let only = json.members().len() == 1;
            if only || matches!(name.as_str(), "data" | "result" | "item" | "object") {
                found.extend(value.scalar_text().map(|text| (at.member(inner), text.to_owned())));
            }
        }
    }
    found
}
