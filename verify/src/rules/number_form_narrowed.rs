//! # number-form-narrowed
//!
//! The real side writes numbers in a form that the mock never uses: grouped, with a comma, with an
//! exponent, negative.
//!
//! Group: numbers and times
//!
//! ## Why it matters
//!
//! `1,234.56` read by a parser that stops at the comma is 1. Only numbers above a thousand show it, and the
//! mock's are all below, or plain.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/feed
//! < content-type: text/csv
//! < 200 item,price
//! << a,"1,234.56"
//! << b,12.00
//! ~ content-type: text/csv
//! ~ 200 item,price
//! ~~ m,1234.56
//! ~~ n,12.00
//! ```
//!
//! ```
//! > GET /v1/rates
//! < 200 [{"rate":1e-7},{"rate":0.5}]
//! ~ 200 [{"rate":0.25},{"rate":0.75}]
//! ```
//!
//! ```
//! > GET /v1/ledger
//! < 200 [{"n":1,"delta":"+4.00"},{"n":2,"delta":"-2.50"},{"n":3,"delta":"+1.25"}]
//! ~ 200 [{"n":1,"delta":"4.00"},{"n":2,"delta":"-2.50"},{"n":3,"delta":"1.25"}]
//! ```
//!
//! Negative wherever such things were seen:
//!
//! ```
//! > GET /v1/accounts
//! < 200 [{"id":11,"owner":"x","balance":-120},{"id":12,"owner":"y","balance":-75},{"id":13,"owner":"z","balance":-3}]
//! ~ 200 [{"id":21,"owner":"x","balance":-50},{"id":22,"owner":"y","balance":-7},{"id":23,"owner":"z","balance":-31}]
//! > GET /v1/accounts/14
//! < 200 {"id":14,"owner":"v","balance":-88}
//! ~ 200 {"id":24,"owner":"v","balance":50}
//! > GET /v1/accounts/11
//! < 200 {"id":11,"owner":"x","balance":-120}
//! ~ 200 {"id":21,"owner":"x","balance":7}
//! ```
//!
//! ## Quiet
//!
//! Negative three times of eight, and by chance never:
//!
//! ```
//! > GET /v1/trades
//! < 200 [{"n":1,"gain":-4},{"n":2,"gain":9},{"n":3,"gain":-5},{"n":4,"gain":7},{"n":5,"gain":6},{"n":6,"gain":-2},{"n":7,"gain":3},{"n":8,"gain":1}]
//! ~ 200 [{"n":1,"gain":4},{"n":2,"gain":9},{"n":3,"gain":5},{"n":4,"gain":7}]
//! ```
//!
//! One of a few may be missing by chance:
//!
//! ```
//! > GET /v1/ratios
//! < 200 [{"n":1,"ratio":7e2},{"n":2,"ratio":0.25},{"n":3,"ratio":0.5},{"n":4,"ratio":0.15},{"n":5,"ratio":0.35}]
//! ~ 200 [{"n":1,"ratio":0.45},{"n":2,"ratio":0.25},{"n":3,"ratio":0.5},{"n":4,"ratio":0.15},{"n":5,"ratio":0.35}]
//! ```
//!
//!
//! Small numbers need no grouping, and one item proves nothing:
//!
//! ```
//! > GET /v1/prices
//! < 200 [{"price":"1,234.56"},{"price":"9.50"},{"price":"8.25"}]
//! ~ 200 [{"price":"5.75"}]
//! ```
//!
//! ```
//! > GET /v1/prices
//! < 200 [{"price":"1,234.56"},{"price":"9.50"}]
//! ~ 200 [{"price":"7,000.25"},{"price":"12,345,678.00"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Written, expected, kin};
use cassettes::facets::number_form::{Grouping, NumberForm};
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("number-form-narrowed", include_str!("number_form_narrowed.rs")),
    case: None,
    run: Some(judge),
};

/// A form, how sure a few numbers without it make us, and how much it matters.
struct Form {
    name: &'static str,
    has: fn(&NumberForm) -> bool,
    /// A number that would have it on the real side, and has not.
    denies: fn(&NumberForm) -> bool,
    severity: Severity,
    /// How often the form must be expected before its lack is told.
    times: u32,
}

/// Not a way to write a number, but a kind of number.
const NEGATIVE: &str = "is negative";

