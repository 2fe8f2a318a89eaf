//! # number-rounded
//!
//! An integer beyond 2^53 comes back from the mock as the nearest float.
//!
//! Group: numbers and times
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
//! Numbers of its own, all of them such as only a float leaves:
//!
//! ```
//! > GET /v1/ledger
//! < 200 [{"serial":123456789012345677},{"serial":123456789012349999}]
//! ~ 200 [{"serial":523456789012345664},{"serial":723456789012345728}]
//! ```
//!
//! As JavaScript prints them:
//!
//! ```
//! > GET /v1/ledger
//! < 200 [{"serial":1234567890123456771},{"serial":8234567890123499993}]
//! ~ 200 [{"serial":5234567890123457000},{"serial":7234567890123457000}]
//! ```
//!
//! ```
//! > GET /v1/accounts
//! < 200 [{"id":1,"balance":15301297845123098123457},{"id":2,"balance":98310297845123098123453}]
//! ~ 200 [{"id":7,"balance":4.530129784512309e+22},{"id":8,"balance":2.310297845123098e+22}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/ledger
//! < 200 [{"serial":123456789012345677},{"serial":123456789012349999}]
//! ~ 200 [{"serial":523456789012345664},{"serial":723456789012345671}]
//! ```
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
use crate::run::shape::{Group, Written};
use cassettes::facets::number_form::NumberForm;
use cassettes::json::Pointer;
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
            all_rounded(group, place, &node.numbers(), &other, findings);
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

/// A coincidence no likelier than this is none.
const BY_CHANCE: f64 = 1.0 / 500.0;

/// The subject's own large integers, every one of which a double can hold: where the real side has some
/// that none can, that is no chance.
fn all_rounded(
    group: &Group,
    place: &Pointer,
    real: &[Written<'_, NumberForm>],
    other: &[Written<'_, NumberForm>],
    findings: &mut Findings,
) {
    let Some((_, text, _, at)) = real.iter().find(|(_, text, ..)| is_beyond_floats(text)) else { return };
    // People who make up an integer of that size end it with zeros, too.
    let large: Vec<_> =
        other.iter().filter(|(_, text, ..)| spacing(text) > 1.0 && !text.ends_with("000000")).collect();
    let chance: f64 = large.iter().map(|(_, text, ..)| 1.0 / rarity(text)).product();
    let told = other.iter().any(|(_, o, ..)| {
        real.iter()
            .any(|(_, r, ..)| is_beyond_floats(r) && r != o && o.parse::<f64>().ok() == r.parse::<f64>().ok())
    });
    findings.check();
    let (Some((_, rounded, _, rounded_at)), false) = (large.first(), told) else { return };
    if chance > BY_CHANCE || large.iter().any(|(_, text, ..)| is_beyond_floats(text) && !is_printed(text)) {
        return;
    }
    findings.add(Complaint {
        severity: Severity::Warning,
        operation: group.operation.clone(),
        message: format!("`{place}` holds integers that no float can, as {text}; all of the mock's are such as a float leaves, as {rounded}"),
        place: format!("{place} all"),
        real: (*at).clone(),
        other: (*rounded_at).clone(),
        hint: Some("keep integers of that size out of floats: write them as raw JSON in the mock".to_owned()),
    });
}

/// As a float is printed without an exponent: the digits that tell it from its neighbours, then zeros.
fn is_printed(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|float| float.to_string() == text)
}

/// Of how many integers of its size one is such as a float leaves.
fn rarity(text: &str) -> f64 {
    let zeros = text.len() - text.trim_end_matches('0').len();
    if is_beyond_floats(text) { (0..zeros).fold(1.0, |of, _| of * 10.0) } else { spacing(text) }
}

/// How far doubles of an integer's size are apart; 1 below 2^53.
fn spacing(text: &str) -> f64 {
    // What a float prints with an exponent is as round as can be.
    if text.contains(['e', 'E']) && text.parse::<f64>().is_ok_and(|value| value.abs() >= 2f64.powi(64)) {
        return 2f64.powi(12);
    }
    let Some(value) = text.parse::<i128>().ok().map(i128::unsigned_abs) else { return 1.0 };
    let bits = u128::BITS - value.leading_zeros();
    (0..bits.saturating_sub(f64::MANTISSA_DIGITS)).fold(1.0, |apart, _| apart * 2.0)
}
