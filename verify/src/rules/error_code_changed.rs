//! # error-code-changed
//!
//! The mock's error carries another machine code than the real side's.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! Clients compare codes letter by letter. A code that the real side never gives for this leads tests through a
//! branch that production never takes.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! ~ 402 {"error":{"type":"card_error","code":"payment_failed"}}
//! ```
//!
//! ```
//! > POST /token
//! > content-type: application/x-www-form-urlencoded
//! >> grant_type=password
//! < 400 {"error":"unsupported_grant_type","error_description":"no"}
//! ~ 400 {"error":"unsupported_grant","error_description":"no"}
//! ```
//!
//! Another text where the code stood:
//!
//! ```
//! > GET /v1/accounts/x
//! < 404 {"fault":{"reasonCode":"NO_ACCOUNT","detail":"no such account"}}
//! ~ 404 {"fault":{"reasonCode":"oops","detail":"no such account"}}
//! ```
//!
//! ## Quiet
//!
//! The namespace before a code and the host of a problem type are the server's own:
//!
//! ```
//! > POST /
//! >> {"TableName":"nope"}
//! < content-type: application/x-amz-json-1.0
//! < 400 {"__type":"com.example.v1#ResourceNotFoundException","message":"m"}
//! ~ content-type: application/x-amz-json-1.0
//! ~ 400 {"__type":"ResourceNotFoundException","message":"other words"}
//! ```
//!
//! One of several causes may be any that was seen there:
//!
//! ```
//! > POST /v1/users
//! >> {"name":""}
//! < 422 {"detail":[{"type":"too_short","loc":["name"]},{"type":"missing","loc":["mail"]}]}
//! ~ 422 {"detail":[{"type":"missing","loc":["mail"]}]}
//! > POST /v1/users
//! >> {"name":"Ada"}
//! < 422 {"detail":[{"type":"missing","loc":["mail"]}]}
//! ~ 422 {"detail":[{"type":"too_short","loc":["name"]}]}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Lost, at_where, complaint, fates, lost_codes, required_codes};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("error-code-changed", include_str!("error_code_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let required = required_codes(&judged);
    for one in &judged {
        let (Some(real), Some(_)) = (&one.reading.real.error, &one.reading.other.error) else { continue };
        if one.fate != Fate::Kept || real.codes.is_empty() {
            continue;
        }
        findings.check();
        for lost in lost_codes(one, &required) {
            let Lost::Changed(code, instead) = lost else { continue };
            let message = format!(
                "the real side's {} error has the code {} at {}, the mock's has {}",
                real.class,
                code.key(),
                code.at,
                instead.key()
            );
            let place = format!("{} {}", real.class, code.at.generic());
            findings.add(Complaint {
                real: at_where(&one.case().real, &code.at),
                other: at_where(&one.case().other, &instead.at),
                ..complaint(
                    one,
                    Severity::Error,
                    place,
                    message,
                    "use the real side's code, letter by letter",
                )
            });
        }
    }
}
