//! Names that say of a number or a day that it is a moment, and names that say it is none of ours.

use crate::facets::time_form::is_time_name;

/// Whether a member, a parameter or a field of that name holds a moment: `created_at`, `expiresOn`,
/// `expirationMillis`, `x-ratelimit-reset`, ….
pub(super) fn names_a_moment(name: &str) -> bool {
    if is_of_a_person(name) {
        return false;
    }
    let plain = name.trim_end_matches('s');
    if is_time_name(name) || (plain.len() < name.len() && is_time_name(plain)) {
        return true;
    }
    let folded: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let without_unit = UNITS.iter().find_map(|unit| folded.strip_suffix(unit)).unwrap_or(&folded);
    let ends = ["expiration", "notbefore", "notafter", "timestamp", "datetime", "epoch", "expires", "expiry"];
    // The parameters of shared access signatures: when they begin, when they end.
    ends.iter().any(|end| without_unit.ends_with(end))
        || (without_unit.len() < folded.len()
            && is_time_name(&name[..name.len() - tail(name, &folded, without_unit)]))
        || matches!(folded.as_str(), "se" | "st" | "ske" | "skt" | "utc")
}

/// What units of time end names with.
const UNITS: [&str; 8] =
    ["milliseconds", "microseconds", "seconds", "millis", "micros", "nanos", "msec", "ms"];

/// How many bytes of the name its unit takes, marks before it counted.
fn tail(name: &str, folded: &str, without_unit: &str) -> usize {
    let unit = folded.len() - without_unit.len();
    let mut bytes = 0;
    let mut letters = 0;
    for c in name.chars().rev() {
        if letters == unit && c.is_alphanumeric() {
            break;
        }
        letters += usize::from(c.is_alphanumeric());
        bytes += c.len_utf8();
    }
    bytes
}

/// Whether the name is that of a part of a moment: the `seconds` of `{"seconds": …, "nanos": …}`.
pub(super) fn is_part(name: &str) -> bool {
    matches!(name.trim_start_matches('_'), "seconds" | "value" | "epoch" | "unix" | "millis" | "iso" | "utc")
}

/// Birthdays stay where they are.
fn is_of_a_person(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("birth") || name.contains("dob") || name.contains("born")
}

/// Whether a text under that name may move at all.
pub(super) fn may_move(name: &str) -> bool {
    !is_of_a_person(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_moments_from_amounts() {
        for moment in [
            "created_at",
            "expiresOn",
            "expiration",
            "expirationMillis",
            "timestamp_ms",
            "createdAtMs",
            "exp",
            "x-ratelimit-reset",
            "Expires",
            "timestamps",
            "notBefore",
            "se",
            "lastSeenSeconds",
            "date",
        ] {
            assert!(names_a_moment(moment), "{moment}");
        }
        for other in [
            "expires_in",
            "amount",
            "ttl",
            "id",
            "phone",
            "birth_date",
            "dob",
            "bytes",
            "ms",
            "é",
            "nanos",
            "",
        ] {
            assert!(!names_a_moment(other), "{other}");
        }
    }
}
