//! # variant-missing
//!
//! Things of several types stand in one place on the real side; the mock never gives one of the types.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! Each type has members of its own. The code for the type that no test ever sees is the code that counts
//! seven where there are ten.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/entries
//! < 200 [{"type":"purchase","amount":1},{"type":"coupon","percent":5}]
//! ~ 200 [{"type":"purchase","amount":2},{"type":"purchase","amount":3}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/entries
//! < 200 [{"type":"purchase","amount":1},{"type":"coupon","percent":5}]
//! ~ 200 [{"type":"coupon","percent":9},{"type":"purchase","amount":3}]
//! ```
//!
//! The types have the same members, so the word is a mere value:
//!
//! ```
//! > GET /v1/entries
//! < 200 [{"type":"credit","amount":1},{"type":"debit","amount":5}]
//! ~ 200 [{"type":"credit","amount":9},{"type":"credit","amount":3}]
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{expected, is_plain};
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("variant-missing", include_str!("variant_missing.rs")),
    case: None,
    run: Some(judge),
};

/// Members that name an object's type.
const TAGS: [&str; 10] = [
    "type",
    "kind",
    "object",
    "__typename",
    "entity",
    "@type",
    "@odata.type",
    "$type",
    "_type",
    "resourceType",
];

/// What was seen of one type at one place.
#[derive(Default)]
pub(super) struct Variant {
    pub(super) count: u32,
    pub(super) members: BTreeMap<String, u32>,
    pub(super) first: Option<Evidence>,
}

/// By place and tag, then by type.
pub(super) type Variants = BTreeMap<(Pointer, &'static str), BTreeMap<String, Variant>>;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, real, other) in both_sides(run) {
        for ((place, tag), types) in &real {
            let members: BTreeSet<Vec<&String>> =
                types.values().map(|v| v.members.keys().collect()).collect();
            let Some(said) =
                other.get(&(place.clone(), *tag)).filter(|_| types.len() > 1 && members.len() > 1)
            else {
                continue;
            };
            findings.check();
            let all: u32 = types.values().map(|v| v.count).sum();
            let chances: u32 = said.values().map(|v| v.count).sum();
            for (name, variant) in types.iter().filter(|(name, _)| !said.contains_key(*name)) {
                let (Some(shown), Some(at)) = (&variant.first, said.values().find_map(|v| v.first.as_ref()))
                else {
                    continue;
                };
                if !expected(variant.count, all, chances) {
                    continue;
                }
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: operation.clone(),
                    message: format!(
                        "`{place}` holds things of {tag} `{name}` on the real side; among the mock's {chances} there is none"
                    ),
                    place: format!("{place} {tag} {name}"),
                    real: shown.clone(),
                    other: at.clone(),
                    hint: Some(format!("give the mock a thing of {tag} `{name}`")),
                });
            }
        }
    }
}

/// What was seen of each type, by operation: on the real side and on the subject's.
pub(super) fn both_sides<'r>(run: &'r Run<'_>) -> impl Iterator<Item = (&'r Operation, Variants, Variants)> {
    run.operations().into_iter().map(|(operation, cases)| {
        let plain = |said: &Said<'_>, asked| is_plain(said, asked);
        let real = variants(run.real_of(operation).filter(|s| s.is_success()));
        let pairs = cases.iter().filter(|c| plain(&c.real, &c.exchange.request) && plain(&c.other, &c.asked));
        let extras = run.extras_of(operation).map(|e| &e.other);
        let other = variants(pairs.map(|c| &c.other).chain(extras));
        (operation, real, other)
    })
}

fn variants<'r>(answers: impl Iterator<Item = &'r Said<'r>>) -> Variants {
    let mut found = Variants::new();
    for said in answers {
        let Some(json) = said.tree() else { continue };
        Pointer::walk(json, &mut |at, value| {
            let tagged = TAGS.iter().find_map(|tag| match value.get(tag) {
                Some(Json::String(name))
                    if at.0.iter().any(|s| !matches!(s, cassettes::json::Step::Member(_))) =>
                {
                    Some((*tag, name.clone()))
                }
                _ => None,
            });
            let Some((tag, name)) = tagged else { return };
            let variant = found.entry((at.generic(), tag)).or_default().entry(name).or_default();
            variant.count += 1;
            for (name, _) in value.members() {
                *variant.members.entry(name.clone()).or_default() += 1;
            }
            if variant.first.is_none() {
                variant.first = Some(said.at(at));
            }
        });
    }
    found
}
