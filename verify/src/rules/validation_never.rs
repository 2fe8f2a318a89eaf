//! # validation-never
//!
//! The real side was seen to find fault with requests of a kind; the mock takes whatever it is given.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! No test against such a mock can fail because of what the client sends, and that is what most tests of a
//! client are for.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 400 {"error":{"code":"parameter_invalid"}}
//! ~ 200 {"id":"ch_1"}
//! > POST /v1/charges
//! >> {}
//! < 400 {"error":{"code":"parameter_missing"}}
//! ~ 200 {"id":"ch_2"}
//! ```
//!
//! ## Quiet
//!
//! It finds some faults. What it lets through is told by `error-accepted`, so here the mock is honest:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 400 {"error":{"code":"parameter_invalid"}}
//! ~ 400 {"error":{"code":"parameter_invalid"}}
//! > POST /v1/charges
//! >> {}
//! < 400 {"error":{"code":"parameter_missing"}}
//! ~ 400 {"error":{"code":"parameter_missing"}}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Side, complaint, fates};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("validation-never", include_str!("validation_never.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    // Which method and which media type are taken is another question.
    let faulty = |side: &Side, said: &Said<'_>| {
        side.class() == Some(Class::Validation) && !matches!(said.status(), Some(405 | 406 | 415))
    };
    let finds_fault: BTreeSet<&Operation> = judged
        .iter()
        .filter(|one| faulty(one.reading.other, &one.reading.case.other))
        .map(|one| &one.reading.case.operation)
        .collect();
    let mut told: BTreeSet<&Operation> = BTreeSet::new();
    for one in &judged {
        let case = one.reading.case;
        if !faulty(one.reading.real, &case.real) || case.other.reply().is_none() {
            continue;
        }
        findings.check();
        let never = one.fate == Fate::Accepted && !finds_fault.contains(&case.operation);
        if !never || !told.insert(&case.operation) {
            continue;
        }
        let message = "the real side finds fault with requests of this kind, the mock never does".to_owned();
        let hint = "let the mock check what it is sent as the real side does";
        findings.add(complaint(one, Severity::Warning, "run", message, hint));
    }
}
