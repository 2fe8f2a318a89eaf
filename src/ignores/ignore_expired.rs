//! # ignore-expired
//!
//! An entry under `ignore:` in truetape.yaml has passed its last day: what it hid is back in the report.
//!
//! ## Why it matters
//!
//! A finding is accepted for a while because somebody is going to mend the mock, or to find out. An entry
//! without an end would hide it for ever, and the next person takes the silence for agreement. Mend what it
//! hid and delete the entry, or decide anew with `truetape accept`.
//!
//! ## Fires
//!
//! On the day after:
//!
//! ```
//! today: 2027-02-01
//! ignore:
//! - {finding: "90f5aa1d2c3b4e57", reason: "the fake learns pages next month", until: 2027-01-31}
//! ```
//!
//! ## Quiet
//!
//! On the last day, which still counts:
//!
//! ```
//! today: 2027-01-31
//! ignore:
//! - {finding: "90f5aa1d2c3b4e57", reason: "the fake learns pages next month", until: 2027-01-31}
//! ```

use super::Ignore;
use cassettes::{meta::Meta, model::Timestamp, operation::Operation, subject::Spot};
use verify::{Complaint, Evidence, Finding, Severity};

/// A finding that no rule over answers makes: it is about the project's own settings.
pub(crate) struct Notice {
    /// Its name and page.
    pub(crate) meta: Meta,
    /// Judges one entry, at a place of its file, with the finding that it hid if that is there.
    pub(super) judge: fn(&Ignore, Timestamp, Spot, Option<&Finding>) -> Option<Complaint>,
}

pub(crate) static NOTICE: Notice =
    Notice { meta: Meta::new("ignore-expired", include_str!("ignore_expired.rs")), judge };

fn judge(ignore: &Ignore, now: Timestamp, spot: Spot, hidden: Option<&Finding>) -> Option<Complaint> {
    if !ignore.is_over(now) {
        return None;
    }
    let Ignore { finding, reason, until } = ignore;
    let file = &spot.file;
    let (message, hint) = match hidden {
        Some(hidden) => (
            format!("the ignore of {finding} ended on {until}, and `{}` is still found", hidden.rule),
            format!("mend it and delete the entry from {file}, or accept it anew with a new reason and end"),
        ),
        None => (
            format!("the ignore of {finding} ended on {until}, and there is nothing left for it to hide"),
            format!("delete the entry from {file}"),
        ),
    };
    let operation = hidden.map_or_else(
        || Operation { method: "ignore".to_owned(), template: finding.clone() },
        |hidden| hidden.operation.clone(),
    );
    Some(Complaint {
        severity: Severity::Warning,
        operation,
        message,
        place: finding.clone(),
        real: hidden.map(|hidden| hidden.real.clone()).unwrap_or_default(),
        other: Evidence {
            exchange: None,
            pointer: "ignore".to_owned(),
            excerpt: format!("{reason} (until {until})"),
            location: Some(spot),
        },
        hint: Some(hint),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ignores::last_moment;

    #[derive(serde::Deserialize)]
    struct Example {
        today: String,
        ignore: Vec<Ignore>,
    }

    #[test]
    fn the_examples_of_the_page_fire_and_stay_quiet() {
        for (heading, fires) in [("Fires", true), ("Quiet", false)] {
            let examples = NOTICE.meta.examples(heading);
            assert!(!examples.is_empty());
            for text in examples {
                let example: Example = serde_yaml::from_str(&text).expect("an example");
                let now = last_moment(&example.today).expect("a day");
                let spot = Spot { file: "truetape.yaml".to_owned(), line: 3 };
                let said = (NOTICE.judge)(&example.ignore[0], now, spot, None);
                assert_eq!(said.is_some(), fires, "{text}");
            }
        }
    }
}
