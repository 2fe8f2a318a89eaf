//! # error-code-missing
//!
//! The real side's error carries a machine code, the mock's carries none.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! One status has several reasons, and the code is what tells them apart. Without it the client can only show
//! "something went wrong", and the branch for each reason is never tested.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined","message":"Your card was declined."}}
//! ~ 402 {"error":{"message":"Your card was declined."}}
//! ```
//!
//! ```
//! > GET /v2/demo/manifests/nope
//! < 404 {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}
//! ~ 404 {"errors":[{"message":"manifest unknown"}]}
//! ```
//!
//! ```
//! > GET /bucket/nope.txt
//! < content-type: application/xml
//! < 404 <?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>no</Message></Error>
//! ~ content-type: application/xml
//! ~ 404 <?xml version="1.0"?><Error><Message>no</Message></Error>
//! ```
//!
//! The causes of an error that always has them:
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < 400 {"error":{"code":"ValidationError","details":[{"code":"OutOfRange"}]}}
//! ~ 400 {"error":{"code":"ValidationError"}}
//! > POST /v1/orders
//! >> {
//! < 400 {"error":{"code":"MalformedJson"}}
//! ~ 400 {"error":{"code":"MalformedJson"}}
//! ```
//!
//! ## Quiet
//!
//! The code is optional: the real side itself leaves it out.
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":1}
//! < 400 {"error":{"message":"too small"}}
//! ~ 400 {"error":{"message":"too small"}}
//! > POST /v1/charges
//! >> {"amount":"x"}
//! < 400 {"error":{"message":"not a number","code":"not_a_number"}}
//! ~ 400 {"error":{"message":"not a number"}}
//! ```
//!
//! A value of this one question, or what the status says already, is no code:
//!
//! ```
//! > GET /items/48213
//! < 404 {"status":404,"error":"Not Found","code":"item-48213-missing","path":"/items/48213"}
//! ~ 404 {"message":"no such item","status":404,"error":"Not Found"}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Lost, at_where, complaint, fates, lost_codes, required_codes};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("error-code-missing", include_str!("error_code_missing.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let required = required_codes(&judged);
    for one in &judged {
        let (Some(real), Some(other)) = (&one.reading.real.error, &one.reading.other.error) else { continue };
        if one.fate != Fate::Kept || real.codes.is_empty() {
            continue;
        }
        findings.check();
        let lost = lost_codes(one, &required);
        // Another code in one place explains a further place that is empty.
        if lost.iter().any(|l| !matches!(l, Lost::Missing(_))) {
            continue;
        }
        let missing = lost.iter().filter_map(|l| match l {
            Lost::Missing(code) => Some(code),
            Lost::Changed(..) | Lost::Moved(..) => None,
        });
        // The longest says most: `card_declined` beside `card_error`.
        let Some(code) = missing.max_by_key(|c| c.key().len()) else { continue };
        let some_left = !other.codes.is_empty();
        let severity = if some_left { Severity::Warning } else { Severity::Error };
        let message = format!(
            "the real side's {} error has the code {} at {}, the mock's has none there",
            real.class,
            code.key(),
            code.at
        );
        let hint = "add the machine code to the mock's error: clients tell reasons apart by it";
        findings.add(Complaint {
            real: at_where(&one.case().real, &code.at),
            other: if some_left { at_where(&one.case().other, &code.at) } else { one.case().other.whole() },
            ..complaint(one, severity, format!("{} {}", real.class, code.at.generic()), message, hint)
        });
    }
}
