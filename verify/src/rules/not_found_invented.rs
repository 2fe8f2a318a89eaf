//! # not-found-invented
//!
//! The real side says that there is no such thing; the mock answers with content.
//!
//! Group: not found
//!
//! ## Why it matters
//!
//! The branch of the client that handles "not found" never runs in a test. In production the first typing
//! error, the first deleted customer, is a crash or a record made of nothing.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1","name":"Ada"}
//! ~ 200 {"id":"cus_9","name":"Fake"}
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such customer"}}
//! ~ 200 {"id":"cus_nope","name":"Fake"}
//! ```
//!
//! A lookup that says `null` for what it does not know:
//!
//! ```
//! > GET /geocode?address=1+Main+St
//! < 200 {"lat":40.1,"lon":-73.0}
//! ~ 200 {"lat":1.5,"lon":2.5}
//! > GET /geocode?address=nowhere
//! < 200 null
//! ~ 200 {"lat":1.5,"lon":2.5}
//! ```
//!
//! One status with two meanings: the code tells.
//!
//! ```
//! > POST /
//! >> {"TableName":"nope"}
//! < 400 {"__type":"com.example.v1#ResourceNotFoundException","message":"m"}
//! ~ 200 {"Item":{"id":{"S":"1"}}}
//! ```
//!
//! Where 204 means "yes", it is no way to say that there is nothing:
//!
//! ```
//! > GET /gists/1/star
//! < 204
//! ~ 204
//! > GET /gists/2/star
//! < 404 {"message":"Not Found"}
//! ~ 204
//! ```
//!
//! ## Quiet
//!
//! Another message, another request id, the same meaning:
//!
//! ```
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing","message":"No such customer: cus_nope"},"request":"req_1"}
//! ~ 404 {"error":{"code":"resource_missing","message":"nobody here"}}
//! ```
//!
//! A poll that has nothing now and something later is state, not a miss:
//!
//! ```
//! > GET /v1/jobs/next
//! < 204
//! ~ 200 {"job":7}
//! > GET /v1/jobs/next
//! < 200 {"job":1}
//! ~ 200 {"job":8}
//! ```
//!
//! A field that is null in all that was seen may be filled in the mock's own data:
//!
//! ```
//! > GET /v1/users/7/manager
//! < 200 null
//! ~ 200 {"id":3}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("not-found-invented", include_str!("not_found_invented.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| one.reading.real.miss.is_some() && !matches!(one.fate, Fate::Untold | Fate::Fleeting),
        |one| {
            let style = one.reading.real.miss.filter(|_| one.fate == Fate::Invented)?;
            let message = format!(
                "the real side says that there is no such thing ({style}), the mock answers {} with content",
                one.other_words()
            );
            let hint =
                "let the mock answer what it does not know as the real side does, not with a made-up thing";
            Some(complaint(one, Severity::Error, "miss", message, hint))
        },
    );
}
