//! # latency-changed
//!
//! The real side takes ten times as long as it did to begin its answer, or a tenth.
//!
//! Group: vendor drift
//!
//! ## Why it matters
//!
//! A client that gives up after two seconds was right while an answer took one. Only an order of magnitude counts,
//! where it is felt (a quarter of a second), in the middle over all answers of an operation, and only where it
//! shows again: anything less is the weather.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/reports/1
//! < 200 {"id":1}
//! @ first-byte 40000
//! --- now.yaml
//! > GET /v1/reports/1
//! < 200 {"id":1}
//! @ first-byte 4000000
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/reports/1
//! < 200 {"id":1}
//! @ first-byte 40000
//! --- now.yaml
//! > GET /v1/reports/1
//! < 200 {"id":1}
//! @ first-byte 390000
//! ```

use super::Page;
use cassettes::meta::Meta;

pub(super) static PAGE: Page =
    Page { meta: Meta::new("latency-changed", include_str!("latency_changed.rs")) };
