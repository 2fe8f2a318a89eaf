//! # number-text-changed
//!
//! The real side writes a number with a fixed number of decimals; the mock writes fewer, or none.
//!
//! Group: numbers and times
//!
//! ## Why it matters
//!
//! `0.10` and `0.1` are one number to a float and two to a signature, to a decimal type that keeps its scale
//! and to a person who reads a price. Code that goes through floats passes against a mock that did, too.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/prices/1
//! < 200 {"id":1,"price":0.10}
//! ~ 200 {"id":2,"price":0.1}
//! ```
//!
//! An integer for a decimal, in a text:
//!
//! ```
//! > GET /v1/prices
//! < 200 [{"id":1,"price":"250.00"},{"id":2,"price":"12.50"}]
//! ~ 200 [{"id":3,"price":"250"}]
//! ```
//!
//! A point where the real side has only integers:
//!
//! ```
//! > GET /v1/counts
//! < 200 [{"id":1,"n":7},{"id":2,"n":31}]
//! ~ 200 [{"id":3,"n":8.0},{"id":4,"n":12.0}]
//! ```
//!
//! Many decimals, and never any:
//!
//! ```
//! > GET /v1/jobs
//! < 200 [{"id":"a","created":1771999123.417},{"id":"b","created":1771999188.052}]
//! ~ 200 [{"id":"m","created":1771999123},{"id":"n","created":1771999188}]
//! ```
//!
//! Beside a number with an exponent:
//!
//! ```
//! > GET /v1/prices
//! < 200 [{"id":1,"price":12.50},{"id":2,"price":1e2}]
//! ~ 200 [{"id":7,"price":1250},{"id":8,"price":100}]
//! ```
//!
//! ## Quiet
//!
//! One in a thousand has none:
//!
//! ```
//! > GET /v1/jobs
//! < 200 [{"id":"a","created":1771999123.417},{"id":"b","created":1771999188.052}]
//! ~ 200 [{"id":"m","created":1771999123},{"id":"n","created":1771999188.5}]
//! ```
//!
//! A fraction that was not seen, written as short as the integers:
//!
//! ```
//! > GET /v1/counts
//! < 200 [{"id":1,"n":7},{"id":2,"n":31}]
//! ~ 200 [{"id":3,"n":8},{"id":4,"n":12.5}]
//! ```
//!
//! One round number, as people type it into a fixture:
//!
//! ```
//! > GET /v1/places/1
//! < 200 {"id":1,"lat":52.123456}
//! ~ 200 {"id":2,"lat":41}
//! ```
//!
//! Other numbers with the same decimals:
//!
//! ```
//! > GET /v1/prices/1
//! < 200 {"id":1,"price":0.10}
//! ~ 200 {"id":2,"price":13.37}
//! ```
//!
//! The real side writes the shortest form itself:
//!
//! ```
//! > GET /v1/prices
//! < 200 [{"id":1,"price":0.25},{"id":2,"price":3},{"id":3,"price":1.125}]
//! ~ 200 [{"id":1,"price":0.5},{"id":2,"price":7}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Group, Written};
use cassettes::facets::number_form::NumberForm;
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("number-text-changed", include_str!("number_text_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let (real, other) = (node.numbers(), other.numbers());
            pointed(group, place, &real, &other, findings);
            dropped(group, place, &real, &other, findings);
            let padded = real.iter().find(|(_, _, form, _)| form.padded);
            let Some((_, text, shown, at)) = padded.filter(|_| !other.is_empty()) else { continue };
            // A number with an exponent has no decimals to speak of.
            let plain = real.iter().filter(|(_, _, form, _)| !form.exponent);
            let scales: BTreeSet<Option<usize>> = plain.map(|(_, _, form, _)| form.places).collect();
            findings.check();
            let other = other.iter().find(|(_, _, form, _)| !form.exponent && !scales.contains(&form.places));
            let Some((_, changed, _, place_of_it)) = other else { continue };
            let places = shown.places.unwrap_or_default();
            findings.add(Complaint {
                severity: Severity::Error,
                operation: group.operation.clone(),
                message: format!("`{place}` is written with {places} decimals, as in {text}; the mock writes {changed}"),
                place: place.to_string(),
                real: (*at).clone(),
                other: (*place_of_it).clone(),
                hint: Some("keep the number's text in the mock: write it as a decimal or as raw JSON, not as a float".to_owned()),
            });
        }
    }
}

/// Integers where the real side always has many decimals: coordinates, moments in seconds with fractions.
fn dropped(
    group: &Group,
    place: &Pointer,
    real: &[Written<'_, NumberForm>],
    other: &[Written<'_, NumberForm>],
    findings: &mut Findings,
) {
    let plain = |form: &NumberForm| !form.exponent && !form.comma;
    let padded = real.iter().any(|(_, _, form, _)| form.padded);
    let places = real.iter().map(|(_, _, form, _)| form.places.filter(|_| plain(form)).unwrap_or_default());
    let (Some(least), false) = (places.min().filter(|places| *places > 2), padded) else { return };
    findings.check();
    let whole = |form: &NumberForm| plain(form) && form.places.is_none();
    // One round number is what people type into a fixture.
    let distinct: BTreeSet<&str> = other.iter().map(|(_, text, ..)| *text).collect();
    if !other.iter().all(|(_, _, form, _)| whole(form)) || distinct.len() < 2 {
        return;
    }
    let (Some((_, text, _, at)), Some((_, changed, _, changed_at))) = (real.first(), other.first()) else {
        return;
    };
    findings.add(Complaint {
        severity: Severity::Warning,
        operation: group.operation.clone(),
        message: format!(
            "`{place}` always has {least} decimals or more, as in {text}; the mock never has any, as in {changed}"
        ),
        place: place.to_string(),
        real: (*at).clone(),
        other: (*changed_at).clone(),
        hint: Some("keep the decimals in the mock: do not round, nor count in whole seconds".to_owned()),
    });
}

/// An integer written with a point where the real side never writes one: decoders of integers refuse it.
fn pointed(
    group: &Group,
    place: &Pointer,
    real: &[Written<'_, NumberForm>],
    other: &[Written<'_, NumberForm>],
    findings: &mut Findings,
) {
    let whole = |form: &NumberForm| form.places.is_none() && !form.exponent;
    let Some((_, text, _, at)) = real.first().filter(|_| real.iter().all(|(_, _, f, _)| whole(f))) else {
        return;
    };
    findings.check();
    let zeros = |text: &str| text.split_once('.').is_some_and(|(_, f)| f.bytes().all(|b| b == b'0'));
    let Some((_, changed, _, changed_at)) = other.iter().find(|(_, text, f, _)| !f.exponent && zeros(text))
    else {
        return;
    };
    findings.add(Complaint {
        severity: Severity::Error,
        operation: group.operation.clone(),
        message: format!("`{place}` is written as an integer, as in {text}; the mock writes {changed}"),
        place: place.to_string(),
        real: (*at).clone(),
        other: (*changed_at).clone(),
        hint: Some("write whole numbers without a point in the mock".to_owned()),
    });
}
