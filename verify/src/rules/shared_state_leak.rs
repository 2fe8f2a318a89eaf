//! # shared-state-leak
//!
//! An answer depends on what another session asked: on the mock all share one state, on the real side each
//! has its own.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! Two tenants who see each other's data is the worst thing that can happen to a client, and on a mock with
//! one list for everybody no test can tell. The tests themselves begin to depend on each other: one that runs
//! beside another finds things that it did not make.
//!
//! Sessions are told apart by their credential, the cookie of a session, or a header that names a tenant or
//! an account. Cassettes of different sessions are asked a second time side by side, if the mock can be put
//! back to its beginning. What that shows is an error where the real side was seen to keep these sessions
//! apart; else, as what was made may have been tidied away between two recordings, it is worth a word.
//!
//! ## Fires
//!
//! In a list:
//!
//! ```
//! > POST /v1/notes
//! > authorization: Bearer alice-key
//! > content-type: application/json
//! >> {"text":"for alice alone"}
//! < 201 {"id":"n_8f3a61c2d7"}
//! ~ 201 {"id":"n_0000000001","text":"for alice alone"}
//! > GET /v1/notes
//! > authorization: Bearer bob-key
//! < 200 {"data":[]}
//! ~ 200 {"data":[{"id":"n_0000000001","text":"for alice alone"}]}
//! ```
//!
//! Asked for by its id:
//!
//! ```
//! > POST /v1/notes
//! > authorization: Bearer alice-key
//! < 201 {"id":"n_8f3a61c2d7"}
//! ~ 201 {"id":"n_0000000001"}
//! > GET /v1/notes/n_8f3a61c2d7
//! > authorization: Bearer bob-key
//! < 404 {"code":"not_found"}
//! ~ 200 {"id":"n_0000000001"}
//! ```
//!
//! A counter, and the tenant stands in a header:
//!
//! ```
//! > GET /v1/usage
//! > x-tenant-id: t2
//! < 200 {"calls":40}
//! ~ 200 {"calls":0}
//! > POST /v1/calls
//! > x-tenant-id: t1
//! < 200 {"calls":13}
//! ~ 200 {"calls":1}
//! > GET /v1/usage
//! > x-tenant-id: t2
//! < 200 {"calls":40}
//! ~ 200 {"calls":1}
//! ```
//!
//! On one page of many, where the thing itself is refused to whoever asks for the list:
//!
//! ```
//! > GET /v1/events?count=2
//! > authorization: Bearer bob-key
//! < 200 {"events":[{"id":"evt_11aa22bb33"},{"id":"evt_44cc55dd66"}],"next":"c2"}
//! ~ 200 {"events":[{"id":"evt_0000000001"},{"id":"evt_0000000002"}],"next":"c2"}
//! > GET /v1/events?count=2&cursor=c2
//! > authorization: Bearer bob-key
//! < 200 {"events":[{"id":"evt_77ee88ff99"}],"next":null}
//! ~ 200 {"events":[{"id":"evt_0000000003"}],"next":null}
//! > POST /v1/events
//! > authorization: Bearer alice-key
//! < 201 {"id":"evt_5f0d9e8a71"}
//! ~ 201 {"id":"evt_0000000004"}
//! > GET /v1/events?count=2
//! > authorization: Bearer bob-key
//! < 200 {"events":[{"id":"evt_11aa22bb33"},{"id":"evt_44cc55dd66"}],"next":"c2"}
//! ~ 200 {"events":[{"id":"evt_0000000004"},{"id":"evt_0000000001"}],"next":"c2"}
//! > GET /v1/events/evt_5f0d9e8a71
//! > authorization: Bearer bob-key
//! < 403 {"code":"not_yours"}
//! ~ 403 {"code":"not_yours"}
//! ```
//!
//! Things without ids:
//!
//! ```
//! > POST /cart
//! > authorization: Bearer alice-key
//! > content-type: application/json
//! >> {"sku":"S-1","qty":2}
//! < 201 {"lines":[{"sku":"S-1","qty":2}]}
//! ~ 201 {"lines":[{"sku":"S-1","qty":2}]}
//! > GET /cart
//! > authorization: Bearer alice-key
//! < 200 {"lines":[{"sku":"S-1","qty":2}]}
//! ~ 200 {"lines":[{"sku":"S-1","qty":2}]}
//! > GET /cart
//! > authorization: Bearer bob-key
//! < 200 {"lines":[]}
//! ~ 200 {"lines":[{"sku":"S-1","qty":2}]}
//! ```
//!
//! ## Quiet
//!
//! Bob has put the same into his own cart, or had it there before:
//!
//! ```
//! > GET /cart
//! > authorization: Bearer bob-key
//! < 200 {"lines":[]}
//! ~ 200 {"lines":[{"sku":"S-1","qty":2}]}
//! > POST /cart
//! > authorization: Bearer alice-key
//! > content-type: application/json
//! >> {"sku":"S-1","qty":2}
//! < 201 {"lines":[{"sku":"S-1","qty":2}]}
//! ~ 201 {"lines":[{"sku":"S-1","qty":2}]}
//! > GET /cart
//! > authorization: Bearer alice-key
//! < 200 {"lines":[{"sku":"S-1","qty":2}]}
//! ~ 200 {"lines":[{"sku":"S-1","qty":2}]}
//! > GET /cart
//! > authorization: Bearer bob-key
//! < 200 {"lines":[]}
//! ~ 200 {"lines":[{"sku":"S-1","qty":2}]}
//! ```
//!
//! Each has its own, and ids may be the same in both:
//!
//! ```
//! > POST /v1/notes
//! > authorization: Bearer alice-key
//! > content-type: application/json
//! >> {"text":"for alice alone"}
//! < 201 {"id":"n_8f3a61c2d7"}
//! ~ 201 {"id":"1"}
//! > GET /v1/notes
//! > authorization: Bearer bob-key
//! < 200 {"data":[{"id":"n_77aa01bb9c","text":"of bob"}]}
//! ~ 200 {"data":[{"id":"1","text":"fixture"}]}
//! > GET /v1/notes/n_8f3a61c2d7
//! > authorization: Bearer bob-key
//! < 404 {"code":"not_found"}
//! ~ 404 {"code":"not_found"}
//! ```
//!
//! The real side shares, too; and the same user with a fresh token is no other session:
//!
//! ```
//! > POST /v1/posts
//! > authorization: Bearer alice-key
//! < 201 {"id":"p_8f3a61c2d7"}
//! ~ 201 {"id":"p_0000000001"}
//! > GET /v1/posts
//! > authorization: Bearer bob-key
//! < 200 {"data":[{"id":"p_8f3a61c2d7"}]}
//! ~ 200 {"data":[{"id":"p_0000000001"}]}
//! > GET /v1/drafts
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","jti":"1"})
//! < 200 {"data":[]}
//! ~ 200 {"data":[]}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings};
use crate::leaks::{sequence, together};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("shared-state-leak", include_str!("shared_state_leak.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let in_order = sequence(run);
    let beside = together(run, &in_order.apart);
    for looked in [in_order, beside] {
        for _ in 0..looked.checks {
            findings.check();
        }
        for leak in looked.leaks {
            findings.add(Complaint {
                severity: leak.severity,
                operation: leak.case.operation.clone(),
                message: leak.message,
                place: leak.place.to_owned(),
                real: leak.real,
                other: leak.other,
                hint: Some(
                    "let the mock keep its state by whoever asks: one store for each session".to_owned(),
                ),
            });
        }
    }
}
