//! # number-rounded
//!
//! An integer beyond 2^53 comes back from the mock as the nearest float.
//!
//! ## Why it matters
//!
//! Ids and amounts of that size are exact on the real side. JavaScript, and every JSON library that reads
//! numbers as doubles, changes them silently; a mock that did so already hides it.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/ledger/1
//! < 200 {"balance":12345678901234567890123}
//! ~ 200 {"balance":1.2345678901234568e22}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/ledger/1
//! < 200 {"balance":12345678901234567890123}
//! ~ 200 {"balance":12345678901234567890123}
//! > GET /v1/ledger/2
//! < 200 {"balance":9007199254740993}
//! ~ 200 {"balance":99}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("number-rounded", include_str!("number_rounded.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let other = other.numbers();
            for (_, text, _, at) in node.numbers().into_iter().filter(|(_, text, ..)| is_beyond_floats(text))
            {
                if other.is_empty() {
                    continue;
                }
                findings.check();
                let near =
                    |other: &str| other != text && other.parse::<f64>().ok() == text.parse::<f64>().ok();
                let exact = other.iter().any(|(_, other, ..)| *other == text);
                let Some((_, rounded, _, rounded_at)) =
                    other.iter().find(|(_, o, ..)| near(o)).filter(|_| !exact)
                else {
                    continue;
                };
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: group.operation.clone(),
                    message: format!("{text} at `{place}` became {rounded} on the mock"),
                    place: place.to_string(),
                    real: at.clone(),
                    other: (*rounded_at).clone(),
                    hint: Some(
                        "keep integers of that size out of floats: write them as raw JSON in the mock"
                            .to_owned(),
                    ),
                });
            }
        }
    }
}

/// An integer whose nearest double is another number.
fn is_beyond_floats(text: &str) -> bool {
    let Ok(exact) = text.parse::<i128>() else {
        return text.len() > 39 && text.bytes().all(|b| b.is_ascii_digit());
    };
    text.parse::<f64>().is_ok_and(|float| float as i128 != exact)
}
