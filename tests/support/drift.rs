//! Vendor drift of `c.yaml`, run as nobody's CI, so that it may propose.

use super::{Done, truetape_with};
use serde_json::Value;
use std::path::Path;

pub(crate) const DRIFT: &[&str] = &["drift", "vendor", "c.yaml", "--rate", "10000"];

pub(crate) fn drift(directory: &Path, more: &[&str]) -> Done {
    truetape_with(&[DRIFT, more].concat(), directory, &[("CI", "")])
}

/// With which code it ends, and its report.
pub(crate) fn report(directory: &Path, more: &[&str]) -> (i32, Value) {
    let done = drift(directory, &[&["--format", "json"], more].concat());
    let report = serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    (done.code, report)
}
