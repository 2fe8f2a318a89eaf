//! A report that `verify` wrote, as far as accepting needs it.

use crate::{exit::Stop, ui};
use serde::Deserialize;
use std::{fmt::Write as _, path::Path};

/// The findings of a report.
#[derive(Debug, Deserialize)]
pub(super) struct Written {
    schema: u32,
    #[serde(default)]
    command: String,
    pub(super) findings: Vec<Found>,
}

/// One finding.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) rule: String,
    severity: String,
    pub(super) operation: String,
    message: String,
    real: Side,
    other: Side,
    hint: Option<String>,
    pub(super) fingerprint: String,
    /// What its two sides are called.
    #[serde(skip)]
    names: [&'static str; 2],
}

#[derive(Debug, Deserialize)]
struct Side {
    exchange: Option<String>,
    pointer: String,
    excerpt: String,
    location: Option<Location>,
}

#[derive(Debug, Deserialize)]
struct Location {
    file: String,
    line: u32,
}

impl Written {
    /// Reads a report from the disk.
    pub(super) fn read(path: &Path) -> Result<Written, Stop> {
        let shown = path.display();
        let hint = "`truetape verify ... --format json --output FILE` writes one";
        let text = std::fs::read_to_string(path)
            .map_err(|e| Stop::usage(format!("{shown}: reading the report: {e}"), hint))?;
        let mut written: Written = serde_json::from_str(&text)
            .map_err(|e| Stop::usage(format!("{shown}:{}: expected a report: {e}", e.line()), hint))?;
        if written.schema != verify::report::SCHEMA {
            let (found, known) = (written.schema, verify::report::SCHEMA);
            return Err(Stop::usage(
                format!("{shown}: expected a report of schema {known}, found {found}"),
                hint,
            ));
        }
        let names = match written.command.as_str() {
            "audit" | "replay" => ["recorded", "client"],
            "drift" | "drift vendor" => ["recorded", "now"],
            "drift client" => ["before", "now"],
            _ => ["real", "mock"],
        };
        written.findings.iter_mut().for_each(|finding| finding.names = names);
        Ok(written)
    }
}

impl Found {
    /// The finding as a person decides on it.
    pub(super) fn shown(&self) -> String {
        let (bold, dim) = (ui::BOLD, ui::DIM);
        let Found { rule, severity, operation, message, real, other, hint, fingerprint, names } = self;
        let mut out = String::new();
        let _ = writeln!(out, "{severity}  {bold}{rule}{bold:#}  {operation}  {dim}{fingerprint}{dim:#}");
        let _ = writeln!(out, "  {message}");
        for (name, side) in names.iter().zip([real, other]) {
            if !side.excerpt.is_empty() {
                let _ = writeln!(out, "  {name}  {dim}{}{dim:#}  {}", side.source(), side.excerpt);
            }
        }
        if let Some(hint) = hint {
            let _ = writeln!(out, "  {cyan}hint:{cyan:#} {hint}", cyan = ui::CYAN);
        }
        out
    }
}

impl Side {
    fn source(&self) -> String {
        let from = match (&self.exchange, &self.location) {
            (Some(exchange), _) => format!("{exchange} "),
            (None, Some(Location { file, line })) => format!("{file}:{line} "),
            (None, None) => String::new(),
        };
        format!("{from}{}", self.pointer)
    }
}
