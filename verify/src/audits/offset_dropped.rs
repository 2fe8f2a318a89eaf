//! # offset-dropped
//!
//! A time that was served comes back without its offset, or with another one and the same wall clock.
//!
//! Group: data
//!
//! ## Why it matters
//!
//! `2026-06-12T22:30:00-06:00` is a Friday where it was written and a Saturday in UTC. Whoever sends it back
//! naive leaves it to the other side to guess which of them was meant; whoever puts a `Z` behind the wall clock
//! has moved it by six hours. On a machine that runs on UTC no test shows it.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/orders/ord_1002
//! < 200 {"id":"ord_1002","scheduled_at":"2026-06-12T22:30:00-06:00"}
//! > POST /v1/deliveries
//! > content-type: application/json
//! >> {"order":"ord_1002","at":"2026-06-12T22:30:00-06:00"}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/deliveries
//! + content-type: application/json
//! ++ {"order":"ord_1002","at":"2026-06-12T22:30:00"}
//! ```
//!
//! In a query, and called UTC:
//!
//! ```
//! > GET /v1/orders/ord_1002
//! < 200 {"id":"ord_1002","scheduled_at":"2026-06-12T22:30:00-06:00"}
//! > GET /v1/slots?from=2026-06-12T22%3A30%3A00-06%3A00
//! < 200 []
//! + 0.0 c1 #1
//! + 0.1 c1 GET /v1/slots?from=2026-06-12T22%3A30%3A00Z
//! ```
//!
//! In a query in which nobody escaped the plus sign, which says a space there:
//!
//! ```
//! > GET /v1/orders/ord_1003
//! < 200 {"id":"ord_1003","scheduled_at":"2026-06-12T22:30:00+02:00"}
//! > GET /v1/slots?from=2026-06-12T22%3A30%3A00%2B02%3A00
//! < 200 []
//! + 0.0 c1 #1
//! + 0.1 c1 GET /v1/slots?from=2026-06-12T22:30:00+02:00
//! ```
//!
//! ## Quiet
//!
//! An hour later is another moment, though the offset be an hour:
//!
//! ```
//! > GET /v1/orders/ord_1004
//! < 200 {"id":"ord_1004","scheduled_at":"2026-06-12T22:30:00+01:00"}
//! > POST /v1/deliveries
//! > content-type: application/json
//! >> {"order":"ord_1004","at":"2026-06-12T22:30:00+01:00"}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/deliveries = #2
//! + content-type: application/json
//! ++ {"order":"ord_1004","at":"2026-06-12T23:30:00+01:00"}
//! ```
//!
//! The same moment, said in UTC:
//!
//! ```
//! > GET /v1/orders/ord_1002
//! < 200 {"id":"ord_1002","scheduled_at":"2026-06-12T22:30:00-06:00"}
//! > POST /v1/deliveries
//! > content-type: application/json
//! >> {"order":"ord_1002","at":"2026-06-12T22:30:00-06:00"}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/deliveries = #2
//! + content-type: application/json
//! ++ {"order":"ord_1002","at":"2026-06-13T04:30:00Z"}
//! ```
//!
//! Another time altogether, and one that was naive when it was recorded:
//!
//! ```
//! > GET /v1/orders/ord_1002
//! < 200 {"id":"ord_1002","scheduled_at":"2026-06-12T22:30:00-06:00"}
//! > GET /v1/slots?from=2026-06-12T22%3A30%3A00&to=2026-06-12T22%3A30%3A00-06%3A00
//! < 200 []
//! + 0.0 c1 #1
//! + 0.1 c1 GET /v1/slots?from=2026-06-12T22%3A30%3A00&to=2027-01-15T09%3A12%3A07-06%3A00 = #2
//! ```

use super::Audit;
use crate::conduct::Conduct;
use crate::finding::{Findings, Severity};
use crate::sent::{Altered, Slip, complain_of_altered, given, is_same_moment, slip};
use cassettes::facets::time_form::{epoch_form, time_form};
use cassettes::meta::Meta;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("offset-dropped", include_str!("offset_dropped.rs")), inspect };

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let is_moment = |text: &str| time_form(text).is_some() || epoch_form(text).is_some();
    complain_of_altered(conduct, findings, is_moment, |number, differs| {
        let told = |text: &str| slip(text, &differs.recorded, &differs.sent);
        let from =
            given(conduct, number, |text| is_same_moment(text, &differs.recorded) && told(text).is_some())?;
        let what = told(from.text)?;
        let cite = &conduct.recorded[from.recorded].cite;
        Some(Altered {
            severity: Severity::Error,
            came: format!("{}, served by {cite} at `{}`,", from.text, from.at),
            what: what.to_string(),
            kind: format!("{what:?}"),
            hint: match what {
                Slip::Unescaped => "escape values before you put them into a query or a form",
                _ => "carry times with their offset, and convert to UTC before any of it is left out",
            },
        })
    });
}
