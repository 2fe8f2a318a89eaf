//! How old evidence may be.

use cassettes::{
    model::{Cassette, Micros},
    operation::{Operation, Operations},
};
use serde::{Deserialize, Deserializer, de};
use std::collections::{BTreeMap, BTreeSet};
use verify::Budget;

const DAY: Micros = 24 * 60 * 60 * 1_000_000;

/// Reads days (`180`, `180d`), weeks (`26w`) or years (`1y`), as microseconds.
pub(crate) fn age(text: &str) -> Result<Micros, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let days = match &text[digits.len()..] {
        "" | "d" => 1,
        "w" => 7,
        "y" => 365,
        _ => 0,
    };
    let count: Option<u64> = digits.parse().ok();
    count
        .filter(|count| *count > 0 && days > 0)
        .and_then(|count| count.checked_mul(days)?.checked_mul(DAY))
        .ok_or_else(|| format!("expected a number of days such as 180d, or of weeks (26w), found `{text}`"))
}

/// `evidence: {max-age: 180d, operations: {"GET /v1/prices": 30d}}`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Evidence {
    /// Older evidence is too old.
    max_age: Option<Age>,
    /// The same of one operation, as reports print it.
    operations: BTreeMap<String, Age>,
}

impl Evidence {
    /// How old evidence may be: a flag stands for all that are not named; none: any age.
    pub(crate) fn budget(&self, flag: Option<Micros>) -> Option<Budget> {
        let budget = Budget {
            most: flag.or(self.max_age.map(|age| age.0)),
            operations: self.operations.iter().map(|(name, age)| (name.clone(), age.0)).collect(),
        };
        (!budget.is_empty()).then_some(budget)
    }
}

/// What is to be said of operations that have a budget and stand in no cassette.
pub(crate) fn unknown(budget: Option<&Budget>, cassettes: &[Cassette]) -> Vec<String> {
    let Some(budget) = budget.filter(|budget| !budget.operations.is_empty()) else { return Vec::new() };
    let mut operations: BTreeSet<Operation> = BTreeSet::new();
    for cassette in cassettes {
        let known = Operations::learn(&cassette.exchanges);
        operations.extend(cassette.exchanges.iter().map(|exchange| known.of(&exchange.request)));
    }
    let note = |name: &str| format!("evidence.operations: no cassette here has `{name}`");
    budget.unknown(&operations).into_iter().map(note).collect()
}

/// An age as people write it.
#[derive(Debug, Clone, Copy)]
struct Age(Micros);

impl<'de> Deserialize<'de> for Age {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a number of days such as 180d")]
        enum Written {
            Days(u64),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Days(days) => days.to_string(),
            Written::Text(text) => text,
        };
        age(&text).map(Age).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_weeks_and_years_are_read_and_nonsense_is_not() {
        assert_eq!(age("180"), age("180d"));
        assert_eq!(age("2w"), age("14d"));
        assert_eq!(age(" 1y "), Ok(365 * DAY));
        for wrong in ["", "d", "0d", "1.5d", "3h", "-1", "99999999999999999999", "18446744073709551615y"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_operation_has_a_budget_of_its_own_whatever_a_flag_says() {
        let read = |text: &str| serde_yaml::from_str::<Evidence>(text);
        let evidence =
            read("{max-age: 180d, operations: {GET /v1/prices: 30d, GET /v1/tags: 1y}}").expect("read");
        let budget = evidence.budget(Some(7 * DAY)).expect("a budget");
        assert_eq!((budget.most, budget.operations["GET /v1/prices"]), (Some(7 * DAY), 30 * DAY));
        assert_eq!(evidence.budget(None).expect("a budget").most, Some(180 * DAY));
        assert!(read("{}").expect("read").budget(None).is_none());
        assert!(read("{max-age: soon}").is_err() && read("{operations: {GET /: 0d}}").is_err());
    }
}
