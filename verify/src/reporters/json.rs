//! # json
//!
//! The report as one JSON document, for programs. Its shape is stable; `schema` counts its changes.
//!
//! ## Why it matters
//!
//! A build that counts, compares or comments must not read what was written for people: that changes
//! whenever it can be said better.

use super::Reporter;
use cassettes::meta::Meta;
use std::io;

pub(super) static REPORTER: Reporter = Reporter {
    meta: Meta::new("json", include_str!("json.rs")),
    write: |report, _, out| {
        let text = report.to_json().map_err(io::Error::other)?;
        writeln!(out, "{text}")
    },
};
