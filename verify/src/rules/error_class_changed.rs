//! # error-class-changed
//!
//! An error of one class is answered with an error of another.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! What a client does next hangs on the class: correct the request, ask again, log in, give up. With another
//! class the test exercises another branch than production.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/orders
//! >> {"sku":"taken"}
//! < 409 {"code":"ALREADY_EXISTS"}
//! ~ 500 {"code":"OOPS"}
//! ```
//!
//! A redirect is no error at all:
//!
//! ```
//! > GET /v1/me
//! < 401 {"error":"login_required"}
//! ~ location: /login
//! ~ 302
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /v1/orders
//! >> {"sku":"taken"}
//! < 409 {"code":"ALREADY_EXISTS","message":"There is one"}
//! ~ 409 {"code":"ALREADY_EXISTS","message":"duplicate"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("error-class-changed", include_str!("error_class_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| one.reading.real.error.is_some() && !one.reading.other.success && one.fate != Fate::Untold,
        |one| {
            let real = one.reading.real.class().filter(|_| one.fate == Fate::Changed)?;
            let other = one.reading.other.class().map_or("redirect", Class::as_str);
            let family = |status: Option<u16>| status.map(|s| s / 100);
            let same_side = family(one.case().real.status()) == family(one.case().other.status());
            let severity = if same_side { Severity::Warning } else { Severity::Error };
            let message = format!(
                "the real side's error is {real} ({}), the mock's is {other} ({})",
                one.real_words(),
                one.other_words()
            );
            let hint = "give the mock's error the status and the code of the real one";
            Some(complaint(one, severity, format!("{real} as {other}"), message, hint))
        },
    );
}
