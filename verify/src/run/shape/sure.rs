//! How much a difference in what is there proves, given how much was seen.

use cassettes::json::Json;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A difference proves something where chance would make it less often than this.
const BY_CHANCE: f64 = 0.2;

/// Whether something that the real side does in `seen` of `of` cases should have shown among `chances`
/// of the subject, had it done the same. With as many chances as the real side had, once is enough;
/// fixtures are smaller as a rule, and there it must be expected twice.
pub fn expected(seen: u32, of: u32, chances: u32) -> bool {
    let wanted = if chances >= of { 1 } else { 2 };
    seen > 0 && u64::from(seen) * u64::from(chances) >= wanted * u64::from(of)
}

/// Whether a subject that does the same as often as the real side would hardly ever have been seen not
/// to: in one of five runs at most. What is expected but not telling is worth a word, not a failure.
pub fn is_telling(seen: u32, of: u32, chances: u32) -> bool {
    let never = 1.0 - f64::from(seen) / f64::from(of.max(1));
    never.max(0.0).powf(f64::from(chances)) <= BY_CHANCE
}

/// Names of members that tell things apart.
const NAMES: [&str; 9] = ["id", "_id", "@id", "uuid", "guid", "uid", "ulid", "key", "arn"];

/// Who an object is: its id; without one, whose member it is, or all of it.
pub(super) fn thing(json: &Json, within: u64, member: bool) -> u64 {
    let is_id = |name: &str| NAMES.iter().any(|id| name.eq_ignore_ascii_case(id));
    let named = json.members().iter().filter(|(name, _)| is_id(name));
    let id = named.filter_map(|(name, value)| Some((name.len(), value.scalar_text()?))).min();
    let id = id.map(|(_, text)| text);
    match id {
        Some(id) => hash(&id),
        None if member => hash(&(within, "member")),
        // Items that are alike stand side by side; one that is read again stands where it stood.
        None if matches!(json, Json::Object(_)) => hash(&(within, json.to_string())),
        None => 0,
    }
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

pub(super) fn count(all: usize) -> u32 {
    u32::try_from(all).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_explains_proves_nothing() {
        assert!(!is_telling(1, 2, 2), "a coin that fell twice on one side");
        assert!(!is_telling(1, 7, 7));
        assert!(is_telling(1, 2, 3));
        assert!(is_telling(2, 2, 1));
        assert!(is_telling(9, 10, 1));
    }

    #[test]
    fn a_thing_is_its_id() {
        let of = |text: &str| thing(&Json::parse(text.as_bytes()).expect("JSON"), 0, false);
        assert_eq!(of(r#"{"id":7,"a":1}"#), of(r#"{"a":null,"id":7}"#));
        assert_ne!(of(r#"{"a":1}"#), of(r#"{"a":2}"#));
    }
}