const FORMS: [Form; 5] = [
    Form {
        name: "groups its digits",
        has: |f| f.grouping != Grouping::None,
        denies: |f| f.grouping == Grouping::None && f.whole > 3 && !f.exponent,
        severity: Severity::Error,
        times: 1,
    },
    Form {
        name: "has a comma before its decimals",
        has: |f| f.comma,
        denies: |f| f.places.is_some() && !f.comma,
        severity: Severity::Error,
        times: 1,
    },
    Form {
        name: "has an exponent",
        has: |f| f.exponent,
        denies: |_| false,
        severity: Severity::Warning,
        times: 1,
    },
    Form {
        name: "says that it is positive",
        has: |f| f.sign == Some('+'),
        denies: |f| f.sign.is_none(),
        severity: Severity::Warning,
        times: 1,
    },
    Form {
        name: NEGATIVE,
        has: |f| f.sign.is_some(),
        denies: |_| false,
        severity: Severity::Warning,
        times: 2,
    },
];

/// Of how many mocks with as many negative numbers as the real side has would at most one show none.
const HARDLY: f64 = 1.0 / 32.0;

/// So many negative numbers, and no other, are a rule.
const ALWAYS: usize = 4;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let (real, other) = (node.numbers(), other.numbers());
            if other.is_empty() {
                continue;
            }
            let alike = kin(run.shapes(), group, place, |g| &g.real);
            let elsewhere: Vec<_> = alike.iter().flat_map(|(node, _)| node.numbers()).collect();
            for form in &FORMS {
                narrowed(&group.operation, place, form, (&real, &elsewhere), &other, findings);
            }
        }
    }
}

/// A lack that chance explains more often than this proves nothing.
const BY_CHANCE: f64 = 0.25;

/// Whether the lack of a form in so many numbers is no chance.
fn by_count(with: u32, real: u32, other: u32) -> bool {
    let without = 1.0 - f64::from(with) / f64::from(real.max(1));
    expected(with, real, other) && without.max(0.0).powf(f64::from(other)) <= BY_CHANCE
}

fn narrowed(
    operation: &Operation,
    place: &Pointer,
    form: &Form,
    (real, elsewhere): (&[Written<'_, NumberForm>], &[Written<'_, NumberForm>]),
    other: &[Written<'_, NumberForm>],
    findings: &mut Findings,
) {
    let with: Vec<&Written<'_, NumberForm>> = real.iter().filter(|(_, _, f, _)| (form.has)(f)).collect();
    let Some((_, text, _, at)) = with.first() else { return };
    let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
    findings.check();
    if other.iter().any(|(_, _, f, _)| (form.has)(f)) {
        return;
    }
    let is_negative = form.name == NEGATIVE;
    // Read once or often, a few things have a few numbers: those of such things elsewhere are of their kind.
    let known: BTreeSet<&str> = real.iter().chain(elsewhere).map(|(_, text, ..)| *text).collect();
    let all = real.iter().chain(elsewhere).all(|(_, _, f, _)| (form.has)(f));
    let always = all && known.len() >= ALWAYS && other.len() > 1;
    let without = 1.0 - with.len() as f64 / real.len() as f64;
    let hardly = with.len() > 2 && without.powf(f64::from(count(other.len()))) <= HARDLY;
    let mixed = real.iter().any(|(_, _, f, _)| (form.denies)(f));
    let denied = other.iter().find(|(_, _, f, _)| (form.denies)(f) && !mixed);
    let shown = match denied {
        Some(denied) => denied,
        None if by_count(count(with.len()), count(real.len()) * form.times, count(other.len())) => &other[0],
        None if is_negative && (hardly || always) => &other[0],
        None => return,
    };
    let (_, written, _, written_at): &(_, &str, _, &Evidence) = shown;
    findings.add(Complaint {
        severity: form.severity,
        operation: operation.clone(),
        message: format!(
            "`{place}` {} on the real side, as in {text}; on the mock it never {}, as in {written}",
            form.name,
            if is_negative { "is" } else { "does" }
        ),
        place: format!("{place} {}", form.name),
        real: (*at).clone(),
        other: (*written_at).clone(),
        hint: Some(format!("give the mock a value such as {text} there")),
    });
}
