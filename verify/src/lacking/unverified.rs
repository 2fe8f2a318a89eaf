//! One thing that nobody ever provoked, as reports say it.

use serde::Serialize;

/// What the evidence itself lacks: nobody ever provoked it, so no mock is proven there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unverified {
    /// The kind of behaviour that was never seen: `not-found`, `second-page`, `validation`, …
    pub kind: String,
    /// The lesson that would teach it, as a plan spells it: `miss: GET /v1/customers/cus_c4d5e6`.
    pub lesson: String,
    /// Why it is to be expected of this operation; or what came of it, where it was asked for.
    pub because: String,
    /// It was asked for in every way that is known, and did not show.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
}
