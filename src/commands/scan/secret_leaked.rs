//! # secret-leaked
//!
//! A secret stands where everybody who has the file can read it.
//!
//! ## Why it matters
//!
//! Cassettes, stubs and logs are committed, copied into tickets and kept for years; a credential in one of them
//! opens the same doors as in a vault. Some kinds are told by their look alone: those are errors, and `record`
//! does not write what holds one. Others are likely: a name that says password, and a value that no person
//! would make up.
//!
//! ## Fires
//!
//! ```text
//! config:
//!   key: glpat-{q8Wm2Zx5Vb7Nc1Kd9Rt4}
//! ```
//!
//! A value that only its name gives away:
//!
//! ```text
//! client_secret = "{q8Wm2Zx5Vb7Nc1Kd9Rt4}"
//! ```
//!
//! ## Quiet
//!
//! Named and pseudonymised values, examples out of documentation, digests and identifiers:
//!
//! ```text
//! key: "{{billing-key}}"
//! password: changeme
//! token: 0f5c1c1e-6a51-4d0e-8c43-2f0a2f1c5a11
//! sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! ```

use cassettes::{meta::Meta, operation::Operation, scan::Leak, subject::Spot};
use std::collections::HashMap;
use verify::{Complaint, Evidence, Severity};

/// What `scan` complains of.
pub(crate) struct Page {
    /// Its name and page.
    pub(crate) meta: Meta,
}

pub(crate) static SECRET_LEAKED: Page =
    Page { meta: Meta::new("secret-leaked", include_str!("secret_leaked.rs")) };

/// One file whose leaks are told.
pub(super) struct Stand<'a> {
    path: &'a str,
    /// How many of a kind and place there were: what has no tag is told apart by its number.
    numbers: HashMap<String, u32>,
}

impl<'a> Stand<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Stand { path, numbers: HashMap::new() }
    }

    /// The leak as a finding; for one in an exchange, the cassette's name and the operation.
    pub(super) fn complaint(&mut self, leak: &Leak, exchange: Option<(&str, &str)>) -> Complaint {
        let kind = leak.kind;
        let within = match leak.chain.as_slice() {
            [] => String::new(),
            chain => format!(" within {}", chain.join(" in ")),
        };
        let at = leak.place.as_ref().map_or_else(
            || format!("{}:{}", self.path, leak.line),
            |place| format!("{} {place}", self.cite(leak, exchange)),
        );
        let named = leak.name.as_ref().map(|name| format!(" (`{name}`)")).unwrap_or_default();
        let mut place = format!("{} {:06x}", kind.name, leak.tag);
        if !kind.certain {
            let stands =
                leak.place.as_ref().map(ToString::to_string).or(leak.name.clone()).unwrap_or_default();
            place = format!("{} {stands}", kind.name);
            let number = self.numbers.entry(place.clone()).or_default();
            *number += 1;
            if *number > 1 {
                place.push_str(&format!(" {number}"));
            }
        }
        let pointer =
            leak.place.as_ref().map_or_else(|| format!("column {}", leak.column), ToString::to_string);
        Complaint {
            severity: if kind.certain { Severity::Error } else { Severity::Warning },
            operation: Operation { method: "scan".to_owned(), template: self.path.to_owned() },
            message: format!("found {}{named}{within} in {at}", kind.what),
            place,
            real: Evidence::default(),
            other: Evidence {
                exchange: exchange.map(|_| self.cite(leak, exchange)),
                pointer,
                excerpt: leak.excerpt.clone(),
                location: Some(Spot { file: self.path.to_owned(), line: leak.line }),
            },
            hint: Some(leak.hint()),
        }
    }

    fn cite(&self, leak: &Leak, exchange: Option<(&str, &str)>) -> String {
        let id = leak.exchange.map(|id| id.to_string()).unwrap_or_default();
        format!("{}{id}", exchange.map_or(self.path, |(name, _)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::scan::Scanner;

    #[test]
    fn the_examples_of_the_page_fire_and_stay_quiet() {
        for (heading, fires) in [("Fires", true), ("Quiet", false)] {
            let examples = SECRET_LEAKED.meta.examples(heading);
            assert!(!examples.is_empty());
            for text in examples {
                // Braces keep the page's own text from being one.
                let text = if fires { text.replace(['{', '}'], "") } else { text };
                let leaks = Scanner::default().text(text.as_bytes());
                assert_eq!(!leaks.is_empty(), fires, "{text}: {leaks:?}");
            }
        }
    }
}
