//! # error-class-collapsed
//!
//! The real side has several classes of error, and the mock answers them with one.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! A wrapper that makes one "failed" of a declined card, a rate limit and a wrong amount cannot tell whether to
//! ask again, wait or give up. A mock with one generic failure proves such a wrapper right.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! ~ 500 {"error":"failed"}
//! > POST /v1/charges
//! >> {"source":"tok_slow"}
//! < 504 {"error":{"type":"api_error","code":"gateway_timeout"}}
//! ~ 500 {"error":"failed"}
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 400 {"error":{"type":"invalid_request_error","code":"parameter_invalid"}}
//! ~ 500 {"error":"failed"}
//! ```
//!
//! Over several operations:
//!
//! ```
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing"}}
//! ~ 500 {"error":"failed"}
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"code":"card_declined"}}
//! ~ 500 {"error":"failed"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! ~ 402 {"error":{"type":"card_error","code":"card_declined"}}
//! > POST /v1/charges
//! >> {"source":"tok_slow"}
//! < 504 {"error":{"code":"gateway_timeout"}}
//! ~ 504 {"error":{"code":"gateway_timeout"}}
//! ```

use super::Rule;
use crate::excerpt::bounded;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Judged, complaint, fates, listed};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("error-class-collapsed", include_str!("error_class_collapsed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let mut groups: BTreeMap<(&Operation, Class), Vec<&Judged<'_, '_>>> = BTreeMap::new();
    for one in &judged {
        let (Some(_), Some(other)) = (one.reading.real.class(), one.reading.other.class()) else { continue };
        findings.check();
        if one.fate == Fate::Collapsed {
            groups.entry((&one.case().operation, other)).or_default().push(one);
        }
    }
    // What is kept is part of the picture: the class that the others became.
    for one in judged.iter().filter(|one| one.fate == Fate::Kept) {
        let Some(other) = one.reading.other.class() else { continue };
        if let Some(group) = groups.get_mut(&(&one.case().operation, other)) {
            group.push(one);
        }
    }
    let mut across: BTreeMap<Class, Vec<&Judged<'_, '_>>> = BTreeMap::new();
    for ((_, other), group) in groups {
        if classes(&group).len() >= 2 {
            findings.add(tell(&group, other, &format!("as {other}")));
        } else {
            across.entry(other).or_default().extend(group);
        }
    }
    for (other, mut group) in across {
        // One class of another operation, with a wrapper that was told above.
        if classes(&group).len() < 2 {
            continue;
        }
        group.sort_by_key(|one| (one.case().cassette, one.case().position));
        findings.add(tell(&group, other, &format!("everywhere as {other}")));
    }
}

fn classes(group: &[&Judged<'_, '_>]) -> BTreeSet<Class> {
    group.iter().filter_map(|one| one.reading.real.class()).collect()
}

fn tell(group: &[&Judged<'_, '_>], other: Class, place: &str) -> Complaint {
    let names: Vec<String> = classes(group).iter().map(ToString::to_string).collect();
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for one in group {
        let class = one.reading.real.class().map_or("other", Class::as_str);
        let row = (class.to_owned(), one.real_words(), one.other_words());
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let table: Vec<String> =
        rows.iter().map(|(class, real, other)| format!("{class}: {real} -> {other}")).collect();
    let column = |of: fn(&(String, String, String)) -> &String| {
        bounded(&rows.iter().map(|row| of(row).as_str()).collect::<Vec<_>>().join(" | "))
    };
    let first = group[0];
    let message = format!("the real side's {} errors are all {other} in the mock", listed(&names));
    let hint = format!("give each class its own answer; now the mock makes of them: {}", table.join("; "));
    let base = complaint(first, Severity::Error, place, message, &hint);
    Complaint {
        real: Evidence { pointer: "status".to_owned(), excerpt: column(|row| &row.1), ..base.real.clone() },
        other: Evidence { pointer: "status".to_owned(), excerpt: column(|row| &row.2), ..base.other.clone() },
        ..base
    }
}
