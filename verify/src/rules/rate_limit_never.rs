//! # rate-limit-never
//!
//! The real side was seen to limit the rate; the mock never does.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! The code that waits, queues and gives up runs for the first time on the day with the most customers.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/search?q=a
//! < retry-after: 1
//! < 429 {"error":"rate_limited"}
//! ~ 200 {"hits":1}
//! ```
//!
//! Forbidden in name, a rate limit by its counters:
//!
//! ```
//! > GET /search?q=a
//! < x-ratelimit-remaining: 0
//! < 403 {"message":"API rate limit exceeded"}
//! ~ 200 {"hits":1}
//! ```
//!
//! A refusal without the signs that it will pass:
//!
//! ```
//! > GET /v1/search
//! < x-ratelimit-remaining: 0
//! < 403 {"message":"API rate limit exceeded"}
//! ~ x-ratelimit-remaining: 59
//! ~ 403 {"message":"Forbidden"}
//! ```
//!
//! ## Quiet
//!
//! The mock limits elsewhere:
//!
//! ```
//! > GET /v1/search?q=a
//! < 429 {"error":"rate_limited"}
//! ~ 200 {"hits":1}
//! > GET /v1/search?q=b
//! < 429 {"error":"rate_limited"}
//! ~ 429 {"error":"rate_limited"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Side, complaint, fates};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("rate-limit-never", include_str!("rate_limit_never.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let limits = |side: &Side| side.class() == Some(Class::RateLimit);
    let shown = judged.iter().any(|one| limits(one.reading.other));
    let mut told = false;
    for one in judged.iter().filter(|one| limits(one.reading.real) && one.case().other.reply().is_some()) {
        findings.check();
        if shown || told || one.fate != Fate::RateNever {
            continue;
        }
        told = true;
        let message = format!("the real side limits the rate ({}), the mock never does", one.real_words());
        let hint = "give the mock a way to answer 429 with the real headers, and a test that asks for it";
        findings.add(complaint(one, Severity::Warning, "run", message, hint));
    }
}
