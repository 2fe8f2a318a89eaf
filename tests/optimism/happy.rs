//! What nobody ever provoked is unverified: cassettes without their unhappy exchanges agree on nothing about them.

use crate::honest::honest;
use crate::kit::client::{cassette, policy};
use crate::kit::service::{Told, What};
use crate::operators::Survey;
use crate::score::{judge, rules};
use crate::vendors::VENDORS;
use cassettes::model::{Cassette, Request};
use std::collections::BTreeSet;

/// Rules that have nothing to compare where all went well.
const UNHAPPY: [&str; 28] = [
    "auth-classes-merged",
    "bad-cursor-accepted",
    "challenge-changed",
    "challenge-missing",
    "check-order-changed",
    "credential-not-needed",
    "empty-never",
    "error-accepted",
    "error-class-changed",
    "error-class-collapsed",
    "error-code-changed",
    "error-code-missing",
    "error-shape-changed",
    "gone-collapsed",
    "idempotency-conflict-never",
    "method-accepted",
    "not-found-invented",
    "not-found-restyled",
    "not-modified-never",
    "rate-limit-never",
    "redirect-hidden",
    "retry-hint-missing",
    "retryability-swapped",
    "success-shaped-failure",
    "token-accepted",
    "transport-failure-never",
    "validation-never",
    "never-seen",
];

/// The session without what a happy path never shows. What stays behind in the vendor does not matter: only
/// recordings are looked at.
fn happy(survey: &Survey) -> Vec<Cassette> {
    let keep = |session: &Vec<(Request, Told)>| -> Vec<(Request, Told)> {
        session.iter().filter(|(_, told)| !told.what.is_unhappy()).cloned().collect()
    };
    let sessions = survey.real.iter().map(keep).filter(|session| !session.is_empty());
    sessions.enumerate().map(|(i, s)| cassette(&format!("happy-{}.yaml", i + 1), &s, &policy())).collect()
}

#[test]
fn what_was_never_provoked_is_unverified_and_never_agreed() {
    let mut faults = Vec::new();
    for vendor in VENDORS {
        let survey = Survey::of(vendor);
        let cassettes = happy(&survey);
        let plain = honest(&survey).remove(0).cast;
        let report = judge(&cassettes, &plain, &policy(), &rules());
        for rule in UNHAPPY.iter().filter(|rule| report.checks.by_rule.get(**rule).is_some_and(|n| *n > 0)) {
            faults.push(format!("{}: {rule} compared something", vendor.name));
        }
        let lacking: BTreeSet<&str> =
            report.coverage.operations.iter().flat_map(|o| &o.unverified).map(|u| u.kind.as_str()).collect();
        // What the vendor can do, and nobody saw it do.
        let shown: BTreeSet<What> = survey.recorded().map(|told| told.what).collect();
        for (what, kind) in [(What::Miss, "not-found"), (What::Invalid, "validation")] {
            if shown.contains(&what) && !lacking.contains(kind) {
                faults.push(format!("{}: {kind} is not among what is unverified: {lacking:?}", vendor.name));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
