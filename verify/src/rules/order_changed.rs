//! # order-changed
//!
//! The real listing is sorted, over all its recorded pages; the mock's is not, by any key that fits.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! "The first is the newest" is true of the real side until a mock teaches otherwise, or the other way
//! round: code that sorts for itself and code that relies on the order cannot both be tested.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/events?limit=4
//! < 200 {"data":[{"id":"e9","at":900},{"id":"e2","at":800},{"id":"e7","at":700},{"id":"e1","at":600}],"has_more":true}
//! ~ 200 {"data":[{"id":"m1","at":100},{"id":"m5","at":500},{"id":"m2","at":200},{"id":"m3","at":300}],"has_more":true}
//! > GET /v1/events?limit=4&starting_after=e1
//! < 200 {"data":[{"id":"e5","at":500},{"id":"e8","at":400},{"id":"e3","at":300}],"has_more":false}
//! ~ 200 {"data":[{"id":"m6","at":600},{"id":"m4","at":400}],"has_more":false}
//! ```
//!
//! The order that was asked for:
//!
//! ```
//! > GET /v1/items
//! < 200 [{"id":"7","slug":"pan"},{"id":"2","slug":"cup"},{"id":"5","slug":"tea"},{"id":"3","slug":"jar"}]
//! ~ 200 [{"id":"8","slug":"box"},{"id":"1","slug":"hat"},{"id":"9","slug":"axe"}]
//! > GET /v1/items?sort=slug
//! < 200 [{"id":"2","slug":"cup"},{"id":"3","slug":"jar"},{"id":"7","slug":"pan"},{"id":"5","slug":"tea"}]
//! ~ 200 [{"id":"8","slug":"box"},{"id":"1","slug":"hat"},{"id":"9","slug":"axe"}]
//! ```
//!
//! ## Quiet
//!
//! The order that was asked for, and none where none was:
//!
//! ```
//! > GET /v1/items
//! < 200 [{"id":"7","slug":"pan"},{"id":"2","slug":"cup"},{"id":"5","slug":"tea"},{"id":"3","slug":"jar"}]
//! ~ 200 [{"id":"8","slug":"box"},{"id":"1","slug":"hat"},{"id":"9","slug":"Axe"}]
//! > GET /v1/items?sort=slug
//! < 200 [{"id":"2","slug":"cup"},{"id":"3","slug":"jar"},{"id":"7","slug":"pan"},{"id":"5","slug":"tea"}]
//! ~ 200 [{"id":"9","slug":"Axe"},{"id":"8","slug":"box"},{"id":"1","slug":"hat"}]
//! ```
//!
//! Its own items in the same order, some at the same time:
//!
//! ```
//! > GET /v1/events?limit=4
//! < 200 {"data":[{"id":"e9","at":900},{"id":"e2","at":800},{"id":"e7","at":700},{"id":"e1","at":600}],"has_more":true}
//! ~ 200 {"data":[{"id":"m5","at":500},{"id":"m1","at":400},{"id":"m2","at":400},{"id":"m3","at":300}],"has_more":true}
//! > GET /v1/events?limit=4&starting_after=e1
//! < 200 {"data":[{"id":"e5","at":500},{"id":"e8","at":400},{"id":"e3","at":300}],"has_more":false}
//! ~ 200 {"data":[{"id":"m6","at":200}],"has_more":false}
//! ```
//!
//! Three items that happen to be sorted prove nothing:
//!
//! ```
//! > GET /v1/tags
//! < 200 ["alpha","beta","gamma"]
//! ~ 200 ["x","b","k"]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::sorting::{Key, Lists};
use cassettes::meta::Meta;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("order-changed", include_str!("order_changed.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let listed = |operation| Some((operation, Lists::of(run, operation)?));
    let all = run.operations().into_keys().filter_map(listed);
    for (operation, lists) in all.flat_map(|(op, lists)| lists.by_order().into_iter().map(move |l| (op, l))) {
        let keys: Vec<Key> = lists.learned();
        let Some(best) = keys.first() else { continue };
        findings.check();
        let kept =
            keys.iter().any(|key| lists.other.iter().all(|list| key.holds(&list.items) != Some(false)));
        let told = lists.other.iter().find(|list| best.holds(&list.items) == Some(false));
        let (false, Some(broken), Some(real)) = (kept, told, lists.real.first()) else { continue };
        findings.add(Complaint {
            severity: Severity::Error,
            operation: operation.clone(),
            message: format!("every recorded listing is sorted by {best}, the mock's is not"),
            place: lists.items.to_string(),
            real: real.said.evidence(lists.items.to_string(), best.show(&real.items)),
            other: broken.said.evidence(lists.items.to_string(), best.show(&broken.items)),
            hint: Some(format!("sort the mock's items by {best}")),
        });
    }
}
