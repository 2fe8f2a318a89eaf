//! Regular expressions whose matches are all the same.

use super::several::written_as_text;
use regex::Regex;
use std::{fmt, ops::Range, str::FromStr};

/// A regular expression. What its groups hold is treated as equal; without groups, all that it matches.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// The spans in a text that are treated as equal, in order, none overlapping another.
    pub(super) fn spans(&self, text: &str) -> Vec<Range<usize>> {
        if self.0.captures_len() == 1 {
            return self.0.find_iter(text).map(|found| found.range()).collect();
        }
        let mut spans: Vec<Range<usize>> = Vec::new();
        for found in self.0.captures_iter(text) {
            for group in found.iter().skip(1).flatten() {
                if spans.last().is_none_or(|last| last.end <= group.start()) {
                    spans.push(group.range());
                }
            }
        }
        spans
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let regex = Regex::new(text).map_err(|error| {
            let lines = error.to_string();
            let what = lines.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("expected a regular expression, found {text:?}: {what}")
        })?;
        if regex.is_match("") {
            return Err(format!(
                "expected a pattern that needs something to match, found {text:?}: it matches the empty text"
            ));
        }
        let all = ["0", "a", "/", "-", " ", "é"]
            .iter()
            .all(|text| regex.find(text).is_some_and(|m| m.len() == text.len()));
        if all {
            return Err(format!(
                "expected a pattern that tells some texts from others, found {text:?}: it matches everything"
            ));
        }
        Ok(Pattern(regex))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

written_as_text!(Pattern, "a regular expression");
