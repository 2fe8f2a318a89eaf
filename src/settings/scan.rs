//! `scan:` in truetape.yaml: kinds of secrets that this project lets pass.

use crate::exit::Stop;
use cassettes::scan::Scanner;
use serde::Deserialize;

/// `scan: {allow: [private-key]}`
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ScanSettings {
    /// Kinds that are neither reported nor a reason not to record.
    allow: Vec<String>,
}

impl ScanSettings {
    /// Looks for these kinds or all, but for those to skip and those that the project allows.
    pub(crate) fn scanner(&self, only: &[String], skip: &[String]) -> Result<Scanner, Stop> {
        let skip: Vec<String> = self.allow.iter().chain(skip).cloned().collect();
        Scanner::new(only, &skip).map_err(|e| Stop::usage(e.to_string(), e.hint))
    }
}
